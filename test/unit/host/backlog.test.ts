import { describe, expect, it } from '@jest/globals'
import { Backlog } from '../../../nodes/host/backlog.ts'

const targetMs = 2000

/** Admits as many as there is room for. @returns their ids */
function fill(backlog: Backlog, nowMs: number, name = ''): string[] {
  const ids = Array.from({ length: backlog.room(nowMs) }, (_, i) => `${name}${i}`)
  for (const id of ids) backlog.admitted(id, nowMs)
  return ids
}

describe('backlog', () => {
  it('has room for some at the start, the fewer the more nodes there are, and none beyond it', () => {
    for (const [nodes, room] of [
      [4, 100],
      [20, 20],
      [500, 4],
    ] as const) {
      const backlog = new Backlog({ nodes, targetMs })
      expect(fill(backlog, 0)).toHaveLength(room)
      expect(backlog.room(0)).toBe(0)
    }
  })

  it('grows with each decision in time, and shrinks once a second when they are late', () => {
    const backlog = new Backlog({ nodes: 20, targetMs })
    for (const id of fill(backlog, 0)) expect(backlog.decided(id, 500)).toBe(500)
    const grown = fill(backlog, 500, 'b')
    expect(grown).toHaveLength(40)
    for (const id of grown) backlog.decided(id, 500 + targetMs + 1)
    expect(backlog.room(500 + targetMs + 1)).toBe(28)
  })

  it('keeps some room however late decisions are, and forgets what is never decided', () => {
    const backlog = new Backlog({ nodes: 500, targetMs })
    let nowMs = 0
    for (let round = 0; round < 20; round++) {
      const ids = fill(backlog, nowMs, `${round}/`)
      nowMs += 5000
      for (const id of ids) backlog.decided(id, nowMs)
    }
    expect(backlog.room(nowMs)).toBe(2)
    fill(backlog, nowMs, 'never/')
    expect(backlog.room(nowMs + 29_000)).toBe(0)
    expect(backlog.room(nowMs + 30_000)).toBe(2)
    expect(backlog.decided('never/0', nowMs + 31_000)).toBeUndefined()
  })
})
