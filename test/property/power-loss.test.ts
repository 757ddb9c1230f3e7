import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'
import { PowerLossStore } from '../../simulator/store.ts'

/** f = 3 of 12 */
const n = 12
const f = 3

async function loaded(count: number): Promise<HostNetwork> {
  const network = new HostNetwork(
    n,
    {},
    {
      newStore: () => new PowerLossStore(),
    },
  )
  await network.start()
  for (let i = 0; i < count; i += 1) {
    void network.places[i % n]!.node.submit([submitted(i % 5, Math.floor(i / 5))])
    await network.clock.advance(20)
  }
  return network
}

const storeOf = (network: HostNetwork, node: number) => network.places[node]!.store as PowerLossStore
const accepted = (network: HostNetwork, node: number) => network.places[node]!.node.digest().accepted

describe('power failure, which loses what was not synced', () => {
  it('of up to f nodes: each may forget what it had accepted, and gets all of it back from the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 100 }),
        fc.integer({ min: 1, max: f }),
        async (percent, nodes) => {
          const network = await loaded(40)
          await network.clock.advance(3000)
          const digest = network.places[0]!.node.digest().digest
          const before = accepted(network, 0)
          for (let node = 0; node < nodes; node += 1) {
            const store = storeOf(network, node)
            network.kill(node)
            await store.losePower(Math.ceil((store.batches * percent) / 100))
            await network.restart(node)
            // This is what is not promised beyond a process crash: it once told its clients more.
            expect(accepted(network, node)).toBeLessThan(before)
            expect(network.places[node]!.node.status().storage.verified).toBe(true)
          }
          await network.clock.advance(30_000)
          for (let node = 0; node < n; node += 1)
            expect(network.places[node]!.node.digest()).toEqual({ accepted: before, digest })
        },
      ),
      { numRuns: 12 },
    )
  })

  it('does not make two nodes decide differently when votes are forgotten in the middle of a double-spend', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async batches => {
        const network = await loaded(20)
        void network.places[4]!.node.submit([submitted(9, 0, 'one')])
        void network.places[8]!.node.submit([submitted(9, 0, 'other')])
        await network.clock.advance(30)
        for (let node = 0; node < f; node += 1) {
          network.kill(node)
          await storeOf(network, node).losePower(batches)
          await network.restart(node)
        }
        await network.clock.advance(60_000)
        expect(network.digests().size).toBe(1)
        expect(accepted(network, 0)).toBeGreaterThanOrEqual(20)
      }),
      { numRuns: 12 },
    )
  })

  it('is told from a process crash, which loses nothing', async () => {
    const network = await loaded(40)
    await network.clock.advance(3000)
    const before = network.places[1]!.node.digest()
    network.kill(1)
    await network.restart(1)
    expect(network.places[1]!.node.digest()).toEqual(before)
  })
})
