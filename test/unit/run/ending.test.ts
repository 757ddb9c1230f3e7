import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openHistory } from '../../../harness/history/writer.ts'
import { closeHistory } from '../../../harness/run/ending.ts'
import { type Interrupts, listenForInterrupts } from '../../../harness/run/interrupts.ts'
import { clock } from '../../support/clock.ts'

describe('the last line of a history', () => {
  let directory: string
  let interrupts: Interrupts
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'whiteout-ending-'))
    interrupts = listenForInterrupts(() => {})
  })
  afterEach(async () => {
    interrupts[Symbol.dispose]()
    await rm(directory, { recursive: true })
  })

  async function ending(failure?: Error) {
    const history = await openHistory(directory)
    await closeHistory({ history, clock }, failure, interrupts)
    return JSON.parse(await readFile(join(directory, 'history.ndjson'), 'utf8'))
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'names %s, whether or not it broke something off',
    async signal => {
      process.emit(signal, signal)
      const told = { type: 'end', reason: 'interrupted', message: signal }
      expect(await ending(interrupts.stop.reason)).toMatchObject(told)
    },
  )

  it('is an interruption where what was under way wraps the signal as its cause', async () => {
    process.emit('SIGTERM', 'SIGTERM')
    const aborted = new Error('The operation was aborted', { cause: interrupts.stop.reason })
    expect(await ending(aborted)).toMatchObject({ reason: 'interrupted', message: 'SIGTERM' })
  })

  it('is an interruption where nothing broke off', async () => {
    process.emit('SIGINT', 'SIGINT')
    expect(await ending()).toMatchObject({ reason: 'interrupted', message: 'SIGINT' })
  })

  it('names a failure, also one beside an interruption', async () => {
    expect(await ending(new Error('the disk is full'))).toMatchObject({
      ...{ reason: 'failed', message: 'the disk is full' },
    })
  })

  it('is done otherwise', async () => {
    const { type, reason, message } = await ending()
    expect({ type, reason, message }).toEqual({ type: 'end', reason: 'done', message: undefined })
  })
})
