import { judge } from '../../harness/checkers/index.ts'
import type { Verdict } from '../../model/verdict.ts'
import { planOf } from '../support/plan.ts'
import { historyOf } from '../support/simulated.ts'
import { forgedVotes, reflectedTags, type Tampering } from './tampering.ts'
import { VirtualRun } from './virtual-run.ts'

/** Nobody hears those for whom this is true, and they hear nobody but each other. */
function part(run: VirtualRun, isApart: (node: number) => boolean): void {
  run.network.link = (from, to) => (isApart(from) === isApart(to) ? 5 : undefined)
}

/**
 * Node 3 votes for both sides of a double-spend and issues the one that loses; node 1 alone sees that one first. What it certifies to node
 * 1 is made up.
 */
async function certifyFalsely(tampering: Tampering): Promise<Verdict> {
  const liar = { behaviour: 'always-accept', targets: 'node-3' }
  const run = await VirtualRun.start(four, { byzantine: [liar] })
  await run.load(8)
  await run.advance(1000)
  const side = run.doubleSpend()
  run.network.link = (from, to) => ((from === 2 && to === 1) || (from === 3 && to === 0) ? 30 : 5)
  run.network.tamper = tampering({ liar: 3, victim: 1 })
  await run.untilTurnOf(2, 1)
  await run.submit(2, side)
  await run.advance(1)
  await run.submit(3, side + 1)
  await run.advance(1000)
  run.network.link = () => 5
  await run.load(8)
  return run.finish()
}

/** A plan in virtual time, with a driver and a nemesis as in containers. */
function planned({
  nodes,
  duration = '5s',
  ...given
}: {
  readonly nodes: number
  readonly duration?: string
  readonly faults?: readonly object[]
  readonly byzantine?: readonly object[]
}): () => Promise<Verdict> {
  return async () => {
    // A play shows a defect with a handful of transactions: how soon these are final is no matter of it.
    const scenario = {
      workload: { rate: 20, duration, warmup: '1s' },
      expect: { throughput: 'measured' },
      ...given,
    }
    const plan = planOf(nodes, { scenario })
    return judge(plan, await historyOf(plan))
  }
}

/** A turn of an issuer, and how long it waits for more. */
const issueMs = 20

/** The smallest network has f = 1 and alpha = 3. */
const four = 4

/**
 * What is done to a network to make defects show; each play passes when there are none. The cheapest one that shows a defect is the one
 * that it is tried with.
 */
