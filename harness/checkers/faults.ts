import type { FaultEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import { type Checker, counted, pass, unknown } from './checker.ts'

interface Unattested {
  readonly id: string
  readonly reason: string
}

/**
 * Whether every fault of the plan was measured to have happened and to have healed. One that was not makes the run unknown: what
 * it survived is something else than what the plan says.
 */
export const faults: Checker = {
  name: 'faults',
  check: (plan, observations) => {
    if (plan.faults.length === 0) return pass('no fault was asked for')
    const missing = unattested(plan, observations.faults)
    if (missing.length === 0)
      return pass(`${counted(plan.faults.length, 'fault')} happened and healed, as measured`)
    const [first] = missing
    return unknown(
      `${missing.length} of ${counted(plan.faults.length, 'fault')} did not happen or did not heal, such as ${first!.id}: ${first!.reason}`,
      missing.slice(0, 20),
    )
  },
}

function unattested({ faults }: Plan, events: readonly FaultEvent[]): Unattested[] {
  const ofId = Map.groupBy(events, ({ id }) => id)
  return faults.flatMap(({ id }) => {
    const steps = ofId.get(id) ?? []
    for (const step of ['injected', 'healed'] as const) {
      const event = steps.find(found => found.step === step)
      if (!event) return [{ id, reason: step === 'injected' ? 'it never happened' : 'it was never healed' }]
      if (event.attested !== true)
        return [{ id, reason: `not ${step}: ${event.evidence ?? 'nothing was measured'}` }]
    }
    return []
  })
}
