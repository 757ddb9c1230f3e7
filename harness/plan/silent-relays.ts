import { type Plan, voters } from '../../model/plan.ts'
import { Lattice } from '../../nodes/host/lattice.ts'

/** A correct node and how many voters it hears, itself among them. */
interface Hearing {
  readonly node: number
  readonly voters: number
}

/**
 * The correct node that hears the fewest voters when the silent nodes of a plan relay nothing: over a lattice two correct nodes
 * hear each other only when the relays of one of the ways between them speak. Undefined where nobody is silent all the time, and where all
 * pairs are connected.
 */
export function worstHearing({ nodes, tuning }: Pick<Plan, 'nodes' | 'tuning'>): Hearing | undefined {
  const roster = voters(nodes)
  const isSilent = roster.map(
    ({ behaviour }) => behaviour?.name === 'silent' && behaviour.trigger === 'always',
  )
  if (tuning.fullMesh || !isSilent.includes(true)) return undefined
  const lattice = new Lattice(roster.length, tuning.voteDimensions)
  const speaking = roster.map(({ index }) => index).filter(node => !isSilent[node])
  let worst: Hearing | undefined
  for (const node of roster) {
    if (node.behaviour) continue
    const voters = speaking.filter(other => hears(lattice, isSilent, other, node.index)).length
    if (!worst || voters < worst.voters) worst = { node: node.index, voters }
  }
  return worst
}

function hears(lattice: Lattice, isSilent: readonly boolean[], from: number, to: number): boolean {
  for (let turn = 0; turn < lattice.dimensions; turn += 1) {
    let position = from
    let isOpen = true
    for (let hop = 0; hop < lattice.dimensions - 1; hop += 1) {
      position = lattice.towards({ position, hop, turn }, to)
      if (isSilent[lattice.nodeAt(position)]) isOpen = false
    }
    if (isOpen) return true
  }
  return false
}
