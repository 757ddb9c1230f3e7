import { describe, expect, it } from '@jest/globals'
import type { CounterName } from '../../nodes/host/ports.ts'
import { decodeFrame, encodeFrame, encodeVotes, type Frame } from '../../nodes/wire/frame.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'

const n = 10
const f = 3
const issueIntervalMs = 20
const tuning = { issueIntervalMs, collectors: f }

/** The first collectors are nodes 0, 1 and 2. */
async function network(): Promise<HostNetwork> {
  const started = new HostNetwork(n, tuning)
  await started.start()
  return started
}

const countOf = (hosts: HostNetwork, name: CounterName) => hosts.counts.get(name) ?? 0

/** Submits transactions first … first + count - 1 to nodes that are up in turn, one every 50 ms. */
async function load(
  hosts: HostNetwork,
  first: number,
  count: number,
  among = (_node: number) => true,
): Promise<void> {
  const able = hosts.places.flatMap(({ up }, node) => (up && among(node) ? node : []))
  for (let i = first; i < first + count; i += 1) {
    void hosts.places[able[i % able.length]!]!.node.submit([submitted(1, i)])
    await hosts.clock.advance(50)
  }
}

function acceptedAt(hosts: HostNetwork, among = (_node: number) => true): number[] {
  return hosts.places.flatMap(({ up, node }, index) => (up && among(index) ? node.digest().accepted : []))
}

const links = (hosts: HostNetwork) => hosts.places.reduce((sum, { linked }) => sum + linked.size, 0) / 2
/** Between the first collectors, and from each of them to all others. */
const linksAtFirst = (f * (f - 1)) / 2 + f * (n - f)

describe('collectors', () => {
  it('ask for nothing, and nobody takes over, while everything is healthy', async () => {
    const hosts = await network()
    await load(hosts, 0, 100)
    // Both sides of double-spends, which may stay undecided for ever.
    for (let nonce = 0; nonce < 10; nonce += 1)
      for (const [node, text] of [
        [4, 'one'],
        [5, 'other'],
      ] as const) {
        void hosts.places[node]!.node.submit([submitted(2, nonce, text)])
        await hosts.clock.advance(issueIntervalMs)
      }
    await hosts.clock.advance(1000)
    expect(countOf(hosts, 'takeovers') + countOf(hosts, 'pulls_sent') + countOf(hosts, 'collects_sent')).toBe(
      0,
    )
    await hosts.clock.advance(120_000)
    expect(countOf(hosts, 'takeovers')).toBe(0)
    expect(links(hosts)).toBe(linksAtFirst)
  })

  it('have no reason to ask when nothing conflicts', async () => {
    const hosts = await network()
    await load(hosts, 0, 100)
    await hosts.clock.advance(60_000)
    expect(acceptedAt(hosts)).toEqual(hosts.places.map(() => 100))
    for (const name of ['wants_sent', 'collects_sent', 'pulls_sent', 'takeovers', 'tags_refused'] as const)
      expect([name, countOf(hosts, name)]).toEqual([name, 0])
  })

  it('are followed by the next ones after a deadline when all of them are down, and links open only then', async () => {
    const hosts = await network()
    for (const node of [0, 1, 2]) hosts.kill(node)
    await load(hosts, 0, 1)
    await hosts.clock.advance(3000)
    expect([links(hosts), countOf(hosts, 'takeovers')]).toEqual([0, 0])
    await load(hosts, 1, 9)
    await hosts.clock.advance(30_000)
    expect(acceptedAt(hosts)).toEqual([10, 10, 10, 10, 10, 10, 10])
    const takeovers = countOf(hosts, 'takeovers')
    expect(takeovers).toBeLessThanOrEqual(2 * (n - f))
    // From then on nobody waits for a deadline.
    hosts.finality.clear()
    await load(hosts, 10, 40)
    await hosts.clock.advance(10_000)
    expect(countOf(hosts, 'takeovers')).toBe(takeovers)
    expect(Math.max(...[...hosts.finality.values()].flat())).toBeLessThan(5)
  })

  it('are the first ones again when these are back', async () => {
    const hosts = await network()
    for (const node of [0, 1, 2]) hosts.kill(node)
    await load(hosts, 0, 10)
    await hosts.clock.advance(30_000)
    for (const node of [0, 1, 2]) await hosts.restart(node)
    await load(hosts, 10, 10)
    await hosts.clock.advance(60_000)
    const before = countOf(hosts, 'takeovers')
    await load(hosts, 20, 20)
    await hosts.clock.advance(30_000)
    expect(acceptedAt(hosts)).toEqual(hosts.places.map(() => 40))
    expect(countOf(hosts, 'takeovers')).toBe(before)
  })

  it.each([
    ['the last f of the order', [7, 8, 9]],
    ['some collectors and others', [0, 2, 6]],
  ])('go on with %s down', async (_name, down) => {
    const hosts = await network()
    for (const node of down) hosts.kill(node)
    await load(hosts, 0, 20)
    await hosts.clock.advance(60_000)
    expect(acceptedAt(hosts)).toEqual(Array.from({ length: n - f }, () => 20))
  })
})

