import type { FaultEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'

/** How much longer a fault may last before it is worth telling: it takes a moment to begin and to heal. */
const toleratedMs = 1000

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
  if (missing.length === 0)
    return pass(`${all} happened and healed, as measured${describeLonger(faults, events)}`)
  const [first] = missing
  return unknown(
    `${missing.length} of ${all} did not happen or did not heal, such as ${first!.id}: ${first!.reason}`,
    missing.slice(0, 20),
  )
}

/** A fault is held for as long as it takes to measure it, which may be longer than it was to last. */
function describeLonger(faults: readonly Occurrence[], events: readonly FaultEvent[]): string {
  const longer = faults.flatMap(({ id, forMs }) => {
    const at = (step: FaultEvent['step']) => events.find(event => event.id === id && event.step === step)?.at
    const heldMs = (at('heal') ?? 0) - (at('inject') ?? 0)
    return heldMs > 1.1 * forMs + toleratedMs ? [{ id, heldMs, forMs }] : []
  })
  const most = longer.sort((a, b) => b.heldMs - b.forMs - (a.heldMs - a.forMs))[0]
  if (!most) return ''
  const example = `${most.id} for ${(most.heldMs / 1000).toFixed(1)} s instead of ${most.forMs / 1000}`
  return `; ${longer.length} held longer than asked while they were measured, such as ${example}`
}

function reasonWithout(step: 'injected' | 'healed', steps: readonly FaultEvent[]): string {
  const has = (begun: FaultEvent['step']) => steps.some(found => found.step === begun)
  if (step === 'injected')
    return has('inject') ? 'it began, and the history breaks off there' : 'it never happened'
  return has('heal')
    ? 'its healing began, and the history breaks off there'
    : 'it was in force, and the history breaks off there'
}

function unattested(faults: readonly Occurrence[], events: readonly FaultEvent[]): Unattested[] {
  const ofId = Map.groupBy(events, ({ id }) => id)
  return faults.flatMap(({ id }) => {
    const steps = ofId.get(id) ?? []
    for (const step of ['injected', 'healed'] as const) {
      const event = steps.find(found => found.step === step)
      if (!event) return [{ id, reason: reasonWithout(step, steps) }]
      if (event.attested !== true)
        return [{ id, reason: `not ${step}: ${event.evidence ?? 'nothing was measured'}` }]
    }
    const unseen = steps.find(({ step, attested }) => step === 'seen' && attested !== true)
    return unseen ? [{ id, reason: `not seen by others: ${unseen.evidence}` }] : []
  })
}
