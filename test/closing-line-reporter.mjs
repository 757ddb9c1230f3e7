/** Ends jest's output with one line that a person and a CI job read alike: `213 passed, 0 failed`. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests + results.numTodoTests
    const tail = skipped > 0 ? `, ${skipped} skipped` : ''
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${tail}\n`)
  }
}