export const plays: Readonly<Record<string, () => Promise<Verdict>>> = {
  /** Ordinary load. */
  load: planned({ nodes: four }),

  /** Somebody submits what the owner never signed. */
  forgery: async () => {
    const run = await VirtualRun.start(four)
    await run.load(4)
    await run.forge(1)
    await run.load(4)
    return run.finish()
  },

  /** A double-spend that the first side wins: only its issuer votes for the other one. */
  'double-spend': async () => {
    const run = await VirtualRun.start(four)
    await run.load(4)
    const side = run.doubleSpend()
    await run.untilTurnOf(2, 1)
    await run.submit(2, side)
    await run.advance(1)
    await run.submit(3, side + 1)
    await run.load(4)
    return run.finish()
  },

  /** Two halves without a quorum, each with its own side of a double-spend. */
  'split double-spend': async () => {
    const run = await VirtualRun.start(four)
    await run.load(4)
    await run.cut(node => node < 2)
    const side = run.doubleSpend()
    await run.submit(0, side)
    await run.submit(2, side + 1)
    await run.advance(20_000)
    run.heal()
    await run.load(4)
    return run.finish()
  },

  /** A transaction is accepted at one node alone; two of its three voters restart, out of its reach, beside the rival. */
  'restart between votes': async () => {
    const run = await VirtualRun.start(four)
    const side = run.doubleSpend()
    part(run, node => node === 3)
    await run.untilTurnOf(0, issueMs)
    await run.submit(0, side)
    while (!run.hasAccepted(0)) await run.advance(1)
    for (const voter of [1, 2]) run.kill(voter)
    part(run, node => node === 0)
    for (const voter of [1, 2]) await run.restart(voter)
    await run.untilTurnOf(3, issueMs)
    await run.submit(3, side + 1)
    await run.advance(10_000)
    part(run, () => false)
    await run.load(4)
    return run.finish()
  },

  /**
   * The same under lock votes: the first side is accepted at its issuer alone; those who locked it, some of them
   * after a first vote for the other side, restart out of its reach.
   */
  'restart between locks': async () => {
    // f = 4, alpha = 9.
    const run = await VirtualRun.start(13, { rule: { rule: 'census', beta: 2 } })
    const side = run.doubleSpend()
    // Seven nodes see the first side first, six the other one: who restarts has voted three to six to begin with.
    const half = (node: number) => node < 7
    const delay = (from: number, to: number) => (half(from) === half(to) ? 5 : 15)
    run.network.link = delay
    await run.untilTurnOf(12, 1)
    await run.submit(12, side + 1)
    await run.advance(1)
    await run.submit(0, side)
    // Its issuer hears of the last lock first, and nobody of its certificate.
    while (!run.hasAccepted(0)) await run.advance(1)
    const isApart = (node: number) => node < 4
    const voters = run.network.places.flatMap((_, node) => (isApart(node) ? [] : node))
    for (const voter of voters) run.kill(voter)
    part(run, isApart)
    // What they had sent to each other arrives at nobody.
    await run.advance(100)
    for (const voter of voters) await run.restart(voter)
    await run.advance(20_000)
    part(run, () => false)
    await run.load(4)
    return run.finish()
  },

  /** A node dies right after it has said that it took a transaction. */
  'kill after the answer': async () => {
    const run = await VirtualRun.start(four)
    await run.submit(1, run.transaction())
    await run.advance(1)
    // Nobody else hears of it.
    part(run, node => node === 1)
    await run.submit(1, run.transaction())
    run.kill(1)
    part(run, () => false)
    await run.advance(5000)
    await run.restart(1)
    await run.load(4)
    return run.finish()
  },

  /** A node is away while others decide, and comes back. */
  restart: planned({ nodes: four, faults: [{ kind: 'kill', at: '1s', for: '2s' }] }),

  /** One of them refuses everything, as the plan says. */
  lie: planned({ nodes: four, byzantine: [{ behaviour: 'always-reject', count: 1 }] }),

  /** Halves of a network that cannot decide anything come together again. */
  heal: planned({ nodes: 8, faults: [{ kind: 'partition', at: '1s', for: '12s' }], duration: '16s' }),

  /** A Byzantine issuer turns votes against its side into votes for it. */
  'forged votes': () => certifyFalsely(forgedVotes),

  /** A Byzantine issuer hands a node its own tags back as those of all others. */
  'reflected tags': () => certifyFalsely(reflectedTags),

  /** Votes of one node cannot be passed on to some of the others. */
  'selective tags': async () => {
    const run = await VirtualRun.start(four, {
      byzantine: [{ behaviour: 'selective-tags', share: 0, targets: 'node-1' }],
    })
    // The last to be heard of is a correct one.
    run.network.link = (from, to) => (from === 3 || to === 3 ? 15 : 5)
    await run.load(12)
    return run.finish()
  },

  /** All collectors say nothing. */
  'silent collectors': async () => {
    const run = await VirtualRun.start(7, {
      collectors: 2,
      byzantine: [{ behaviour: 'silent', targets: 'node-0, node-1' }],
    })
    await run.load(10)
    return run.finish(120_000)
  },

  /** An issuer dies with what it was entrusted with. */
  'kill of an issuer': async () => {
    const run = await VirtualRun.start(four)
    await run.load(4)
    await run.untilTurnOf(2, issueMs)
    await run.submit(1, run.transaction())
    await run.advance(10)
    run.kill(2)
    await run.advance(5000)
    await run.restart(2)
    await run.load(4)
    return run.finish()
  },
}
