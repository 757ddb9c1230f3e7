import type { FaultEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'

/** How far a fault may last longer, or shorter, before it is worth telling: it takes a moment to begin and to heal. */
const toleratedMs = 1000

type Step = FaultEvent['step']

interface Unattested {
  readonly id: string
  readonly reason: string
}

/**
 * Whether every fault of the plan was measured to have happened, to have held from its effect until it was to heal, and to have healed. One
 * that was not makes the run unknown: what it survived is something else than what the plan says.
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
    return pass(
      `${all} happened and healed, as measured${describeLate(faults, events)}${describeLonger(faults, events)}`,
    )
  const [first] = missing
  return unknown(
    `${missing.length} of ${all} did not happen, hold or heal, such as ${first!.id}: ${first!.reason}`,
    missing.slice(0, 20),
  )
}

/** Milliseconds from one step of an occurrence to another one; undefined when one of them never came. */
function between(id: string, events: readonly FaultEvent[], from: Step, to: Step): number | undefined {
  const at = (step: Step) => events.find(event => event.id === id && event.step === step)?.at
  const [one, other] = [at(from), at(to)]
  return one === undefined || other === undefined ? undefined : other - one
}

/** A process may take its grace period to end: what counts is when it has. */
function describeLate(faults: readonly Occurrence[], events: readonly FaultEvent[]): string {
  const late = faults.flatMap(({ id }) => {
    const lateMs = between(id, events, 'inject', 'effect') ?? 0
    return lateMs > toleratedMs ? [{ id, lateMs }] : []
  })
  const most = late.sort((a, b) => b.lateMs - a.lateMs)[0]
  if (!most) return ''
  return `; ${late.length} took effect later than asked, such as ${most.id} after ${seconds(most.lateMs)} s`
}

/** A fault is held for as long as it takes to measure it, which may be longer than it was to last. */
function describeLonger(faults: readonly Occurrence[], events: readonly FaultEvent[]): string {
  const longer = faults.flatMap(({ id, forMs }) => {
    const heldMs = between(id, events, 'effect', 'heal') ?? 0
    return heldMs > 1.1 * forMs + toleratedMs ? [{ id, heldMs, forMs }] : []
  })
  const most = longer.sort((a, b) => b.heldMs - b.forMs - (a.heldMs - a.forMs))[0]
  if (!most) return ''
  const example = `${most.id} for ${seconds(most.heldMs)} s instead of ${most.forMs / 1000}`
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
  return faults.flatMap(({ id, forMs }) => {
    const steps = ofId.get(id) ?? []
    for (const step of ['injected', 'healed'] as const) {
      const event = steps.find(found => found.step === step)
      if (!event) return [{ id, reason: reasonWithout(step, steps) }]
      if (event.attested !== true)
        return [{ id, reason: `not ${step}: ${event.evidence ?? 'nothing was measured'}` }]
    }
    const interruption = describeInterruptions(steps)
    if (interruption !== undefined) return [{ id, reason: interruption }]
    const heldMs = between(id, steps, 'effect', 'heal')
    if (heldMs !== undefined && heldMs < forMs - toleratedMs)
      return [{ id, reason: `held for ${seconds(heldMs)} s of ${forMs / 1000}` }]
    const unseen = steps.find(({ step, attested }) => step === 'seen' && attested !== true)
    return unseen ? [{ id, reason: `not seen by others: ${unseen.evidence}` }] : []
  })
}

/** `interrupted 4.0 s after its effect, for 1.2 s: web was started by somebody else` */
function describeInterruptions(steps: readonly FaultEvent[]): string | undefined {
  const all = steps.filter(({ step }) => step === 'interrupted')
  const [first] = all
  if (!first) return undefined
  const effectAt = steps.find(({ step }) => step === 'effect')?.at ?? first.at
  const back = steps.find(({ step, at }) => step === 'resumed' && at >= first.at)
  const lasted = back ? `for ${seconds(back.at - first.at)} s` : 'for the rest of its time'
  const after = `${seconds(Math.max(0, first.at - effectAt))} s after its effect`
  const further = all.length > 1 ? `; ${all.length} times in all` : ''
  return `interrupted ${after}, ${lasted}: ${first.evidence}${further}`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
