import { writeBehaviour } from '../../model/behaviour.ts'
import type { EvidenceEvent } from '../../model/event.ts'
import { hitAmong } from '../../model/hit.ts'
import type { Plan } from '../../model/plan.ts'
import type { Report } from '../../model/report.ts'
import { convictionsOf } from '../checkers/evidence.ts'

/** Who was planned to be Byzantine, and who was caught at what. @param evidence what correct nodes told */
export function byzantineOf(plan: Plan, evidence: readonly EvidenceEvent[]): Report['byzantine'] {
  const { byzantine, nodes } = plan
  if (byzantine === undefined) return null
  const nameOf = (node: number) => nodes[node]?.name ?? `node-${node}`
  return {
    // Plans of older versions have no collectors.
    hit: plan.succession ? hitAmong(plan, byzantine) : null,
    planned: byzantine.map(node => {
      const behaviour = nodes[node]?.behaviour
      return { node: nameOf(node), behaviour: behaviour ? writeBehaviour(behaviour) : 'during a fault' }
    }),
    caught: convictionsOf(plan, evidence).map(({ node, offence, witnesses, first }) => ({
      node: nameOf(node),
      isPlanned: byzantine.includes(node),
      offence,
      witnesses: witnesses.map(nameOf),
      first,
    })),
  }
}
