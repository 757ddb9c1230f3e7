import { nameNodes } from '../../model/node-names.ts'
import { hasRestarted, type NodeFacts } from '../history/facts.ts'
import { outcomes } from '../history/outcome-table.ts'
import { named, WitnessList } from '../history/witnesses.ts'
import { type Checker, counted, fail, nothingDecided, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

interface LossWitness {
  readonly node: number
  readonly transaction: number
  readonly id: string
  readonly before: 'accepted' | 'rejected'
  readonly after: 'accepted' | 'rejected' | 'nothing'
}

/**
 * Safety: a decision is for ever, also over kill and restart. Nodes that restarted were asked for their whole log
 * again; what they said before must still be there.
 */
export const irrevocability: Checker = {
  name: 'irrevocability',
  check: (plan, observations) => {
    const { nodes, decisionCount } = observations
    if (decisionCount === 0) return nothingDecided(plan)
    const changing = nodes.filter(({ changed }) => changed.count > 0)
    if (changing.length > 0) {
      return fail(
        `${nameNodes(changing)} changed decisions that had been told`,
        named(
          changing.map(({ changed }) => changed),
          observations.transactions.id,
        ),
      )
    }
    const restarted = nodes.filter(hasRestarted)
    const losses = new WitnessList<LossWitness>()
    const incomplete: NodeFacts[] = []
    for (const node of restarted) {
      if (!isWhole(node)) incomplete.push(node)
      compare(node, observations, losses)
    }
    if (losses.count > 0) {
      return fail(`${counted(losses.count, 'decision')} lost or changed over a restart`, losses)
    }
    // A log is read in order: what is missing before a later decision is not still to come.
    const holed = incomplete.filter(({ reread }) => reread !== undefined && reread.holes.count > 0)
    if (holed.length > 0) {
      return fail(
        `${nameNodes(holed)} restarted without decisions that had been told, and with later ones`,
        holed.flatMap(({ reread }) => reread!.holes.first),
      )
    }
    if (incomplete.length > 0) {
      return unknown(`${nameNodes(incomplete)} restarted, and the log could not be read again to its end`)
    }
    return pass(
      restarted.length === 0
        ? `nothing was taken back in ${counted(decisionCount, 'decision')}; no node restarted`
        : `${counted(restarted.length, 'restarted node')} still had all that was decided before`,
    )
  },
}

/** Whether the log that was read again is all there is: as much as the node's own digest counts, or as it had told. */
function isWhole({ reread, digest, acceptedCount }: NodeFacts): boolean {
  if (!reread) return false
  return reread.acceptedCount >= acceptedCount || reread.acceptedCount === digest?.accepted
}

function compare(node: NodeFacts, { transactions }: Observations, losses: WitnessList<LossWitness>): void {
  const { reread } = node
  if (!reread) return
  const countsAsLost = isWhole(node)
  for (let index = 0; index < transactions.count; index++) {
    const before = node.outcomes.get(index)
    if (before === outcomes.none || before === outcomes.both) continue
    const after = reread.outcomes.get(index)
    if (after === before || (after === outcomes.none && !countsAsLost)) continue
    losses.add(() => ({
      node: node.node,
      transaction: index,
      id: transactions.id(index),
      before: name(before),
      after: after === outcomes.none ? 'nothing' : name(after),
    }))
  }
}

const name = (outcome: number) => (outcome === outcomes.accepted ? 'accepted' : 'rejected')
