import { describe, expect, it } from '@jest/globals'
import { stream } from '../../../model/random.ts'
import { createRetries } from '../../../workload/retries.ts'

const create = () => createRetries({ random: stream('s', 'retries') })

/** The pause before each of so many attempts of one transaction. */
function pausesOf(attempts: number): number[] {
  const retries = create()
  return Array.from({ length: attempts }, () => {
    retries.add([1], { at: 0 })
    const dueAt = retries.nextDueAt()
    expect(retries.take(dueAt - 1)).toBeUndefined()
    expect(retries.take(dueAt)).toEqual([1])
    return dueAt
  })
}

describe('retries', () => {
  it('pause about 100 ms at first, twice as long each time, never over 3 s', () => {
    const pauses = pausesOf(300)
    for (const [attempt, pause] of pauses.entries()) {
      const base = Math.min(100 * 2 ** attempt, 2_000)
      expect(pause).toBeGreaterThanOrEqual(base * 0.5)
      expect(pause).toBeLessThan(base * 1.5)
    }
  })

  it('hold a transaction once, however often it fails while it waits', () => {
    const retries = create()
    retries.add([1, 2], { at: 0 })
    retries.add([2, 1], { at: 0 })
    retries.add([2, 3], { at: 0 })
    const taken = [retries.take(1e6), retries.take(1e6), retries.take(1e6)].flatMap(one => one ?? [])
    expect(taken.toSorted()).toEqual([1, 2, 3])
    expect(retries.length).toBe(0)
    expect(retries.nextDueAt()).toBe(Number.POSITIVE_INFINITY)
  })

  it('give up on what is not to be kept, which may be added again', () => {
    const retries = create()
    retries.add([1, 2], { at: 0 })
    retries.add([3], { at: 0 })
    retries.keep(transaction => transaction === 2)
    expect([retries.length, retries.take(1e6)]).toEqual([1, [2]])
    retries.add([1], { at: 0 })
    expect(retries.take(1e6)).toEqual([1])
  })

  it('come out in the order of their due times', () => {
    const retries = create()
    for (let index = 0; index < 200; index++) retries.add([index], { at: (index * 37) % 100 })
    let previous = 0
    while (retries.length > 0) {
      const dueAt = retries.nextDueAt()
      expect(dueAt).toBeGreaterThanOrEqual(previous)
      previous = dueAt
      retries.take(dueAt)
    }
  })

  it('offer halves of what was too large, and at most 128 at a time', () => {
    const many = Array.from({ length: 300 }, (_, index) => index)
    const sizes = (isTooLarge: boolean) => {
      const retries = create()
      retries.add(many, { at: 0, isTooLarge })
      return Array.from({ length: retries.length }, () => retries.take(1e6)!.length)
    }
    expect(sizes(false).toSorted((a, b) => b - a)).toEqual([128, 128, 44])
    expect(sizes(true)).toEqual([150, 150])
  })

  it('forget everything when told to', () => {
    const retries = create()
    retries.add([1], { at: 0 })
    retries.clear()
    expect(retries.take(1e6)).toBeUndefined()
  })
})
