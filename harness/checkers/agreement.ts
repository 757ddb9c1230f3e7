import { nameNodes } from '../../model/node-names.ts'
import type { NodeFacts, TransactionFacts } from '../history/facts.ts'
import { outcomes } from '../history/outcome-table.ts'
import { shownMax, type Witnesses, WitnessList } from '../history/witnesses.ts'
import { type Checker, counted, fail, nothingDecided, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'
import { supportersOf } from './votes.ts'

/**
 * Safety: no two nodes decide a transaction differently, and at most one transaction of a conflict set is accepted by
 * anybody. The nodes' own digests must tell the same story as their decisions: equal sets have equal digests.
 */
export const agreement: Checker = {
  name: 'agreement',
  check: (plan, observations) => {
    if (observations.decisionCount === 0) return nothingDecided(plan)
    const doubles = doubleSpends(observations)
    if (doubles.count > 0) {
      return fail(
        `both sides of ${counted(doubles.count, 'double-spend')} were accepted: ${describe(doubles.first[0]!)}`,
        doubles,
      )
    }
    const splits = splitDecisions(observations)
    if (splits.count > 0) {
      return fail(
        `${counted(splits.count, 'transaction')} accepted at one node and rejected at another`,
        splits,
      )
    }
    const digests = observations.nodes.filter(({ digest }) => digest !== undefined)
    const contradiction = digestContradiction(digests)
    if (contradiction) return fail(contradiction.message, contradiction.evidence)
    const decided = `${counted(observations.decisionCount, 'decision')} of ${counted(observations.nodes.length, 'node')} agree`
    const distinct = new Set(digests.map(({ digest }) => digest!.digest)).size
    if (digests.length === 0) return unknown(`${decided}, but no digest was read to confirm it`)
    return pass(
      distinct === 1
        ? `${decided}; ${digests.length}${digests.length < observations.nodes.length ? ` of ${observations.nodes.length}` : ''} digests are equal`
        : `${decided}; digests differ only where decisions are still missing`,
    )
  },
}

interface SplitWitness {
  readonly transaction: number
  readonly id: string
  readonly acceptedBy: number | undefined
  readonly rejectedBy: number | undefined
}

function splitDecisions({ transactions, nodes }: Observations): WitnessList<SplitWitness> {
  const splits = new WitnessList<SplitWitness>()
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.acceptedCount(index) === 0 || transactions.rejectedCount(index) === 0) continue
    const deciding = (outcome: number) => nodes.find(node => node.outcomes.get(index) === outcome)?.node
    splits.add(() => ({
      transaction: index,
      id: transactions.id(index),
      acceptedBy: deciding(outcomes.accepted) ?? deciding(outcomes.both),
      rejectedBy: deciding(outcomes.rejected) ?? deciding(outcomes.both),
    }))
  }
  return splits
}

interface Side {
  readonly transaction: number
  readonly id: string
  readonly acceptedFirstBy: number
  readonly acceptedBy: number
  /** Who voted for it as the node that accepted it first heard it, where votes were recorded. */
  readonly votes?: readonly number[]
}

type Double = readonly [Side, Side]

/** `node-1 accepted 3f… on the votes of 0, 1, 5 and node-2 accepted 9a… on those of 2, 3, 5; 5 voted for both` */
function describe([one, other]: Double): string {
  const told = ({ acceptedFirstBy, id, votes }: Side) =>
    `node-${acceptedFirstBy} accepted ${id.slice(0, 12)}${votes ? ` on votes of nodes ${votes.join(', ')}` : ''}`
  const both = one.votes?.filter(node => other.votes?.includes(node)) ?? []
  return `${told(one)}; ${told(other)}${both.length > 0 ? `; nodes ${both.join(', ')} voted for both` : ''}`
}

function doubleSpends(observations: Observations): Witnesses<Double> {
  const { transactions } = observations
  const votesFor = (facts: TransactionFacts, index: number) =>
    supportersOf(observations, facts.id(index), facts.firstAcceptedBy(index))
  const side = (facts: TransactionFacts, index: number): Side => {
    const votes = votesFor(facts, index)
    return {
      transaction: index,
      id: facts.id(index),
      acceptedFirstBy: facts.firstAcceptedBy(index),
      acceptedBy: facts.acceptedCount(index),
      ...(votes ? { votes } : {}),
    }
  }
  // Nodes tell of the votes on a bounded number of vertices: a double-spend with votes says more than one without.
  const [told, untold] = [new WitnessList<Double>(), new WitnessList<Double>()]
  for (let index = 0; index < transactions.count; index++) {
    const rival = transactions.rival(index)
    if (rival < index) continue
    if (transactions.acceptedCount(index) > 0 && transactions.acceptedCount(rival) > 0) {
      const isTold = [index, rival].every(each => votesFor(transactions, each) !== undefined)
      ;(isTold ? told : untold).add(() => [side(transactions, index), side(transactions, rival)])
    }
  }
  const first = [...told.first, ...untold.first].slice(0, shownMax)
  return { count: told.count + untold.count, first }
}

/** Nodes with the same accepted set must have the same digest, nodes with different sets different ones. */
function digestContradiction(
  nodes: readonly NodeFacts[],
): { message: string; evidence: unknown } | undefined {
  // A digest over more than the node told of cannot be compared; completeness reports that.
  const comparable = nodes.filter(node => node.digest!.accepted === node.acceptedCount)
  const bySet = new Map<string, NodeFacts>()
  const byDigest = new Map<string, NodeFacts>()
  const pair = (one: NodeFacts, other: NodeFacts) =>
    [one, other].map(({ node, digest, acceptedCount }) => ({
      node,
      digest: digest!.digest,
      accepted: acceptedCount,
    }))
  for (const node of comparable) {
    const digest = node.digest!.digest
    const sameSet = bySet.get(node.acceptedSet)
    if (sameSet && sameSet.digest!.digest !== digest) {
      const message = `${nameNodes([sameSet, node])} told the same decisions, but their digests differ`
      return { message, evidence: pair(sameSet, node) }
    }
    const sameDigest = byDigest.get(digest)
    if (sameDigest && sameDigest.acceptedSet !== node.acceptedSet) {
      const message = `${nameNodes([sameDigest, node])} have the same digest, but told different decisions`
      return { message, evidence: pair(sameDigest, node) }
    }
    bySet.set(node.acceptedSet, node)
    byDigest.set(digest, node)
  }
  return undefined
}
