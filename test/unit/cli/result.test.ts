import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { resultOf } from '../../../harness/cli/output/result.ts'
import { describeMetrics } from '../../../harness/cli/output/summary.ts'
import { HarnessError } from '../../../model/errors.ts'
import { recordRun } from '../../support/run-directory.ts'

const ended = { verdict: undefined, wasInterrupted: false, failure: undefined }
const watchers = { prometheusUrl: 'http://127.0.0.1:9090', grafanaUrl: undefined }

describe('the result of a run as JSON', () => {
  it('has the paths that the summary prints', async () => {
    await using run = await recordRun()
    await run.write('report.html', '')
    const outcome = { ...ended, run: run.run, directory: run.directory, watchers }
    const { paths, directory } = resultOf(outcome, { seed: 's', keep: false })
    const place = relative(process.cwd(), run.directory)
    expect(directory).toBe(run.directory)
    expect(paths).toEqual({ report: `${place}/report.html`, metrics: `${place}/metrics/` })
    expect(describeMetrics(outcome)[0]).toContain(paths.metrics)
  })

  it('has null where there is no report and nothing watched, and the addresses of a network that is left up', async () => {
    await using run = await recordRun()
    await mkdir(join(run.directory, 'metrics'))
    const outcome = { ...ended, run: run.run, directory: run.directory }
    expect(resultOf({ ...outcome, watchers: undefined }, { seed: 's', keep: false })).toMatchObject({
      ...{ run: run.run, seed: 's', paths: { report: null, metrics: null }, interrupted: false },
    })
    // Its Prometheus still writes there.
    expect(resultOf({ ...outcome, watchers }, { seed: 's', keep: true })).toMatchObject({
      ...watchers,
      paths: { metrics: null },
    })
  })

  it('has the error with its next step', async () => {
    await using run = await recordRun()
    const failure = new HarnessError({ code: 'driver-gone', message: 'gone', next: 'look' })
    const outcome = { ...ended, run: run.run, directory: run.directory, watchers: undefined, failure }
    expect(resultOf(outcome, { seed: 's', keep: false })).toMatchObject({
      error: { code: 'driver-gone', message: 'gone', next: 'look' },
    })
  })
})
