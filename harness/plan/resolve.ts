import { FaultError, schedule } from '../../chaos/schedule.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Plan, PlannedNode, PlannedWorkload } from '../../model/plan.ts'
import type { Scenario } from '../../model/scenario.ts'
import { defaultMeshOctet, networks, nodeAddress } from './addresses.ts'
import { affordableRate, batchMs } from './budget.ts'
import { longestStallMs } from './stall.ts'
import { tune } from './tuning.ts'

/** What the plan needs to know of the machine that carries the network. */
export interface PlanMachine {
  readonly cpus: number
  /** Second octet of the mesh's /16, where 10.77.0.0/16 is taken. */
  readonly meshOctet?: number
}

/** Resolves everything a scenario leaves open. Pure: equal input gives an equal plan. */
export function resolve(scenario: Scenario, seed: string, machine: PlanMachine): Plan {
  const octet = machine.meshOctet ?? defaultMeshOctet
  const f = Math.floor(scenario.consensus.tau * scenario.nodes)
  const faults = planFaults(scenario, seed, f)
  const alpha = scenario.nodes - f
  return {
    schema: 1,
    seed,
    scenario,
    nodes: Array.from({ length: scenario.nodes }, (_, index) => planNode(octet, index)),
    ...networks(octet),
    consensus: { rule: scenario.consensus.rule, f, alpha },
    cpus: machine.cpus,
    tuning: tune(scenario.nodes, machine.cpus),
    workload: planWorkload(scenario, machine.cpus, longestStallMs(faults, { nodes: scenario.nodes, alpha })),
    faults,
  }
}

function planNode(octet: number, index: number): PlannedNode {
  return { index, name: `node-${index}`, address: nodeAddress(octet, index) }
}

/** @throws HarnessError naming the fault and its key */
function planFaults({ nodes, workload, faults }: Scenario, seed: string, f: number): Occurrence[] {
  try {
    return schedule(faults, { seed, durationMs: workload.duration, roster: { nodes, f } })
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    throw new HarnessError({
      code: 'fault-impossible',
      message: `scenario.faults[${error.index}].${error.key}: ${error.message}`,
      next: 'correct it and try again; npm run plan shows the schedule without starting anything',
      cause: error,
    })
  }
}

/** Time for stragglers to ask for what they lack, twice. */
const settleMsMin = 60_000

function planWorkload({ nodes, workload, settle }: Scenario, cpus: number, stallMs: number): PlannedWorkload {
  return {
    rate: workload.rate ?? affordableRate(nodes, cpus, stallMs),
    rateSource: workload.rate === undefined ? 'cpu budget' : 'asked',
    durationMs: workload.duration,
    arrival: workload.arrival,
    payloadBytes: workload.payloadBytes,
    conflictShare: workload.conflictShare,
    batchMs: batchMs(nodes, cpus),
    settleDeadlineMs: settle.deadline ?? Math.max(settleMsMin, 10 * tune(nodes, cpus).voteIntervalMs),
  }
}
