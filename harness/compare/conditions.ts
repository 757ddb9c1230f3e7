import { faultText } from '../../chaos/schedule/fault-text.ts'
import { writeBehaviour } from '../../model/behaviour.ts'
import type { Plan, PlannedNode } from '../../model/plan.ts'
import type { ComparedRun } from './side.ts'

/** What must be the same on both sides, as text; a difference makes the comparison one of two different things. */
export function conditions({ report, plan }: ComparedRun): Readonly<Record<string, string>> {
  const { machine, nodes } = report
  return {
    nodes: String(nodes.length),
    ...(plan === undefined ? unknownPlan : planned(plan)),
    machine: machine === null ? '?' : `${machine.cpus} × ${machine.cpuModel}, ${machine.memoryMiB} MiB`,
  }
}

function planned(plan: Plan) {
  // Plans of older versions have no warm-up.
  const { rate, warmupMs = 0, durationMs, arrival, payloadBytes, conflictShare } = plan.workload
  return {
    rule: ruleOf(plan),
    'Byzantine nodes': byzantineOf(plan),
    rate: `${rate} TPS`,
    load: `${durationMs / 1000} s ${arrival}${warmupMs > 0 ? ` after ${warmupMs / 1000} s of warm-up` : ''}`,
    payload: `${payloadBytes} bytes, ${conflictShare * 100} % double-spends`,
    faults: faultsOf(plan),
  }
}

const unknownPlan: Readonly<Record<keyof ReturnType<typeof planned>, string>> = {
  ...{ rule: '?', 'Byzantine nodes': '?', rate: '?', load: '?', payload: '?', faults: '?' },
}

/** The pause between polls is left out: it is tuned to the machine, and how well is what versions are compared for. */
function ruleOf({ consensus, scenario }: Plan): string {
  // Plans from before there were rules to choose from name none.
  const { rule = 'census', ...parameters } = consensus
  const told = Object.entries(parameters).filter(([name]) => name !== 'pollIntervalMs')
  const census = scenario.consensus?.faultCensus ? ['fault census'] : []
  return [rule, ...told.map(([name, value]) => `${name} ${value}`), ...census].join(', ')
}

/** How many behave in which way; which ones they are is a matter of the seed, as much else that is noise. */
function byzantineOf({ nodes, byzantine = [] }: Plan): string {
  const counts = Map.groupBy(byzantine, node => behaviourOf(nodes[node]))
  const told = [...counts].map(([behaviour, members]) => `${members.length} × ${behaviour}`).sort()
  return told.length === 0 ? 'none' : told.join(', ')
}

function behaviourOf(node: PlannedNode | undefined): string {
  const { behaviour, twin, host } = node ?? {}
  if (behaviour === undefined) return twin === undefined ? 'during a fault' : 'half of a twin'
  // The text of a behaviour leaves this out.
  const trigger = behaviour.trigger === 'always' ? '' : ` when ${JSON.stringify(behaviour.trigger)}`
  return `${writeBehaviour(behaviour)}${trigger}${host === undefined ? '' : " in another's container"}`
}

/** Plans of older versions had no faults to name. */
function faultsOf({ scenario: { faults = [] } }: Plan): string {
  return faults.length === 0 ? 'none' : faults.map(faultText).join('; ')
}
