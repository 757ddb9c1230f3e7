import { nameNodes } from '../../model/node-names.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'
import type { NodeFacts, Observations } from './observations.ts'

/**
 * Whether the history holds the evidence that the other checks rest on. Silence is not safety: a node that nobody heard
 * at the end may have decided anything.
 */
export const completeness: Checker = {
  name: 'completeness',
  check: (_plan, observations) => {
    const { nodes } = observations
    const holes = [
      ...endHoles(observations),
      ...hole(
        nodes.filter(({ isDown }) => isDown),
        'down at the end',
      ),
      ...hole(
        nodes.filter(({ isDown, digest }) => !isDown && !digest),
        'without a final digest',
      ),
      ...hole(nodes.filter(isUntold), 'with a digest over more than was told'),
      ...hole(
        nodes.filter(({ gaps }) => gaps.count > 0),
        'with holes in the log of decisions',
      ),
    ]
    return holes.length === 0 ? wholeFinding(nodes) : unknown(holes.join('; '))
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
  return schema === 1
}

/** The digest counts acceptances that the stream never brought. */
function isUntold({ digest, acceptedCount }: NodeFacts): boolean {
  return digest !== undefined && digest.accepted !== acceptedCount
}

function hole(nodes: readonly NodeFacts[], description: string): string[] {
  return nodes.length === 0 ? [] : [`${counted(nodes.length, 'node')} ${description} (${nameNodes(nodes)})`]
}

function wholeFinding(nodes: readonly NodeFacts[]): Finding {
  return pass(`decisions and final state of all ${counted(nodes.length, 'node')} are here`)
}
