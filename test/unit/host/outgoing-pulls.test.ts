import { describe, expect, it } from '@jest/globals'
import { OutgoingPulls } from '../../../nodes/host/outgoing-pulls.ts'
import type { Pull } from '../../../nodes/wire/frame.ts'

function pullsWith(...peers: number[]) {
  const sent: [number, Pull][] = []
  const pulls = new OutgoingPulls(new Set(peers), (peer, pull) => sent.push([peer, pull]))
  return { pulls, sent }
}

const wish = (id: string, holders: number[], isRepeat = false) => ({ id, holders, isRepeat })

describe('outgoing pulls', () => {
  it('asks a peer once for everything that was found missing in one go', async () => {
    const { pulls, sent } = pullsWith(1, 2)
    pulls.add(wish('a', [1]))
    pulls.add(wish('b', [2]))
    pulls.add(wish('c', [1]))
    pulls.add(wish('a', [1]))
    expect(sent).toEqual([])
    await Promise.resolve()
    expect(sent).toEqual([
      [1, { ids: ['a', 'c'] }],
      [2, { ids: ['b'] }],
    ])
  })

  it('asks the best holder that is connected, and without one whoever is', async () => {
    const { pulls, sent } = pullsWith(1, 2)
    for (const holders of [[2, 1], [2, 1], [2, 1], [9, 1], [9]]) {
      pulls.add(wish('a', holders))
      await Promise.resolve()
    }
    expect(sent.map(([peer]) => peer)).toEqual([2, 2, 2, 1, 1])
  })

  it('asks another holder after one that has not answered, and now and then somebody else', async () => {
    const { pulls, sent } = pullsWith(1, 2, 3)
    for (let turn = 0; turn < 9; turn += 1) {
      pulls.add(wish('a', [1, 2], true))
      await Promise.resolve()
    }
    const asked = sent.map(([peer]) => peer)
    expect(new Set(asked)).toEqual(new Set([1, 2, 3]))
    expect(asked.filter(peer => peer === 3).length).toBeLessThanOrEqual(3)
  })

  it('asks for a stretch at once, and only the peer that has it', () => {
    const { pulls, sent } = pullsWith(1, 2)
    pulls.stretch(9, { ids: ['a'], locator: ['t'] })
    pulls.stretch(2, { ids: ['a'], locator: [] })
    expect(sent).toEqual([[2, { ids: ['a'], locator: [] }]])
  })

  it('sends nothing without a peer', async () => {
    const { pulls, sent } = pullsWith()
    pulls.add(wish('a', [1]))
    await Promise.resolve()
    expect(sent).toEqual([])
  })
})
