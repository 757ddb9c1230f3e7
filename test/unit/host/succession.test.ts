import { describe, expect, it } from '@jest/globals'
import { Succession } from '../../../nodes/host/succession.ts'

const order = [4, 0, 7, 2, 9, 1, 3, 5, 8, 6]
const takeoverMs = 16_000

function succession(self: number, collectors: number, peers: ReadonlySet<number>): Succession {
  return new Succession({ self, order, collectors, turnMs: 100, takeoverMs, unlinked: [] }, peers)
}

describe('succession', () => {
  it('links all with the first collectors, and these with everybody', () => {
    expect(succession(4, 2, new Set()).neighbours).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9])
    expect(succession(9, 2, new Set()).neighbours).toEqual([0, 4])
  })

  it('doubles the collectors when something waits for too long, and again after twice as long', () => {
    const peers = new Set([4, 0])
    const one = succession(9, 2, peers)
    const changes = [0, 15_999, 16_000, 16_250, 47_999, 48_000, 111_999, 112_000, 900_000].map(nowMs =>
      one.review(0, nowMs),
    )
    const none = undefined
    expect(changes).toEqual([none, none, 'more', none, none, 'more', none, 'more', none])
    expect(one.collectors).toEqual(order)
  })

  it('gives way to the first collectors when things move again', () => {
    const one = succession(9, 2, new Set([4, 0]))
    one.review(0, 16_000)
    expect(one.collectors).toEqual([4, 0, 7, 2])
    expect(one.review(31_000, 31_999)).toBeUndefined()
    expect(one.review(31_000, 32_000)).toBe('fewer')
    expect(one.collectors).toEqual([4, 0])
    expect(one.review(undefined, 33_000)).toBeUndefined()
  })

  it('keeps to further collectors twice as long when the first ones have failed again', () => {
    const one = succession(9, 2, new Set([4, 0]))
    one.review(0, 16_000)
    one.review(undefined, 32_000)
    expect(one.review(40_000, 56_000)).toBe('more')
    expect(one.review(undefined, 87_999)).toBeUndefined()
    expect(one.review(undefined, 88_000)).toBe('fewer')
    // Long after that it is as the first time.
    expect(one.review(484_000, 500_000)).toBe('more')
    expect(one.review(undefined, 516_000)).toBe('fewer')
  })

  it('is quicker without any of the first collectors, and keeps to the next ones until one of the first is back', () => {
    const peers = new Set<number>()
    const one = succession(9, 2, peers)
    expect(one.review(0, 3999)).toBeUndefined()
    expect(one.review(0, 4000)).toBe('more')
    // The link with a successor is no link with one of the first.
    peers.add(7)
    expect(one.review(0, 4250)).toBeUndefined()
    expect(one.review(4200, 4500)).toBeUndefined()
    expect(one.review(undefined, 60_000)).toBeUndefined()
    expect(one.collectors).toEqual([4, 0, 7, 2])
    peers.add(0)
    expect(one.review(undefined, 60_250)).toBe('fewer')
  })

  it('gives issuing to one collector after the other, for one that cannot be reached to the next', () => {
    const one = succession(9, 4, new Set([0, 7, 2]))
    expect([0, 100, 199, 200, 300, 400].map(nowMs => one.issuer(nowMs))).toEqual([0, 0, 0, 7, 2, 0])
    expect(succession(9, 4, new Set()).issuer(0)).toBeUndefined()
    // A collector is reachable to itself.
    expect(succession(4, 1, new Set()).issuer(0)).toBe(4)
  })

  it('passes over a collector that let a transaction wait, the longer the more often, unless there is no other', () => {
    const one = succession(9, 4, new Set([0, 7, 2]))
    const sixteenTurnsLater = (nowMs: number) => nowMs + 1600
    expect(one.issuer(100, [0])).toBe(7)
    expect(one.issuer(sixteenTurnsLater(13_300))).toBe(7)
    expect(one.issuer(15_300)).toBe(0)
    expect(one.issuer(15_300, [0])).toBe(7)
    expect(one.issuer(44_900)).toBe(7)
    expect(one.issuer(45_300)).toBe(0)
    expect(one.issuer(45_300, [0, 7, 2])).toBe(0)
  })

  it('asks the issuer for votes first, and others in turn after that', () => {
    const one = succession(9, 4, new Set([0, 7, 2]))
    expect(one.collector(7, false)).toBe(7)
    expect(new Set([1, 2, 3].map(() => one.collector(7, true)))).toEqual(new Set([0, 7, 2]))
    expect([0, 7, 2]).toContain(one.collector(4, false))
    expect(succession(9, 4, new Set()).collector(7, false)).toBeUndefined()
  })
})
