import { describe, expect, it } from '@jest/globals'
import { HostNetwork, submitted } from '../support/host-network.ts'

/** Submits transactions first … first + count - 1, one every 20 ms, each to another node but `skip`. */
async function load(network: HostNetwork, { first = 0, count = 0, skip = -1 }): Promise<void> {
  const n = network.places.length
  for (let i = first; i < first + count; i += 1) {
    const to = (i * 7) % n === skip ? (skip + 1) % n : (i * 7) % n
    void network.places[to]!.node.submit([submitted(i % 5, Math.floor(i / 5))])
    await network.clock.advance(20)
  }
}

function acceptedCounts(network: HostNetwork): Set<number> {
  return new Set(network.places.filter(({ up }) => up).map(({ node }) => node.digest().accepted))
}

describe.each([
  ['full mesh', 8, { voteDimensions: 1, fullMesh: true }],
  ['full mesh with votes over two dimensions', 20, { voteDimensions: 2, fullMesh: true }],
  ['lattice of two dimensions', 23, { voteDimensions: 2, fullMesh: false }],
  ['lattice of three dimensions', 30, { voteDimensions: 3, fullMesh: false }],
] as const)('network of hosts: %s (n=%i)', (_name, n, tuning) => {
  it('is ready, accepts everything everywhere and then falls silent but for heartbeats', async () => {
    const network = new HostNetwork(n, tuning)
    await network.start()
    expect(network.places.map(({ node }) => node.health())).toEqual(
      network.places.map(() => ({ ready: true })),
    )
    await load(network, { count: 40 })
    await network.clock.advance(5000)
    expect(acceptedCounts(network)).toEqual(new Set([40]))
    expect(network.digests().size).toBe(1)
    const before = network.frames
    await network.clock.advance(10_000)
    const perHeartbeat = network.places.reduce((sum, { neighbours }) => sum + neighbours.length, 0)
    // Heartbeats every 2 s; relayed ones may need a frame per hop.
    expect(network.frames - before).toBeLessThanOrEqual(perHeartbeat * 6 * tuning.voteDimensions)
  })

  it('accepts everything also when a tenth of all frames is lost', async () => {
    const network = new HostNetwork(n, tuning)
    await network.start()
    let count = 0
    network.link = () => {
      count += 1
      return count % 10 === 3 ? undefined : 5
    }
    await load(network, { count: 30 })
    await network.clock.advance(60_000)
    expect(acceptedCounts(network)).toEqual(new Set([30]))
  })

  it('catches a killed node up within 30 s of its restart, and it has lost nothing', async () => {
    const network = new HostNetwork(n, tuning)
    await network.start()
    await load(network, { count: 20 })
    await network.clock.advance(3000)
    const before = await network.accepted(2)
    expect(before).toHaveLength(20)
    network.kill(2)
    await load(network, { first: 20, count: 30, skip: 2 })
    await network.clock.advance(2000)
    await network.restart(2)
    expect((await network.accepted(2)).slice(0, 20)).toEqual(before)
    await network.clock.advance(30_000)
    expect(network.places[2]!.node.health()).toEqual({ ready: true })
    expect(acceptedCounts(network)).toEqual(new Set([50]))
  })
})

describe('network of hosts under steady load', () => {
  it('is level again within 5 s of a restart after outages that fill every queue of repairs', async () => {
    const network = new HostNetwork(12, { voteDimensions: 1, fullMesh: true })
    await network.start()
    let count = 0
    const loadFor = async (ms: number) => {
      const end = network.clock.nowMs() + ms
      for (; network.clock.nowMs() < end; count += 1) {
        const up = network.places.filter(place => place.up)
        void up[count % up.length]!.node.submit([submitted(count % 40, Math.floor(count / 40))])
        await network.clock.advance(16)
      }
    }
    await loadFor(2000)
    for (const victims of [[9], [8, 10, 11], [9]]) {
      for (const victim of victims) network.kill(victim)
      await loadFor(10_000)
      await Promise.all(victims.map(victim => network.restart(victim)))
      await loadFor(5000)
      const accepted = network.places.map(({ node }) => node.digest().accepted)
      // Load goes on, so that a few are always under way.
      expect(Math.max(...accepted) - Math.min(...accepted)).toBeLessThan(20)
    }
    await network.clock.advance(5000)
    expect(acceptedCounts(network)).toEqual(new Set([count]))
  })
})