describe('an issuer', () => {
  /** Changes the frames of node 0, the only issuer at that time. @returns undefined to lose a frame */
  async function lying(change: (to: number, frame: Frame) => Frame | undefined): Promise<HostNetwork> {
    const hosts = await network()
    hosts.tamper = (from, to, bytes) => {
      const frame = from === 0 ? decodeFrame(bytes) : undefined
      return frame ? encodeFrame(change(to, frame) ?? {}) : bytes
    }
    // Turns are of 20 ms.
    while (Math.floor(hosts.clock.nowMs() / issueIntervalMs) % f !== 0) await hosts.clock.advance(1)
    return hosts
  }
  const isOther = (node: number) => node !== 0

  it('that sends its certificates to half leaves the others to ask, and all are final', async () => {
    const hosts = await lying((to, frame) => (to < 5 || !frame.certificates ? frame : undefined))
    void hosts.places[4]!.node.submit([submitted(1, 1)])
    await hosts.clock.advance(1000)
    expect(new Set(acceptedAt(hosts))).toEqual(new Set([0, 1]))
    await hosts.clock.advance(30_000)
    expect(acceptedAt(hosts)).toEqual(hosts.places.map(() => 1))
    expect(countOf(hosts, 'collects_sent')).toBeGreaterThan(0)
  })

  it('that dies after it has pushed to some leaves a vertex that all decide', async () => {
    const hosts = await lying((to, frame) =>
      to === 5 || to === 6 || !frame.content?.vertices.length ? frame : undefined,
    )
    void hosts.places[4]!.node.submit([submitted(1, 1)])
    await hosts.clock.advance(issueIntervalMs + 12)
    hosts.kill(0)
    await hosts.clock.advance(60_000)
    expect(acceptedAt(hosts)).toEqual(Array.from({ length: n - 1 }, () => 1))
  })

  it('that is cut off with a vertex in flight has it decided by the others, and follows after the heal', async () => {
    const hosts = await lying((_to, frame) => frame)
    void hosts.places[4]!.node.submit([submitted(1, 1)])
    await hosts.clock.advance(issueIntervalMs + 12)
    await hosts.cut(node => node === 0)
    await hosts.clock.advance(30_000)
    expect(acceptedAt(hosts, isOther)).toEqual(Array.from({ length: n - 1 }, () => 1))
    hosts.heal()
    await hosts.clock.advance(30_000)
    expect(acceptedAt(hosts)).toEqual(hosts.places.map(() => 1))
  })

  it('that restarts with a vertex open has it decided', async () => {
    const hosts = await lying((_to, frame) => (frame.certificates ? undefined : frame))
    void hosts.places[4]!.node.submit([submitted(1, 1)])
    await hosts.clock.advance(issueIntervalMs + 12)
    hosts.kill(0)
    hosts.tamper = (_from, _to, bytes) => bytes
    await hosts.clock.advance(100)
    await hosts.restart(0)
    await hosts.clock.advance(30_000)
    expect(acceptedAt(hosts)).toEqual(hosts.places.map(() => 1))
  })

  it('that changes what was voted convinces nobody, and is not taken for the voters', async () => {
    const hosts = await lying((_to, frame) => ({
      ...frame,
      ...(frame.certificates
        ? {
            certificates: frame.certificates.map(each => ({
              ...each,
              votes: encodeVotes([{ vertex: 'b'.repeat(64), exceptions: [] }]),
            })),
          }
        : {}),
    }))
    void hosts.places[4]!.node.submit([submitted(1, 1)])
    await hosts.clock.advance(30_000)
    expect(countOf(hosts, 'tags_refused')).toBeGreaterThan(0)
    expect(acceptedAt(hosts)).toEqual(hosts.places.map(() => 1))
  })
})
