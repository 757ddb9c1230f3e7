import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { bar } from '../../../harness/cli/output/live.ts'
import { createOutput, type Streams } from '../../../harness/cli/output/output.ts'
import { createReporter } from '../../../harness/cli/output/reporter.ts'

/** What is written to standard error while a network of four becomes ready. */
async function written(stream: { isTTY?: boolean; columns?: number }, quiet = false): Promise<string> {
  const wasCi = process.env.CI
  delete process.env.CI
  try {
    const stderr = Object.assign(new PassThrough(), stream)
    const streams = { stdout: new PassThrough(), stderr } as unknown as Streams
    const reporter = createReporter(createOutput(streams, { json: false, quiet }))
    reporter.stage('ready', 'begin')
    reporter.progress('ready 3/4', 0.75)
    reporter.line('something to know')
    const told = text(stderr)
    if (stream.isTTY && !quiet) await once(stderr, 'data')
    reporter.stage('ready', 'end')
    await reporter.close()
    stderr.end()
    return await told
  } finally {
    if (wasCi !== undefined) process.env.CI = wasCi
  }
}

describe('progress of a run', () => {
  it('is a bar with what it stands for on a terminal', async () => {
    const told = await written({ isTTY: true, columns: 120 })
    expect(told).toContain('ready  ███████████████░░░░░ ready 3/4')
    expect(told).toContain('something to know')
  })

  it('has no bar any more once a stage is over, which may end short of all', async () => {
    const told = await written({ isTTY: true, columns: 120 })
    expect(told.slice(told.lastIndexOf('✔'))).toMatch(/^✔\S* ready {2}ready 3\/4\n/)
  })

  it('is plain lines without a bar anywhere else', async () => {
    const told = await written({})
    expect(told).toMatch(
      /^\d\d:\d\d:\d\d ready\n\d\d:\d\d:\d\d something to know\n\d\d:\d\d:\d\d ready done in 0\.\d s\n$/,
    )
  })

  it('is nothing at all when it is to be quiet', async () => {
    expect(await written({ isTTY: true, columns: 120 }, true)).toBe('')
  })

  it.each([
    [0, '░░░░░░░░░░░░░░░░░░░░'],
    [0.999, '███████████████████░'],
    [1.7, '████████████████████'],
    [Number.NaN, '░░░░░░░░░░░░░░░░░░░░'],
  ])('of %d is full when it is done and not before', (share, expected) => {
    expect(bar(share)).toBe(expected)
  })
})
