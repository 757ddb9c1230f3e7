import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSigner } from '../../harness/driver/signer.ts'
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
let nonce = 0

beforeAll(async () => {
  const byzantine = [
    { behaviour: 'twin', targets: `node-${twin}` },
    { behaviour: 'delay', by: '1ms', targets: 'node-4, node-5', identities: 2 },
  ]
  network = await ProcessNetwork.start(planOf(6, { scenario: { byzantine } }))
  await until('every node is ready', async () => {
    const answers = network.plan.nodes.map(
      async ({ index }) => (await fetch(`${network.url(index)}/healthz`)).ok,
    )
    return (await Promise.all(answers)).every(Boolean)
  })
})
afterAll(() => network[Symbol.asyncDispose]())

async function get<Body>(node: number, path: string): Promise<Body> {
  return (await fetch(network.url(node) + path)).json() as Promise<Body>
}

/** @returns the transaction's id */
async function submit(node: number): Promise<string> {
  nonce += 1
  const { id, json } = signer.sign({ index: nonce, owner: 1, nonce })
  const response = await fetch(`${network.url(node)}/transactions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: `[${json}]`,
  })
  expect(await response.json()).toEqual({ admitted: 1, refused: [] })
  return id.toString('hex')
}

/** Ids of all that a node says it has accepted, as far as it answers at once. */
async function acceptedBy(node: number): Promise<ReadonlySet<string>> {
  const { accepted } = await get<{ accepted: number }>(node, '/digest')
  if (accepted === 0) return new Set()
  const response = await fetch(`${network.url(node)}/decisions?from=0`)
  let text = ''
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk)
    if (text.split('\n').length > accepted) break
  }
  const lines = text.split('\n').slice(0, accepted)
  return new Set(lines.map(line => (JSON.parse(line) as { transaction: string }).transaction))
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
  })

  it('the twin is caught at equivocation by everybody correct, and what others take is accepted all the same', async () => {
    const caughtBy = async (node: number) => (await get<EvidenceEvent>(node, '/evidence')).caught
    // It equivocates once both of its processes have issued, and each does that in its turn alone.
    await until('everybody correct has caught somebody', async () => {
      for (const node of [twin, second]) await submit(node)
      return (await Promise.all(correct.map(caughtBy))).every(({ length }) => length > 0)
    })
    for (const node of correct)
      expect(await caughtBy(node)).toMatchObject([{ node: twin, offence: 'equivocation' }])
    const taken = await Promise.all([...correct, ...sybil].map(submit))
    for (const node of correct)
      await until(`node-${node} has accepted what others took`, async () => {
        const accepted = await acceptedBy(node)
        return taken.every(id => accepted.has(id))
      })
  })

  it('both of the Sybil end with its process, and both come back with a store of their own', async () => {
    // Each identity hears of a certificate in its own time: what it had accepted is asked of it, not of its sibling.
    const before = await Promise.all(sybil.map(acceptedBy))
    await network.kill(4, 'SIGTERM')
    expect(network.process(4).exitCode).toBe(0)
    for (const index of sybil)
      await expect(fetch(`${network.url(index)}/healthz`)).rejects.toThrow('fetch failed')
    network.launch(4)
    for (const [place, index] of sybil.entries()) {
      await until(`node-${index} is back`, async () => (await fetch(`${network.url(index)}/healthz`)).ok)
      expect([...(await acceptedBy(index))]).toEqual(expect.arrayContaining([...before[place]!]))
      expect(await get(index, '/status')).toMatchObject({
        index,
        storage: { opens: 2, verified: true },
      })
    }
  })
})
