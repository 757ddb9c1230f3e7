import { describe, expect, it } from '@jest/globals'
import { EarlyVotes } from '../../../nodes/consensus/early-votes.ts'
import { Repair } from '../../../nodes/consensus/repair.ts'

describe('repair', () => {
  it('asks with doubling pauses up to the longest one', () => {
    const repair = new Repair<string>({ firstMs: 100, longestMs: 400, tries: Number.POSITIVE_INFINITY })
    repair.add('x', 'value', 0)
    const asked: number[] = []
    for (let nowMs = 0; nowMs <= 2000; nowMs += 50) if (repair.due(nowMs, 10).length > 0) asked.push(nowMs)
    expect(asked).toEqual([100, 300, 700, 1100, 1500, 1900])
  })

  it('says which try is the last and then forgets the id', () => {
    const repair = new Repair<null>({ firstMs: 10, longestMs: 10, tries: 2 })
    repair.add('x', null, 0)
    expect(repair.due(10, 10)).toEqual([{ id: 'x', value: null, isRepeat: false, last: false }])
    expect(repair.due(20, 10)).toEqual([{ id: 'x', value: null, isRepeat: true, last: true }])
    expect(repair.size).toBe(0)
  })

  it('keeps the first pause of an id that is added again', () => {
    const repair = new Repair<null>({ firstMs: 100, longestMs: 100, tries: 9 })
    repair.add('x', null, 0)
    repair.add('x', null, 90)
    expect(repair.due(100, 10)).toHaveLength(1)
  })

  it('gives up the oldest id beyond 8,192', () => {
    const repair = new Repair<null>({ firstMs: 1, longestMs: 1, tries: 9 })
    for (let i = 0; i <= 8192; i += 1) repair.add(`${i}`, null, 0)
    expect(repair.has('0')).toBe(false)
    expect(repair.size).toBe(8192)
  })
})

describe('early votes', () => {
  it('keep the first vote of each node until the vertex comes', () => {
    const early = new EarlyVotes(4)
    early.keep({ vertex: 'v', exceptions: [] }, 1)
    early.keep({ vertex: 'v', exceptions: [2] }, 1)
    early.keep({ vertex: 'v', exceptions: [] }, 3)
    expect([...early.take('v')]).toEqual([
      [1, { vertex: 'v', exceptions: [] }],
      [3, { vertex: 'v', exceptions: [] }],
    ])
    expect([...early.take('v')]).toEqual([])
  })

  it('refuse a voter that names more than 512 vertices nobody has, and nobody else', () => {
    const early = new EarlyVotes(4)
    for (let i = 0; i < 512; i += 1) expect(early.keep({ vertex: `${i}`, exceptions: [] }, 2)).toBe(true)
    expect(early.keep({ vertex: 'more', exceptions: [] }, 2)).toBe(false)
    expect(early.keep({ vertex: 'more', exceptions: [] }, 0)).toBe(true)
    early.take('17')
    expect(early.keep({ vertex: 'more', exceptions: [] }, 2)).toBe(true)
  })
})
