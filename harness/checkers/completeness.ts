import { historySchema } from '../../model/event.ts'
import { nameNodes } from '../../model/node-names.ts'
import { hasRestarted, type NodeFacts } from '../history/facts.ts'
import { outcomes } from '../history/outcome-table.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

/**
 * Whether the history holds the evidence that the other checks rest on. Silence is not safety: a node that nobody heard
 * at the end may have decided anything. A missing final digest is no hole where the node's own stream reported every
 * transaction and at least alpha nodes confirmed theirs.
 */
export const completeness: Checker = {
  name: 'completeness',
  check: (plan, observations) => {
    const { nodes } = observations
    const silent = nodes.filter(({ isDown, digest }) => !isDown && !digest)
    const isConfirmed = nodes.filter(({ digest }) => digest).length >= plan.consensus.alpha
    const replaced = isConfirmed ? silent.filter(node => reportedAll(node, observations)) : []
    const holes = [
      ...endHoles(observations),
      ...hole(
        nodes.filter(({ isDown }) => isDown),
        'down at the end',
      ),
      ...hole(
        silent.filter(node => !replaced.includes(node)),
        'without a final digest',
      ),
      ...hole(nodes.filter(isUntold), 'with a digest over more than was told'),
      ...hole(
        nodes.filter(({ gaps }) => gaps.count > 0),
        'with holes in the log of decisions',
      ),
    ]
    return holes.length === 0 ? wholeFinding(nodes, replaced) : unknown(holes.join('; '))
  },
}

function endHoles({ begin, end, load, errors }: Observations): string[] {
  const holes: string[] = []
  if (!begin) holes.push('the history has no beginning')
  else if (!isSchemaKnown(begin))
    holes.push(`the history has schema ${JSON.stringify(begin.schema)}, which this version does not know`)
  if (!load) holes.push('there was no load')
  if (!end) holes.push('the history breaks off')
  else if (end.reason !== 'done')
    holes.push(`the run was ${end.reason}${end.message ? `: ${end.message}` : ''}`)
  if (errors.count > 0) holes.push(errors.first.map(({ message }) => message).join('; '))
  return holes
}

/** A file may say what our types rule out. */
function isSchemaKnown({ schema }: { readonly schema: unknown }): boolean {
  return schema === historySchema
}

/** The digest counts acceptances that the stream never brought. */
function isUntold({ digest, acceptedCount }: NodeFacts): boolean {
  return digest !== undefined && digest.accepted !== acceptedCount
}

function hole(nodes: readonly NodeFacts[], description: string): string[] {
  return nodes.length === 0 ? [] : [`${counted(nodes.length, 'node')} ${description} (${nameNodes(nodes)})`]
}

/**
 * Whether a node's stream says all that its final digest would confirm: an outcome for everything that was submitted,
 * from one process that never restarted.
 */
function reportedAll(node: NodeFacts, { transactions }: Observations): boolean {
  if (node.gaps.count > 0 || hasRestarted(node)) return false
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.offers(index) !== 0 && node.outcomes.get(index) === outcomes.none) return false
  }
  return true
}

/** @param replaced nodes without a final digest whose streams reported everything */
function wholeFinding(nodes: readonly NodeFacts[], replaced: readonly NodeFacts[]): Finding {
  if (replaced.length === 0)
    return pass(`decisions and final state of all ${counted(nodes.length, 'node')} are here`)
  return pass(
    `decisions of all ${counted(nodes.length, 'node')} are here; no final digest arrived from ${nameNodes(replaced, 20)}, whose streams reported every transaction`,
  )
}
