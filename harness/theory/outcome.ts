import type { Plain, Twin } from '../../model/behaviour.ts'
import { type Plan, plannedLiars } from '../../model/plan.ts'
import type { VertexFigures } from '../../model/verdict.ts'
import { atLeast, atMost, atMostOf } from './binomial.ts'

/**
 * What becomes of a network: all that is not contested is accepted everywhere, but for what theory leaves undecided; nothing is, in the
 * time there was; some of it is; two correct nodes accepted transactions that conflict.
 */
export type NetworkOutcome = 'FINAL' | 'STALLED' | 'PARTIAL' | 'VIOLATED'

interface Share {
  readonly nodes: number
  /** Byzantine ones among them. */
  readonly byzantine: number
  /** Most faulty nodes with which the network is live. */
  readonly f: number
}

/**
 * Chance that a Byzantine node votes for what is not contested. Each vertex is another toss of a coin, and votes do not change. What a
 * window does depends on when a vertex comes: theory does not count on it, as if the node were correct.
 */
function support(behaviour: Plain | Twin): number {
  const trigger = behaviour.name === 'twin' ? 'always' : behaviour.trigger
  if (trigger === 'always') return lyingSupport(behaviour)
  if (typeof trigger === 'object' && 'probability' in trigger)
    return 1 - trigger.probability * (1 - lyingSupport(behaviour))
  return 1
}

/** The same while it lies. Clusters that toss one coin each do so between rivals: what has no rival has their votes. */
function lyingSupport(behaviour: Plain | Twin): number {
  if (behaviour.name === 'random-vote') return 1 - behaviour.probability
  if (behaviour.name === 'collude') return behaviour.side === 'reject' ? 0 : 1
  return behaviour.name === 'always-reject' || behaviour.name === 'silent' ? 0 : 1
}

const splitting: readonly (Plain | Twin)['name'][] = [
  'two-faced',
  'balancing',
  'feed-then-flip',
  'equivocate',
  'twin',
]

/**
 * Share of the vertices with something uncontested in them that stay undecided for ever under the census rule with sticky votes: the
 * N - B correct nodes are for them, alpha = N - f votes accept, so at least B - f of the B Byzantine nodes have to be for them too, each
 * with the same chance. Without coins it is 0 up to f refusing nodes, and 1 from there on. With 7 coins of 20 nodes it is 1 in 128, with 17
 * of 50 1 in 131,072.
 */
export function undecidedShare(behaviour: Plain | Twin, { byzantine, f }: Share): number {
  return atMost(byzantine - f - 1, { n: byzantine, p: support(behaviour) })
}

/** The same of all that is Byzantine from the start of a plan; 0 for rules in which votes change, which nobody has counted. */
export function undecidedShareOf({ nodes, consensus }: Pick<Plan, 'nodes' | 'consensus'>): number {
  if (consensus.rule !== 'census' || consensus.beta !== undefined) return 0
  const chances = plannedLiars(nodes).map(
    // Of a build of its own nothing is known.
    ({ behaviour, build }) => (build ? 1 : support(behaviour ?? { name: 'twin' })),
  )
  return atMostOf(chances.length - consensus.f - 1, chances)
}

/**
 * What counting expects of the census rule. Two quorums share 2 alpha - N = N - 2f voters, so from that many Byzantine nodes on, both
 * sides of a double-spend can have one.
 */
export function expectedOutcome(behaviour: Plain | Twin, share: Share): NetworkOutcome {
  if (undecidedShare(behaviour, share) === 1) return 'STALLED'
  const { nodes, byzantine, f } = share
  return splitting.includes(behaviour.name) && byzantine >= nodes - 2 * f ? 'VIOLATED' : 'FINAL'
}

/** What chance must leave to a count on either side, to be as theory has it: together 99.9 %. */
const tail = 0.0005

/**
 * Whether so many undecided vertices are within what chance allows, 99.9 times of 100. The coins are tossed vertex by vertex: transactions
 * that share a vertex share its fate. How many vertices have something uncontested in them is known within bounds, and each side is held
 * against the bound that is harder on it. An undecided transaction that is in none of the undecided vertices has other reasons.
 */
export function isAsTheory(figures: VertexFigures, share: number): boolean {
  const isTooFew = atMost(figures.undecided, { n: figures.unconflicted.most, p: share }) < tail
  return !isTooFew && isWithinTheory(figures, share)
}

/** Whether theory explains all that is undecided; less of it is no less live. */
export function isWithinTheory(
  { unconflicted, undecided, elsewhere }: VertexFigures,
  share: number,
): boolean {
  return elsewhere === 0 && atLeast(undecided, { n: unconflicted.least, p: share }) >= tail
}

/**
 * How many nodes a share of them is: rounded down where the network is to bear it, and up where it is not, so that neither is expected of
 * the wrong number.
 */
export function byzantineCount(fraction: number, { nodes, tau }: { nodes: number; tau: number }): number {
  const exact = fraction * nodes
  return fraction <= tau ? Math.floor(exact + 1e-9) : Math.ceil(exact - 1e-9)
}
