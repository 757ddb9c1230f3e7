import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSigner } from '../../harness/driver/signer.ts'
import type { EvidenceEvent } from '../../model/event.ts'
import { seenSchema } from '../../model/seen.ts'
import { planOf } from '../support/plan.ts'
import { ProcessNetwork, token } from '../support/process-network.ts'
import { until } from '../support/until.ts'

const nodes = 5
const liar = 4
const everyNode = Array.from({ length: nodes }, (_, index) => index)
const signer = createSigner({ seed: 'byzantine-process', payloadBytes: 40 })
let network: ProcessNetwork

beforeAll(async () => {
  const scenario = { byzantine: [{ behaviour: 'equivocate', every: 100, targets: `node-${liar}` }] }
  network = await ProcessNetwork.start(planOf(nodes, { scenario }))
  await untilReady()
})
afterAll(() => network[Symbol.asyncDispose]())

function untilReady(): Promise<unknown> {
  return until('every node is ready', async () => {
    const answers = everyNode.map(async index => (await fetch(`${network.url(index)}/healthz`)).ok)
    return (await Promise.all(answers)).every(Boolean)
  })
}

async function get<Body>(index: number, path: string): Promise<Body> {
  return (await fetch(network.url(index) + path)).json() as Promise<Body>
}

async function put(index: number, path: string, body: unknown, bearer = token) {
  const response = await fetch(network.url(index) + path, {
    method: 'PUT',
    headers: { authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function submit(index: number, nonce: number): Promise<unknown> {
  const response = await fetch(`${network.url(index)}/transactions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: `[${signer.sign({ index: nonce, owner: 1, nonce }).json}]`,
  })
  return response.json()
}

const untilAccepted = (count: number) =>
  until(`${count} accepted everywhere`, async () => {
    const digests = everyNode.map(async index => (await get<{ accepted: number }>(index, '/digest')).accepted)
    return (await Promise.all(digests)).every(accepted => accepted === count)
  })

describe('a Byzantine node process', () => {
  it('says what it is, and those that are correct do not', async () => {
    expect(await get(liar, '/status')).toMatchObject({ behaviour: 'equivocate' })
    expect(await get(0, '/status')).not.toHaveProperty('behaviour')
    expect(await get(liar, '/behaviour')).toMatchObject({ name: 'equivocate', every: 100, trigger: 'always' })
    expect(await get(0, '/behaviour')).toEqual({ name: 'correct' })
  })

  it('is caught at equivocation by every correct node, and the rest goes on', async () => {
    // A half learns of the other half's fork from a vertex that builds upon it: without more of them, perhaps never.
    let submitted = 0
    const isCaughtBy = async (index: number): Promise<boolean> => {
      const { caught } = await get<EvidenceEvent>(index, '/evidence')
      expect(caught.every(({ node }) => node === liar)).toBe(true)
      return caught.some(({ offence }) => offence === 'equivocation')
    }
    await until('every correct node has caught it', async () => {
      await submit(submitted % liar, submitted)
      submitted += 1
      const answers = await Promise.all(everyNode.filter(node => node !== liar).map(isCaughtBy))
      return answers.every(Boolean)
    })
    await untilAccepted(submitted)
  })

  it('is seen by its peers, who tell whoever has the token', async () => {
    expect((await fetch(`${network.url(0)}/seen`)).status).toBe(401)
    // Enough peers have spoken for what was accepted; the others do so with their next heartbeat.
    await until('every peer was heard', async () => {
      const response = await fetch(`${network.url(0)}/seen?age=0`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const seen = seenSchema.parse(await response.json())
      expect(seen.due).toBeGreaterThan(0)
      expect(seen.frames[0]).toBe(0)
      return seen.frames.slice(1).every(count => count > 0)
    })
  })

  it('is switched by whoever has the token, to what there is', async () => {
    expect((await put(1, '/behaviour', { name: 'silent' }, 'another')).status).toBe(401)
    expect(await put(1, '/behaviour', { name: 'sillent' })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^name: expected one of random-vote, always-reject/) },
    })
    expect(await put(1, '/behaviour', { name: 'delay', by: '20ms' })).toMatchObject({
      status: 200,
      body: { name: 'delay', by: 20 },
    })
    expect(await get(1, '/status')).toMatchObject({ behaviour: 'delay' })
    expect(await put(1, '/behaviour', { name: 'correct' })).toEqual({
      status: 200,
      body: { name: 'correct' },
    })
    expect(await get(1, '/status')).not.toHaveProperty('behaviour')
  })

  it('begins a new epoch with nothing of the old one, correct unless told otherwise', async () => {
    expect(await put(0, '/epoch', { epoch: 'next' })).toMatchObject({ status: 400 })
    const begun = await Promise.all(
      everyNode.map(index =>
        put(index, '/epoch', { epoch: 7, ...(index === 3 ? { behaviour: { name: 'stale' } } : {}) }),
      ),
    )
    expect(begun).toEqual(everyNode.map(() => ({ status: 200, body: { epoch: 7 } })))
    await untilReady()
    expect(await get(0, '/digest')).toMatchObject({ accepted: 0 })
    expect(await get(0, '/evidence')).toEqual({ caught: [], contested: [], undecided: [] })
    expect(await get(liar, '/behaviour')).toEqual({ name: 'correct' })
    expect(await get(3, '/behaviour')).toMatchObject({ name: 'stale' })
    expect(await submit(2, 0)).toEqual({ admitted: 1, refused: [] })
    await untilAccepted(1)
  })
})
