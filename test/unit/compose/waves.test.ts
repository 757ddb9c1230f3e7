import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { inFlight, inWaves } from '../../../compose/engine/waves.ts'

const items = Array.from({ length: 20 }, (_, i) => i)

describe('inWaves', () => {
  it('does every item once, in order, and never more at a time than allowed', async () => {
    const begun: number[] = []
    let now = 0
    let most = 0
    await inWaves(items, { limit: 4 }, async item => {
      begun.push(item)
      most = Math.max(most, ++now)
      await delay(1)
      now--
    })
    expect(begun).toEqual(items)
    expect(most).toBe(4)
  })

  it('begins nothing more after a failure, waits for what is under way, and throws the first one', async () => {
    const done: number[] = []
    const waves = inWaves(items, { limit: 3 }, async item => {
      if (item === 1) throw new Error('first')
      await delay(5)
      if (item === 2) throw new Error('second')
      done.push(item)
    })
    await expect(waves).rejects.toThrow('first')
    expect(done).toEqual([0])
  })

  it('begins nothing more after an abort, and throws its reason', async () => {
    const abort = new AbortController()
    const done: number[] = []
    const waves = inWaves(items, { limit: 2, signal: abort.signal }, async item => {
      done.push(item)
      if (item === 3) abort.abort(new Error('enough'))
    })
    await expect(waves).rejects.toThrow('enough')
    expect(done.length).toBeLessThan(6)
  })
})

describe('inFlight', () => {
  it.each([
    [1, 2],
    [2, 4],
    [32, 8],
  ])('%i cores: %i at a time', (cpus, limit) => {
    expect(inFlight(cpus)).toBe(limit)
  })
})
