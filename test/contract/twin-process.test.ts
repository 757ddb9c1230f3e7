import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSigner } from '../../harness/workload/signer.ts'
import type { EvidenceEvent } from '../../model/event.ts'
import { planOf } from '../support/plan.ts'
import { ProcessNetwork, token } from '../support/process-network.ts'
import { until } from '../support/until.ts'

const twin = 2
/** Its second process, which comes after the roster. */
const second = 6
const sybil = [4, 5]
const correct = [0, 1, 3]
const signer = createSigner({ seed: 'twin-process', payloadBytes: 40 })
let network: ProcessNetwork

beforeAll(async () => {
  const byzantine = [
    { behaviour: 'twin', targets: `node-${twin}` },
    { behaviour: 'delay', by: '1ms', targets: 'node-4, node-5', identities: 2 },
  ]
  network = await ProcessNetwork.start(planOf(6, { scenario: { byzantine } }), 206)
  await until('every node is ready', async () => {
    const answers = network.plan.nodes.map(
      async ({ index }) => (await fetch(`${network.url(index)}/healthz`)).ok,
    )
    return (await Promise.all(answers)).every(Boolean)
  })
}, 60_000)
afterAll(() => network[Symbol.asyncDispose]())

async function get<Body>(node: number, path: string): Promise<Body> {
  return (await fetch(network.url(node) + path)).json() as Promise<Body>
}

async function submit(node: number, nonce: number): Promise<void> {
  const response = await fetch(`${network.url(node)}/transactions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: `[${signer.sign({ index: nonce, owner: 1, nonce }).json}]`,
  })
  expect(await response.json()).toEqual({ admitted: 1, refused: [] })
}

describe('a twin and a staked Sybil, as processes', () => {
  it('are who they are, and each is linked with whom it should be', async () => {
    const linkedWith = [twin, second].map(node => network.plan.nodes[node]!.twin!.linkedWith.length)
    await until('all links are there', async () => {
      const asked = [...correct, ...sybil, twin, second]
      const all = await Promise.all(asked.map(node => get<{ peers: number }>(node, '/status')))
      const expected = [...correct, ...sybil].map(() => 5)
      return JSON.stringify(all.map(({ peers }) => peers)) === JSON.stringify([...expected, ...linkedWith])
    })
    expect(await get(second, '/status')).toMatchObject({ index: twin, storage: { opens: 1 } })
    expect(await get(twin, '/status')).not.toHaveProperty('behaviour')
    for (const index of sybil)
      expect(await get(index, '/status')).toMatchObject({ index, behaviour: 'delay' })
    expect(network.process(5)).toBeUndefined()
  }, 30_000)

  it('the twin is caught at equivocation by everybody correct, and what it takes is accepted all the same', async () => {
    await submit(twin, 0)
    await submit(second, 1)
    await submit(5, 2)
    for (const node of [...correct, ...sybil]) {
      await until(`node-${node} has accepted all three`, async () => {
        const { accepted } = await get<{ accepted: number }>(node, '/digest')
        return accepted === 3
      })
    }
    for (const node of correct) {
      const { caught } = await get<EvidenceEvent>(node, '/evidence')
      expect(caught).toMatchObject([{ node: twin, offence: 'equivocation' }])
    }
  }, 30_000)

  it('both of the Sybil end with its process, and both come back with a store of their own', async () => {
    await network.kill(4, 'SIGTERM')
    expect(network.process(4).exitCode).toBe(0)
    for (const index of sybil)
      await expect(fetch(`${network.url(index)}/healthz`)).rejects.toThrow('fetch failed')
    network.launch(4)
    for (const index of sybil) {
      await until(`node-${index} is back`, async () => (await fetch(`${network.url(index)}/healthz`)).ok)
      expect(await get(index, '/status')).toMatchObject({
        index,
        accepted: 3,
        storage: { opens: 2, verified: true },
      })
    }
  }, 30_000)
})
