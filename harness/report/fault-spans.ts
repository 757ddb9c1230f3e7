import { faultText } from '../../chaos/schedule/fault-text.ts'
import type { FaultEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Hit } from '../../model/hit.ts'
import type { ReportedFault } from '../../model/report.ts'

/** Faults as they really went: the steps of the history beside what the plan says of them. */
export function faultSpans(options: {
  readonly events: readonly FaultEvent[]
  /** Undefined when there is no plan to read. */
  readonly planned: readonly Occurrence[] | undefined
  readonly nameOf: (node: number) => string
  readonly hitOf: (occurrence: Occurrence) => Hit | null
  /** What times are counted from. */
  readonly origin: number
}): ReportedFault[] {
  const { events, planned, nameOf, hitOf, origin } = options
  const ofId = Map.groupBy(events, ({ id }) => id)
  const ids = new Set([...(planned ?? []).map(({ id }) => id), ...ofId.keys()])
  return [...ids].map(id => {
    const occurrence = planned?.find(each => each.id === id)
    const steps = ofId.get(id) ?? []
    const at = (step: FaultEvent['step']) => {
      const found = steps.find(event => event.step === step)
      return found === undefined ? null : Math.round(found.at - origin)
    }
    const isAttested =
      (['injected', 'healed'] as const).every(step => steps.some(event => event.step === step)) &&
      steps.every(({ attested }) => attested !== false)
    return {
      id,
      kind: occurrence?.fault.kind ?? id.replace(/-\d+$/, ''),
      text: occurrence === undefined ? id : faultText(occurrence.fault),
      targets: (occurrence?.targets ?? []).map(nameOf),
      hit: occurrence === undefined ? null : hitOf(occurrence),
      injectMs: at('inject'),
      effectMs: at('effect'),
      injectedMs: at('injected'),
      healMs: at('heal'),
      endedMs: at('ended'),
      healedMs: at('healed'),
      isAttested,
      evidence: steps.flatMap(({ step, evidence, at: stepAt }) =>
        evidence === undefined ? [] : [`${told(step, stepAt - origin)}: ${evidence}`],
      ),
    }
  })
}

/** Adds the time to interruptions. */
function told(step: FaultEvent['step'], atMs: number): string {
  return step === 'interrupted' || step === 'resumed' ? `${step} at ${(atMs / 1000).toFixed(1)} s` : step
}
