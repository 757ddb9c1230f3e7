import TestSequencer from '@jest/test-sequencer'

/**
 * Runs the suites that use the engine one after another in one worker and everything else in the other one. They wait
 * for each other anyway (see useEngine): two of them at the same time would leave a worker idle, and all other suites
 * until the end.
 */
export default class LaneSequencer extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests)
    const isOfEngine = test => test.context.config.displayName?.name === 'containers'
    const others = sorted.filter(test => !isOfEngine(test))
    const engine = sorted.filter(isOfEngine)
    return interleave(engine, others)
  }
}

/**
 * Puts a share of `others` behind each of `few`, each share with its part of the long ones, which come first. The worker
 * that is done with its share waits with the next of `few`, so that there is always one at work.
 */
function interleave(few, others) {
  if (few.length === 0) return others
  return few.flatMap((test, turn) => [test, ...others.filter((_, i) => i % few.length === turn)])
}
