import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { behaviourSchema } from '../../model/behaviour.ts'
import { stream } from '../../model/random.ts'
import { transactionBytes } from '../../nodes/contract/transaction.ts'
import type { Assigned } from '../../nodes/host/conduct.ts'
import type { SubmittedTransaction } from '../../nodes/host/ports.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'

/** One turn of an issuer. */
const issueIntervalMs = 20
const mesh = { issueIntervalMs } as const
const few = { issueIntervalMs, collectors: 4 } as const

/** A network whose last nodes share a behaviour. */
async function networkWith(
  name: string,
  {
    n,
    byzantine,
    tuning = mesh,
    faultCensus = false,
  }: {
    n: number
    byzantine: number
    tuning?: { issueIntervalMs: number; collectors?: number; order?: readonly number[] }
    faultCensus?: boolean
  },
): Promise<{ network: HostNetwork; correct: number[] }> {
  const group = Array.from({ length: byzantine }, (_, i) => n - byzantine + i)
  const assigned = behaviourSchema.parse({ name, seed: 'seed', group }) as Assigned
  const behaviours = new Map(group.map(node => [node, assigned]))
  const network = new HostNetwork(n, tuning, { behaviours, evidence: { faultCensus } })
  await network.start()
  return { network, correct: network.places.map((_, node) => node).filter(node => !group.includes(node)) }
}

/** Whom correct nodes have caught, and at what. */
function caughtBy(network: HostNetwork, correct: readonly number[]): Set<string> {
  const told = correct.flatMap(node => network.places[node]!.node.evidence()!.caught)
  return new Set(told.map(({ node, offence }) => `${node}: ${offence}`))
}

/** Submits this many transactions to correct nodes in turn, and lets time pass. */
async function load(network: HostNetwork, correct: readonly number[], count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    void network.places[correct[i % correct.length]!]!.node.submit([submitted(i % 5, Math.floor(i / 5))])
    await network.clock.advance(20)
  }
  await network.clock.advance(30_000)
}

/** Both sides of so many double-spends, each pair to two correct nodes and in turn to two issuers. @returns how many were accepted on both sides */
async function spendTwice(network: HostNetwork, correct: readonly number[], pairs: number): Promise<number> {
  // Who hears of which side first is chance, as on a real network.
  const random = stream('seed', 'links')
  network.link = () => 5 + random.integer(20)
  const sides: string[][] = []
  for (let i = 0; i < pairs; i += 1) {
    const both = ['one', 'other'].map(text => submitted(i % 5, Math.floor(i / 5), text))
    for (const [side, transaction] of both.entries()) {
      void network.places[correct[(i + side) % correct.length]!]!.node.submit([transaction])
      await network.clock.advance(issueIntervalMs)
    }
    sides.push(both.map(idOf))
    await network.clock.advance(200)
  }
  await network.clock.advance(30_000)
  const accepted = new Set((await Promise.all(correct.map(node => network.accepted(node)))).flat())
  return sides.filter(pair => pair.every(id => accepted.has(id))).length
}

function idOf(transaction: SubmittedTransaction): string {
  return createHash('sha256').update(transactionBytes(transaction).identity).digest('hex')
}

const attacks = [
  'always-reject',
  'always-accept',
  'silent',
  'random-vote',
  'delay',
  'collude',
  'two-faced',
  'balancing',
  'feed-then-flip',
  'equivocate',
  'stale',
  'forge',
  'garbage',
  'flood',
  'withhold',
  'selective-tags',
]

/** They issue nothing that others entrust them with. */
const refusing = ['silent', 'always-reject', 'random-vote']

/** What proves itself to whoever it is done to. */
const offences: Readonly<Record<string, string>> = {
  equivocate: 'equivocation',
  forge: 'bad-signature',
  garbage: 'garbage',
}

/** The last nodes are Byzantine; the last first in the order makes them the only collectors. */
const byzantineFirst = Array.from({ length: 13 }, (_, i) => 12 - i)

const places = [
  ['full mesh (n=8, B=2)', { n: 8, byzantine: 2, tuning: mesh }],
  ['four collectors (n=13, B=4)', { n: 13, byzantine: 4, tuning: few }],
  [
    'four collectors, all of them (n=13, B=4)',
    { n: 13, byzantine: 4, tuning: { ...few, order: byzantineFirst } },
  ],
] as const

describe.each(attacks)('f Byzantine nodes: %s', name => {
  it.each(places)('everything is final at every correct node: %s', async (_name, options) => {
    const { network, correct } = await networkWith(name, options)
    await load(network, correct, 30)
    // The deadline of a takeover; half of what is forwarded then still goes to nodes that issue nothing.
    if (refusing.includes(name)) await network.clock.advance(60_000)
    expect(correct.map(node => network.places[node]!.node.digest().accepted)).toEqual(correct.map(() => 30))
    expect(new Set(correct.map(node => network.places[node]!.node.digest().digest)).size).toBe(1)
    const offence = offences[name]
    const liars = network.places.map((_, node) => node).filter(node => !correct.includes(node))
    const expected = offence === undefined ? [] : liars.map(node => `${node}: ${offence}`)
    expect(caughtBy(network, correct)).toEqual(new Set(expected))
  })
})

