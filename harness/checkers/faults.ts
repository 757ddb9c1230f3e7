import type { FaultEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'

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
  check: (plan, observations) => judgeFaults(plan.faults, observations.faults),
}

/** The same for faults that were played on containers of somebody else. */
export function judgeFaults(faults: readonly Occurrence[], events: readonly FaultEvent[]): Finding {
  if (faults.length === 0) return pass('no fault was asked for')
  const missing = unattested(faults, events)
  const all = counted(faults.length, 'fault')
  if (missing.length === 0) return pass(`${all} happened and healed, as measured`)
  const [first] = missing
  return unknown(
    `${missing.length} of ${all} did not happen or did not heal, such as ${first!.id}: ${first!.reason}`,
    missing.slice(0, 20),
  )
}

function unattested(faults: readonly Occurrence[], events: readonly FaultEvent[]): Unattested[] {
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
