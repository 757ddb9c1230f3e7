import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { printFailure } from '../../../harness/cli/output/failure.ts'
import { createOutput } from '../../../harness/cli/output/output.ts'
import { describeInterrupted } from '../../../harness/cli/output/summary.ts'
import { Interrupted } from '../../../harness/run/interrupts.ts'
import { recordRun } from '../../support/run-directory.ts'

describe('Ctrl-C', () => {
  const told = { left: 'its containers were removed', repeat: 'npm run scale -- --nodes 4' }

  it('leaves a person with what was seen, what is left and what to do', async () => {
    await using run = await recordRun()
    const text = describeInterrupted(run, told)
    expect(text).toMatch(
      /^interrupted: the results of run \S+ so far are in \S+\/; its containers were removed$/m,
    )
    expect(text).toContain(
      `next: write its report with npm run report -- ${run.run}, or repeat the run: npm run scale`,
    )
    await run.write('report.html', '')
    expect(describeInterrupted(run, told)).toMatch(/^next: open \S+\/report\.html, or/m)
  })

  it('names no command that plays a network again which was only to come up', async () => {
    await using run = await recordRun()
    expect(describeInterrupted(run, { ...told, repeat: '' })).toMatch(/npm run report -- \S+$/)
  })

  it('before anything was begun says that nothing is left', () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const output = createOutput({ stdout, stderr }, { json: false, quiet: false })
    expect(printFailure(output, new Interrupted('SIGINT'))).toBe(130)
    expect(String(stderr.read())).toMatch(/^interrupted by SIGINT\nnext: nothing was left running; /)
  })
})
