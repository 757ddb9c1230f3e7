import type { EvidenceEvent } from '../../model/event.ts'
import { nameNodes } from '../../model/node-names.ts'
import { isSecond, type Plan } from '../../model/plan.ts'
import { type Checker, counted, fail, pass, unknown } from './checker.ts'

/** What a node was caught at, and by whom. */
export interface Conviction {
  readonly node: number
  readonly offence: string
  readonly witnesses: readonly number[]
  readonly first: string
}

/** Behaviours that cannot but be seen: what they do proves itself to whoever it is done to. */
const certain: Readonly<Record<string, string>> = {
  equivocate: 'equivocation',
  forge: 'bad-signature',
  garbage: 'garbage',
}

/**
 * What correct nodes saw against what was planned: nobody correct may be caught at anything, and whoever equivocates, forges or sends
 * garbage is. Other behaviours are within what a correct node might do as far as one peer can tell; two faces show when what several
 * peers were told is put side by side.
 */
export const evidence: Checker = {
  name: 'evidence',
  check: (plan, observations) => {
    if (!plan.byzantine) return pass('all nodes are correct; nothing was recorded')
    const convictions = convictionsOf(plan, observations.evidence)
    const framed = convictions.filter(({ node }) => !plan.byzantine!.includes(node))
    if (framed.length > 0) {
      const [first] = framed
      return fail(
        `node-${first!.node} is correct, and ${nameNodes(asNodes(first!.witnesses))} caught it at ${first!.offence}`,
        framed.slice(0, 20),
      )
    }
    if (observations.evidence.length === 0) return unknown('no correct node told what it saw')
    const escaped = liars(plan).filter(({ node, offence }) => !isConvicted(convictions, node, offence))
    if (escaped.length > 0) {
      return unknown(`${nameNodes(escaped)} planned for ${escaped[0]!.offence} and not caught at it`, {
        escaped,
        convictions: convictions.slice(0, 20),
      })
    }
    const caught = new Set(convictions.map(({ node }) => node))
    const kinds = [...new Set(convictions.map(({ offence }) => offence))]
    const how = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`
    return {
      ...pass(
        `${caught.size} of ${counted(plan.byzantine.filter(node => node < plan.scenario.nodes).length, 'Byzantine node')} caught${how}, nobody framed`,
      ),
      ...(convictions.length > 0 ? { evidence: convictions.slice(0, 20) } : {}),
    }
  },
}

/** Who was caught at what, by what correct nodes told alone and side by side. */
export function convictionsOf(plan: Plan, told: readonly EvidenceEvent[]): Conviction[] {
  return [...caughtByOne(told), ...(areVotesFinal(plan) ? twoFaces(told) : [])]
}

/** Elsewhere a correct node may tell one peer its vote and another one what it changed it to. */
function areVotesFinal({ consensus }: Plan): boolean {
  return consensus.rule === 'census' && consensus.beta === undefined
}

/** Nodes whose planned behaviour, shown all the time, is certain to be seen. */
function liars({ nodes }: Plan): { node: number; offence: string }[] {
  return nodes.flatMap(node => {
    const { behaviour, twin } = node
    const shown = behaviour?.trigger === 'always' ? certain[behaviour.name] : undefined
    // Both containers of a twin count their vertices from 0, and both get transactions.
    const offence = twin ? 'equivocation' : shown
    return offence === undefined || isSecond(node) ? [] : [{ node: node.index, offence }]
  })
}

function isConvicted(convictions: readonly Conviction[], node: number, offence: string): boolean {
  return convictions.some(each => each.node === node && each.offence === offence)
}

function caughtByOne(told: readonly EvidenceEvent[]): Conviction[] {
  const all = told.flatMap(({ node: witness, caught }) => caught.map(each => ({ ...each, witness })))
  return [...Map.groupBy(all, ({ node, offence }) => `${node}/${offence}`).values()].map(same => ({
    node: same[0]!.node,
    offence: same[0]!.offence,
    first: same[0]!.first,
    witnesses: same.map(({ witness }) => witness),
  }))
}

/** Nodes that told two correct nodes different votes on one vertex. */
function twoFaces(told: readonly EvidenceEvent[]): Conviction[] {
  const faces = new Map<string, { text: string; witness: number }>()
  const found = new Map<number, Conviction>()
  for (const { node: witness, contested } of told) {
    for (const { vertex, votes } of contested) {
      for (const { exceptions, voters } of votes) {
        const text = exceptions.join()
        for (const voter of voters) {
          const key = `${vertex}/${voter}`
          const other = faces.get(key)
          if (!other) faces.set(key, { text, witness })
          else if (other.text !== text && !found.has(voter)) {
            found.set(voter, {
              node: voter,
              offence: 'two faces',
              witnesses: [other.witness, witness],
              first: `on ${vertex}: against [${other.text}] to node-${other.witness}, against [${text}] to node-${witness}`,
            })
          }
        }
      }
    }
  }
  return [...found.values()]
}

function asNodes(nodes: readonly number[]): { node: number }[] {
  return nodes.map(node => ({ node }))
}
