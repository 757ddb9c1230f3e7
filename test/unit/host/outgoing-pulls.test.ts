import { describe, expect, it } from '@jest/globals'
import { OutgoingPulls } from '../../../nodes/host/outgoing-pulls.ts'
import type { Pull } from '../../../nodes/wire/frame.ts'

function pullsWith(...peers: number[]) {
  const sent: [number, Pull][] = []
  const pulls = new OutgoingPulls(new Set(peers), (peer, pull) => sent.push([peer, pull]))
  return { pulls, sent }
}

describe('outgoing pulls', () => {
  it('asks a peer once for everything that was found missing in one go', async () => {
    const { pulls, sent } = pullsWith(1, 2)
    pulls.add(1, { ids: ['a'] })
    pulls.add(2, { ids: ['b'] })
    pulls.add(1, { ids: ['c', 'a'] })
    expect(sent).toEqual([])
    await Promise.resolve()
    expect(sent).toEqual([
      [1, { ids: ['a', 'c'] }],
      [2, { ids: ['b'] }],
    ])
  })

  it('asks somebody else every third time, and whenever the hinted peer is gone', async () => {
    const { pulls, sent } = pullsWith(1, 2)
    for (const hint of [1, 1, 1, 9]) {
      pulls.add(hint, { ids: ['a'] })
      await Promise.resolve()
    }
    expect(sent.map(([peer]) => peer)).toEqual([1, 1, 2, 1])
  })

  it('asks for a stretch at once, and only the peer that has it', () => {
    const { pulls, sent } = pullsWith(1, 2)
    pulls.add(9, { ids: ['a'], locator: ['t'] })
    pulls.add(2, { ids: ['a'], locator: [] })
    expect(sent).toEqual([[2, { ids: ['a'], locator: [] }]])
  })

  it('sends nothing without a peer', async () => {
    const { pulls, sent } = pullsWith()
    pulls.add(1, { ids: ['a'] })
    await Promise.resolve()
    expect(sent).toEqual([])
  })
})