describe('equivocation', () => {
  it('costs an issuer no more than the round trip in which the others get the side they lack', async () => {
    const { network, correct } = await networkWith('equivocate', { n: 20, byzantine: 6 })
    network.link = () => 10
    await load(network, correct, 60)
    const seconds = [...network.finality.values()].flat()
    expect(seconds).toHaveLength(60)
    // Push, pull, answer and vote take 40 ms, and what was asked for may lack a parent in turn.
    expect(Math.max(...seconds)).toBeLessThan(0.1)
  })
})

describe('the fault census', () => {
  it.each([
    [2, 21],
    [3, 0],
  ])(
    'ends acceptance, and says why, when more than f peers are caught (f=2, B=%i)',
    async (byzantine, more) => {
      const { network, correct } = await networkWith('garbage', { n: 8, byzantine, faultCensus: true })
      const { node } = network.places[0]!
      await load(network, correct, 1)
      const before = node.digest().accepted
      for (let nonce = 0; nonce < 21; nonce += 1) {
        void network.places[correct[nonce % correct.length]!]!.node.submit([submitted(9, nonce)])
        await network.clock.advance(20)
      }
      await network.clock.advance(30_000)
      expect(node.digest().accepted - before).toBe(more)
      expect(node.status().raised).toBe(more === 0 ? 'SAFETY_THRESHOLD_EXCEEDED' : undefined)
      expect(node.health().ready).toBe(more > 0)
    },
  )
})

describe('more than f Byzantine nodes (n=8, B=3)', () => {
  it.each(['always-reject', 'silent'])('nothing is accepted when they refuse: %s', async name => {
    const { network, correct } = await networkWith(name, { n: 8, byzantine: 3 })
    await load(network, correct, 20)
    expect(correct.map(node => network.places[node]!.node.digest().accepted)).toEqual(correct.map(() => 0))
  })

  it.each(['always-accept', 'two-faced', 'delay', 'collude', 'equivocate'])(
    'everything is final when they are for it: %s',
    async name => {
      const { network, correct } = await networkWith(name, { n: 8, byzantine: 3 })
      await load(network, correct, 20)
      expect(correct.map(node => network.places[node]!.node.digest().accepted)).toEqual(correct.map(() => 20))
    },
  )

  it.each(['two-faced', 'balancing', 'feed-then-flip', 'equivocate', 'always-accept'])(
    'no double-spend is accepted twice: %s',
    async name => {
      const { network, correct } = await networkWith(name, { n: 8, byzantine: 3 })
      expect(await spendTwice(network, correct, 20)).toBe(0)
    },
  )
})

describe('as many as break safety (n=8, B=4)', () => {
  it.each(['two-faced', 'equivocate'])('both sides of a double-spend are accepted: %s', async name => {
    const { network, correct } = await networkWith(name, { n: 8, byzantine: 4 })
    expect(await spendTwice(network, correct, 20)).toBeGreaterThan(0)
  })
})

describe('a behaviour that is switched while the network runs', () => {
  it('stalls it and lets it go on, and what was refused stays refused', async () => {
    const { network, correct } = await networkWith('always-accept', { n: 8, byzantine: 3 })
    const liars = [5, 6, 7].map(node => network.places[node]!.node)
    const accepted = () => network.places[0]!.node.digest().accepted
    await load(network, correct, 10)
    expect(accepted()).toBe(10)
    for (const liar of liars) liar.behave({ ...liar.behaviour!, name: 'always-reject' } as Assigned)
    void network.places[0]!.node.submit([submitted(9, 0)])
    await network.clock.advance(30_000)
    expect(accepted()).toBe(10)
    for (const liar of liars) liar.behave(undefined)
    expect(liars[0]!.status().behaviour).toBeUndefined()
    void network.places[0]!.node.submit([submitted(9, 1)])
    await network.clock.advance(30_000)
    expect(accepted()).toBe(11)
  })
})

describe('amnesia', () => {
  it('a node that forgets its votes over a restart is level again and keeps its decisions', async () => {
    const { network, correct } = await networkWith('amnesia', { n: 8, byzantine: 2 })
    await load(network, correct, 20)
    network.kill(7)
    await network.clock.advance(1000)
    await network.restart(7)
    await network.clock.advance(30_000)
    expect(network.places[7]!.node.digest()).toEqual(network.places[0]!.node.digest())
    expect(network.places[7]!.node.status().storage.verified).toBe(true)
  })
})
