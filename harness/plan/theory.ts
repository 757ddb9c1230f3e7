import type { Plain, Twin } from '../../model/behaviour.ts'

/**
 * What becomes of a network: all that is not contested is accepted everywhere; nothing is, in the time there was; some of it is; two
 * correct nodes accepted transactions that conflict.
 */
export type NetworkOutcome = 'FINAL' | 'STALLED' | 'PARTIAL' | 'VIOLATED'

interface Share {
  readonly nodes: number
  /** Byzantine ones among them. */
  readonly byzantine: number
  /** Most faulty nodes with which the network is live. */
  readonly f: number
}

/** Whether it keeps its support from everything. */
function refuses(behaviour: Plain | Twin): boolean {
  if (behaviour.name === 'collude') return behaviour.side === 'reject'
  return behaviour.name === 'always-reject' || behaviour.name === 'silent'
}

const splitting: readonly (Plain | Twin)['name'][] = [
  'two-faced',
  'balancing',
  'feed-then-flip',
  'equivocate',
  'twin',
]

/**
 * What counting expects of the census rule. With B refusing nodes N - B >= alpha = N - f votes are left as long as B <= f. Two quorums share
 * 2 alpha - N = N - 2f voters, so from that many on, both sides of a double-spend can have one.
 */
export function expectedOutcome(behaviour: Plain | Twin, { nodes, byzantine, f }: Share): NetworkOutcome {
  if (refuses(behaviour)) return byzantine <= f ? 'FINAL' : 'STALLED'
  return splitting.includes(behaviour.name) && byzantine >= nodes - 2 * f ? 'VIOLATED' : 'FINAL'
}

/**
 * How many nodes a share of them is: rounded down where the network is to bear it, and up where it is not, so that neither is expected of
 * the wrong number.
 */
export function byzantineCount(fraction: number, { nodes, tau }: { nodes: number; tau: number }): number {
  const exact = fraction * nodes
  return fraction <= tau ? Math.floor(exact + 1e-9) : Math.ceil(exact - 1e-9)
}
