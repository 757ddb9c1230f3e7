import { describe, expect, it } from '@jest/globals'
import { behaviourSchema } from '../../model/behaviour.ts'
import { stream } from '../../model/random.ts'
import { censusParameters } from '../../nodes/consensus/parameters.ts'
import type { Assigned } from '../../nodes/host/conduct.ts'
import { Epochs } from '../../nodes/host/epochs.ts'
import { MemoryStore } from '../../nodes/host/memory-store.ts'
import { Node } from '../../nodes/host/node.ts'
import type { Transport, TransportHandlers } from '../../nodes/host/ports.ts'
import { VirtualClock } from '../../simulator/clock.ts'
import { cheapCrypto, submitted } from '../../simulator/crypto.ts'

const n = 8
const linkMs = 40

/** Nodes with epochs on virtual time, everybody linked with everybody for good. */
async function network() {
  const clock = new VirtualClock()
  const handlers: (TransportHandlers | undefined)[] = []
  const { f, alpha } = censusParameters(n)
  const nodes = Array.from({ length: n }, (_, index) => {
    const transport: Transport = {
      start: async (_neighbours, given) => {
        handlers[index] = given
        for (const peer of handlers.keys()) {
          if (peer === index || !handlers[peer]) continue
          given.onPeer(peer, 'connected')
          handlers[peer].onPeer(index, 'connected')
        }
      },
      reach: () => {},
      send: (to, frame) => {
        clock.after(linkMs, () => handlers[to]!.onFrame(index, frame))
        return true
      },
      connected: () => [...handlers.keys()].filter(peer => peer !== index),
      stop: async () => {},
    }
    const options = {
      ...{ index, n, f, alpha, issueIntervalMs: 50, turnMs: 50, heartbeatIntervalMs: 2000 },
      ...{ order: Array.from({ length: n }, (_, node) => node), collectors: n },
      ...{ version: 'test', evidence: { faultCensus: false } },
    } as const
    return new Epochs(
      { transport, store: new MemoryStore() },
      ports =>
        new Node(options, {
          ...ports,
          clock,
          crypto: cheapCrypto(index),
          metrics: { add: () => {}, observeFinality: () => {} },
          draw: (seed, name) => stream(seed, name).next(),
          onFatal: error => {
            throw error
          },
        }),
    )
  })
  await Promise.all(nodes.map(node => node.start()))
  await clock.advance(1000)
  const submit = (index: number, nonce: number) => nodes[index]!.submit([submitted(1, nonce)])
  return { clock, nodes, submit }
}

const acceptedOf = (nodes: readonly Epochs[]) => nodes.map(node => node.digest().accepted)

describe('epochs', () => {
  it('begin with nothing of the one before, whatever of it is still on its way', async () => {
    const { clock, nodes, submit } = await network()
    for (let nonce = 0; nonce < 10; nonce += 1)
      await Promise.all([submit(nonce % n, nonce), clock.advance(30)])
    await clock.advance(2000)
    expect(acceptedOf(nodes)).toEqual(nodes.map(() => 10))
    const before = nodes[0]!.digest()
    // More of the old epoch is under way, and nodes change over one after the other.
    for (let nonce = 10; nonce < 14; nonce += 1) void submit(nonce % n, nonce)
    await clock.advance(linkMs / 2)
    for (const node of nodes) await Promise.all([node.begin(1, undefined), clock.advance(linkMs / 3)])
    await clock.advance(30_000)
    expect(acceptedOf(nodes)).toEqual(nodes.map(() => 0))
    expect(nodes.map(({ epoch }) => epoch)).toEqual(nodes.map(() => 1))
    expect(nodes.map(node => node.evidence()?.caught)).toEqual(nodes.map(() => []))
    // The same transactions are new again, and lead to the same set.
    for (let nonce = 0; nonce < 10; nonce += 1) {
      const [admission] = await Promise.all([submit(nonce % n, nonce), clock.advance(30)])
      expect(admission).toEqual({ admitted: 1, refused: [] })
    }
    await clock.advance(2000)
    expect(nodes.map(node => node.digest())).toEqual(nodes.map(() => before))
  })

  it('a stall of one is no stall of the next', async () => {
    const { clock, nodes, submit } = await network()
    const refusing = behaviourSchema.parse({ name: 'always-reject', seed: 's', group: [5, 6, 7] }) as Assigned
    const begin = async (epoch: number, behaviour: Assigned | undefined) => {
      await Promise.all(nodes.map((node, index) => node.begin(epoch, index < 5 ? undefined : behaviour)))
      await clock.advance(1000)
    }
    await begin(1, refusing)
    void submit(0, 0)
    await clock.advance(20_000)
    // The cores of the liars hear eight votes for it: nobody lies to them.
    expect(acceptedOf(nodes)).toEqual([0, 0, 0, 0, 0, 1, 1, 1])
    await begin(2, undefined)
    void submit(1, 1)
    await clock.advance(20_000)
    expect(acceptedOf(nodes)).toEqual(nodes.map(() => 1))
    expect(nodes[6]!.status().behaviour).toBeUndefined()
  })
})
