import { describe, expect, it } from '@jest/globals'
import { firstMissing, locate } from '../../../nodes/consensus/locator.ts'

const vertices = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`)

/** From where a server with this order serves a peer with that one. */
function servedFrom(server: readonly string[], peer: readonly string[]): number {
  const orders = locate(peer).map(id => {
    const order = server.indexOf(id)
    return order < 0 ? undefined : order
  })
  return firstMissing(orders)
}

describe('locator', () => {
  it('names the newest vertices and ever fewer of the older ones', () => {
    expect(locate(vertices('v', 20))).toEqual([
      'v19',
      'v18',
      'v17',
      'v16',
      'v15',
      'v13',
      'v11',
      'v8',
      'v5',
      'v1',
    ])
    expect(locate(vertices('v', 100_000)).length).toBeLessThan(60)
    expect(locate([])).toEqual([])
  })

  it('leads to where two halves parted, or a quarter of their way before that at most', () => {
    const common = vertices('c', 400)
    for (const length of [1, 7, 50, 200]) {
      const from = servedFrom([...common, ...vertices('a', length)], [...common, ...vertices('b', length)])
      expect(from).toBeLessThanOrEqual(400)
      expect(from).toBeGreaterThanOrEqual(400 - length / 4 - 1)
    }
  })

  it('leads to the gap of a restarted node, not behind what it has issued and heard of since', () => {
    const [common, missed, since] = [vertices('c', 100), vertices('m', 300), vertices('s', 10)]
    const from = servedFrom([...common, ...missed, ...since], [...common, ...since])
    expect(from).toBeLessThanOrEqual(100)
    expect(from).toBeGreaterThanOrEqual(90)
  })

  it('is not misled by orders that differ a little', () => {
    const order = vertices('v', 200)
    const swapped = order.flatMap((_, i) => (i % 2 === 0 ? order.slice(i, i + 2).reverse() : []))
    expect(servedFrom(order, swapped)).toBeGreaterThanOrEqual(198)
  })

  it('leads to the beginning when nothing of it is known', () => {
    expect(servedFrom(vertices('a', 20), vertices('b', 20))).toBe(0)
    expect(servedFrom(vertices('a', 20), [])).toBe(0)
  })
})
