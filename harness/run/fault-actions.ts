import type { FaultActions } from '../../chaos/nemesis.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import { isOfLinks, type Occurrence } from '../../model/fault.ts'
import type { Plan } from '../../model/plan.ts'
import { linkActions } from './link-actions.ts'
import { processActions } from './process-actions.ts'

/** Every kind of fault on a running network. */
export function faultActions(network: RunningNetwork, plan: Plan): FaultActions {
  const processes = processActions(network)
  const links = linkActions(network, plan)
  const of = ({ fault }: Occurrence) => (isOfLinks(fault) ? links : processes)
  return {
    inject: occurrence => of(occurrence).inject(occurrence),
    heal: occurrence => of(occurrence).heal(occurrence),
    attest: (occurrence, meant) => of(occurrence).attest(occurrence, meant),
  }
}
