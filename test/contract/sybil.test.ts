import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSigner } from '../../harness/driver/signer.ts'
import { meshPort } from '../../model/plan.ts'
import { Libp2pTransport } from '../../nodes/adapters/libp2p-transport.ts'
import type { NodeStatus } from '../../nodes/host/ports.ts'
import { deriveIdentity } from '../../nodes/reference/identities.ts'
import { planOf } from '../support/plan.ts'
import { ProcessNetwork, token } from '../support/process-network.ts'
import { until } from '../support/until.ts'

const nodes = 5
const identities = 8
const everyNode = Array.from({ length: nodes }, (_, index) => index)
const signer = createSigner({ seed: 'sybil', payloadBytes: 40 })
let network: ProcessNetwork
const sybils: Libp2pTransport[] = []
/** Every link that a made-up identity has ever had. */
const linked: string[] = []

beforeAll(async () => {
  network = await ProcessNetwork.start(planOf(nodes))
  await until('every node is ready', async () => {
    const answers = everyNode.map(async index => (await fetch(`${network.url(index)}/healthz`)).ok)
    return (await Promise.all(answers)).every(Boolean)
  })
})
afterAll(async () => {
  await Promise.all(sybils.map(each => each.stop()))
  await network[Symbol.asyncDispose]()
})

/** One process with so many identities, all of them made up: none is in the roster that the nodes have. */
async function startSybils(): Promise<void> {
  const made = Array.from({ length: identities }, (_, i) => deriveIdentity('made up', i))
  const roster = [
    ...network.plan.nodes.map(({ address, index }) => ({
      address,
      peerKey: deriveIdentity(network.plan.seed, index).peerKey,
    })),
    ...made.map(({ peerKey }, i) => ({ address: network.loopback.address(9, i + 1), peerKey })),
  ]
  for (const [i, { peerSeed }] of made.entries()) {
    const transport = new Libp2pTransport({ index: nodes + i, peerSeed, roster, port: meshPort })
    sybils.push(transport)
    await transport.start(everyNode, {
      ...{ onFrame: () => {}, onGarbage: () => {} },
      onPeer: (peer, state) => linked.push(`${i} ${state} ${peer}`),
    })
  }
}

async function refusals(index: number): Promise<number> {
  const text = await (await fetch(`${network.url(index)}/metrics`)).text()
  return Number(/^whiteout_node_garbage_total (\d+)/m.exec(text)?.[1])
}

async function statusOf(index: number): Promise<NodeStatus> {
  return (await fetch(`${network.url(index)}/status`)).json() as Promise<NodeStatus>
}

async function digests(): Promise<{ accepted: number }[]> {
  return Promise.all(
    everyNode.map(
      async index => (await fetch(`${network.url(index)}/digest`)).json() as Promise<{ accepted: number }>,
    ),
  )
}

describe('an unstaked Sybil', () => {
  it('is let in by nobody, however many identities it makes up, and changes nothing', async () => {
    await startSybils()
    await until('every node has refused some', async () =>
      (await Promise.all(everyNode.map(refusals))).every(count => count > 0),
    )
    const body = `[${signer.sign({ index: 0, owner: 1, nonce: 0 }).json}]`
    const headers = { authorization: `Bearer ${token}` }
    await fetch(`${network.url(0)}/transactions`, { method: 'POST', headers, body })
    await until('it is accepted everywhere', async () =>
      (await digests()).every(({ accepted }) => accepted === 1),
    )
    expect(linked).toEqual([])
    // Acceptance takes fewer links than there are: the last ones may come later, and none beyond them does.
    for (const index of everyNode)
      await until(`node ${index} has its links`, async () => {
        const { peers, parameters } = await statusOf(index)
        expect(peers).toBeLessThan(nodes)
        expect(parameters.n).toBe(nodes)
        return peers === nodes - 1
      })
  })
})
