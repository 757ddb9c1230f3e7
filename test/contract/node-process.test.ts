import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSigner } from '../../harness/driver/signer.ts'
import { tokenVariable } from '../../model/node-config.ts'
import type { Decision, NodeStatus } from '../../nodes/host/ports.ts'
import { planOf } from '../support/plan.ts'
import { ProcessNetwork, token } from '../support/process-network.ts'
import { until } from '../support/until.ts'

const nodes = 5
const everyNode = Array.from({ length: nodes }, (_, index) => index)
const signer = createSigner({ seed: 'node-process', payloadBytes: 40 })
let network: ProcessNetwork
let submitted = 0

beforeAll(async () => {
  network = await ProcessNetwork.start(planOf(nodes))
  await until('every node is ready', async () => {
    const ready = await Promise.all(
      everyNode.map(async index => (await fetch(`${network.url(index)}/healthz`)).ok),
    )
    return ready.every(Boolean)
  })
  // A node is ready with as many links as it takes to decide.
  await until('every pair has its link', async () => {
    const peers = await Promise.all(
      everyNode.map(async index => (await get<NodeStatus>(index, '/status')).peers),
    )
    return peers.every(count => count === nodes - 1)
  })
})
afterAll(() => network[Symbol.asyncDispose]())

async function get<Body>(index: number, path: string): Promise<Body> {
  return (await fetch(network.url(index) + path)).json() as Promise<Body>
}

/** @returns ids of `count` new transactions that the node admitted. */
async function submit(index: number, count: number): Promise<string[]> {
  const signed = Array.from({ length: count }, () => {
    const number = submitted++
    return signer.sign({ index: number, owner: number % 7, nonce: number })
  })
  const response = await fetch(`${network.url(index)}/transactions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: `[${signed.map(({ json }) => json).join()}]`,
  })
  expect(await response.json()).toEqual({ admitted: count, refused: [] })
  return signed.map(({ id }) => id.toString('hex'))
}

async function decided(index: number, count: number): Promise<Decision[]> {
  const stop = new AbortController()
  const deadline = setTimeout(
    () => stop.abort(new Error(`node ${index} did not decide ${count} in time`)),
    60_000,
  )
  const response = await fetch(`${network.url(index)}/decisions?from=0`, { signal: stop.signal })
  let text = ''
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk)
    if (text.split('\n').length > count) break
  }
  clearTimeout(deadline)
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Decision)
}

async function sameDigest(): Promise<boolean> {
  const digests = await Promise.all(
    everyNode.map(index => get<{ digest: string; accepted: number }>(index, '/digest')),
  )
  return digests.every(({ digest, accepted }) => digest === digests[0]!.digest && accepted === submitted)
}

const status = (index: number) => get<NodeStatus>(index, '/status')

describe('the node program, as processes over loopback', () => {
  it('decides what is submitted to any node, at every node, with equal digests', async () => {
    const ids = (await Promise.all(everyNode.map(index => submit(index, 20)))).flat()
    for (const index of everyNode) {
      const decisions = await decided(index, ids.length)
      expect(decisions.map(({ sequence }) => sequence)).toEqual(ids.map((_, sequence) => sequence))
      expect(decisions.map(({ transaction }) => transaction).toSorted()).toEqual(ids.toSorted())
      expect(decisions.every(({ outcome }) => outcome === 'accepted')).toBe(true)
    }
    await until('equal digests', sameDigest)
  })

  it('counts in Prometheus text what it did', async () => {
    const text = await (await fetch(`${network.url(0)}/metrics`)).text()
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
    expect(value('whiteout_node_transactions_accepted_total')).toBe(submitted)
    expect(value('whiteout_node_finality_seconds_count')).toBe(20)
    expect(value('whiteout_node_peers')).toBe(nodes - 1)
    expect(value('whiteout_node_garbage_total')).toBe(0)
    expect(value('whiteout_node_frames_received_total')).toBeGreaterThan(0)
  })

  it('loses nothing over SIGKILL: it comes back with what it had and catches up on what it missed', async () => {
    const before = await status(4)
    await network.kill(4)
    await submit(0, 20)
    network.launch(4)
    await until('equal digests', sameDigest)
    const after = await status(4)
    expect(after.storage).toEqual({ verified: true, opens: before.storage.opens + 1 })
    await until('node 4 is ready', async () => (await fetch(`${network.url(4)}/healthz`)).ok)
    await submit(4, 5)
    await until('equal digests', sameDigest)
  })

  it('stops on SIGTERM with exit code 0', async () => {
    const exited = once(network.process(3), 'exit')
    network.process(3).kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    network.launch(3)
    await until('equal digests', sameDigest)
  })

  it('takes no part with a damaged store, but stays up and says what is wrong with it', async () => {
    await network.kill(2)
    const data = join(network.directory, 'data-2')
    const logs = (await readdir(data)).filter(name => name.endsWith('.log')).map(name => join(data, name))
    const sizes = await Promise.all(logs.map(async path => ({ path, size: (await stat(path)).size })))
    const { path, size } = sizes.toSorted((a, b) => b.size - a.size)[0]!
    const intact = await readFile(path)
    await using file = await open(path, 'r+')
    await file.write(Buffer.from([intact[size >> 1]! ^ 1]), 0, 1, size >> 1)
    network.launch(2)
    await until('it answers', async () => (await fetch(`${network.url(2)}/healthz`)).status === 503)
    const message = expect.stringMatching(/is corrupt: the write-ahead log \d+\.log is damaged/)
    expect(await get(2, '/healthz')).toEqual({ missing: message })
    expect((await status(2)).storage).toEqual({ verified: false, opens: 0, message })
    await network.kill(2)
    await writeFile(path, intact)
    network.launch(2)
    await until('equal digests', sameDigest)
  })

  it.each([
    ['no token', {}, [], 64, `${tokenVariable} is not set`],
    ['a genesis that is not there', { [tokenVariable]: 'x' }, ['/nowhere'], 64, '/nowhere cannot be read'],
    [
      'secrets that are a genesis',
      { [tokenVariable]: 'x' },
      ['genesis.json', 'genesis.json'],
      64,
      'genesis.json: ',
    ],
    [
      'a store in a place that is a file',
      { [tokenVariable]: 'x' },
      ['genesis.json', 'node-0.json', 'node.mjs'],
      69,
      'cannot be used',
    ],
    [
      'its addresses in use',
      { [tokenVariable]: 'x' },
      ['genesis.json', 'node-0.json', 'other'],
      69,
      'EADDRINUSE',
    ],
  ])('refuses %s with one line that says so', async (_what, environment, names, code, message) => {
    const paths = names.map(name => (name.startsWith('/') ? name : join(network.directory, name)))
    const child = spawn(process.execPath, [join(network.directory, 'node.mjs'), ...paths], {
      env: environment as NodeJS.ProcessEnv,
    })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    const [exitCode] = await once(child, 'close')
    const lines = output
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { event: string; message?: string })
    expect(lines.filter(({ event }) => event === 'failed')).toEqual([
      expect.objectContaining({ message: expect.stringContaining(message) }),
    ])
    expect(lines.at(-1)!.message!.split('\n')).toHaveLength(1)
    expect(exitCode).toBe(code)
    await rm(join(network.directory, 'other'), { recursive: true, force: true })
  })
})
