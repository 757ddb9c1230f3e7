import { matrixOf, regionsOf } from '../../chaos/matrices.ts'
import { assignRegions } from '../../chaos/regions.ts'
import { FaultError, schedule } from '../../chaos/schedule.ts'
import type { Roster } from '../../chaos/targets.ts'
import { formatDuration } from '../../model/duration.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Machine } from '../../model/machine.ts'
import {
  type Aftermath,
  identityOf,
  isSecond,
  type Plan,
  type PlannedNode,
  type PlannedWorkload,
  stopGraceMs,
} from '../../model/plan.ts'
import type { Scenario } from '../../model/scenario.ts'
import { faultText } from '../scenario/write.ts'
import { undecidedShareOf } from '../theory/outcome.ts'
import { defaultMeshOctet, networks } from './addresses.ts'
import { aftermathOf } from './aftermath.ts'
import { affordableRate, batchMs, issueInterval, type Network, rateAlone } from './budget.ts'
import { assignByzantine } from './byzantine.ts'
import { planConsensus } from './consensus.ts'
import { networkOf } from './load-of.ts'
import { planNodes } from './nodes.ts'
import { planObjectives } from './objectives.ts'
import { hasFullMesh, planSuccession, tune } from './tuning.ts'
import { refuseUnseen } from './unseen.ts'

/** What the plan needs to know of the machine that carries the network. */
export interface PlanMachine extends Machine {
  /** Second octet of the mesh's /16, where 10.77.0.0/16 is taken. */
  readonly meshOctet?: number
}

/** Resolves everything a scenario leaves open. Pure: equal input gives an equal plan. */
export function resolve(scenario: Scenario, seed: string, planMachine: PlanMachine): Plan {
  const { meshOctet: octet = defaultMeshOctet, ...machine } = planMachine
  const consensus = planConsensus(scenario, machine.cores)
  const { f, alpha } = consensus
  const regions = planRegions(scenario)
  const assignment = assignByzantine(scenario, seed)
  const nodes = planNodes(octet, scenario.nodes, { ...assignment, regions })
  const fromStart = nodes.filter(({ behaviour, twin }) => behaviour ?? twin).map(({ index }) => index)
  const roster = rosterOf(nodes, { f, byzantine: fromStart })
  const faults = planFaults(scenario, seed, roster)
  refuseUnseen(scenario, assignment, faults)
  const byzantine = byzantineAtSomeTime(fromStart, faults)
  const aftermath = aftermathOf(faults, { nodes: scenario.nodes, alpha, hosts: assignment.hosts })
  // Polls of the sampled rule ask anybody.
  const isFullMesh = consensus.rule === 'sampled' || hasFullMesh(scenario.nodes, machine.cores, aftermath)
  const succession = planSuccession({ nodes: scenario.nodes, seed, isFullMesh })
  const network = networkOf({ nodes, consensus, succession })
  const issueIntervalMs = issueInterval(network, machine, aftermath)
  const isContested = scenario.workload.conflictShare > 0
  const workload = planWorkload(scenario, network, machine, { aftermath, issueIntervalMs, isContested })
  refuseEndless(workload)
  return {
    schema: 1,
    seed,
    scenario,
    nodes,
    ...(byzantine.length > 0 ? { byzantine } : {}),
    ...networks(octet),
    consensus,
    cpus: machine.cores,
    machine,
    tuning: tune(scenario.nodes, { issueIntervalMs, isContested }),
    succession,
    workload,
    objectives: planObjectives(scenario, undecidedShareOf({ nodes, consensus }), {
      load: { ...network, issueIntervalMs, rate: workload.rate },
      ...{ machine, consensus },
    }),
    faults,
    aftermath,
  }
}

/** What faults draw from. */
function rosterOf(nodes: readonly PlannedNode[], more: Required<Pick<Roster, 'f' | 'byzantine'>>): Roster {
  const regions = nodes.flatMap(({ region }) => region ?? [])
  const lodgers = nodes.flatMap(({ index, host }) => (host ? [[index, host.index] as const] : []))
  const seconds = nodes.filter(isSecond)
  return {
    ...more,
    nodes: nodes.length - seconds.length,
    twins: seconds.map(identityOf),
    hosts: new Map(lodgers),
    ...(regions.length > 0 ? { regions } : {}),
  }
}

function byzantineAtSomeTime(fromStart: readonly number[], faults: readonly Occurrence[]): number[] {
  const switched = faults.filter(({ fault }) => fault.kind === 'behaviour').flatMap(({ targets }) => targets)
  return [...new Set([...fromStart, ...switched])].sort((a, b) => a - b)
}

/** The region of each node; undefined where the scenario has none and needs none. */
function planRegions({ nodes, regions, faults }: Scenario): string[] | undefined {
  const wan = faults.find(fault => fault.kind === 'wan')
  const given = regions ?? (wan && regionsOf(matrixOf(wan.matrix)).slice(0, nodes))
  try {
    return given && assignRegions(given, nodes)
  } catch (error) {
    throw new HarnessError({
      code: 'regions-impossible',
      message: `scenario.regions: ${(error as Error).message}`,
      next: 'give every node one region, as in regions = ["eu", "us"] or regions = { eu = "0-9", us = "10-19" }',
      cause: error,
    })
  }
}

/** @throws HarnessError naming the fault and its key */
function planFaults({ workload, faults }: Scenario, seed: string, roster: Roster): Occurrence[] {
  try {
    return schedule(faults, { seed, durationMs: workload.duration, roster, graceMs: stopGraceMs })
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    throw new HarnessError({
      code: 'fault-impossible',
      message: `scenario.faults[${error.index}].${error.key}: ${error.message} (${faultText(faults[error.index]!)})`,
      next: 'correct it and try again; npm run plan shows the schedule without starting anything',
      cause: error,
    })
  }
}

/**
 * Processes answer several times slower until their code is compiled and their links are warm; the figures of a run are
 * about what comes after that.
 */
const warmupMs = 10_000

/** The driver holds some 60 bytes of each for the whole run, and a bit for each node: this many take it 12 GB and more. */
const transactionsMax = 200_000_000

/** @throws HarnessError naming the number of transactions, before any of them is made */
function refuseEndless({ rate, warmupMs, durationMs }: PlannedWorkload): void {
  const count = Math.floor((rate * (warmupMs + durationMs)) / 1000)
  if (count <= transactionsMax) return
  const longest = formatDuration(Math.floor(transactionsMax / rate - warmupMs / 1000) * 1000)
  const load = warmupMs === 0 ? '' : `, with a warm-up of ${formatDuration(warmupMs)},`
  throw new HarnessError({
    code: 'workload-impossible',
    message: `scenario.workload: ${rate} transactions per second for ${formatDuration(durationMs)}${load} are ${count.toLocaleString('en')}; a run has at most ${transactionsMax.toLocaleString('en')} transactions`,
    next: `shorten the load to at most ${longest}, or lower its rate`,
  })
}

/** Time for stragglers to ask for what they lack, twice. */
const settleMs = 60_000

function planWorkload(
  { workload, settle }: Scenario,
  network: Network,
  machine: Machine,
  {
    aftermath,
    ...by
  }: {
    readonly aftermath: Aftermath
    readonly issueIntervalMs: number
    readonly isContested: boolean
  },
): PlannedWorkload {
  const affordable = affordableRate(network, machine, aftermath)
  return {
    rate: workload.rate ?? (by.isContested ? Math.min(affordable, rateAlone(network, machine)) : affordable),
    rateSource: workload.rate === undefined ? 'cpu budget' : 'asked',
    warmupMs: workload.warmup ?? Math.min(warmupMs, workload.duration),
    durationMs: workload.duration,
    arrival: workload.arrival,
    payloadBytes: workload.payloadBytes,
    conflictShare: workload.conflictShare,
    batchMs: batchMs(by.issueIntervalMs),
    contestedDeadlineMs: settle.contested,
    settleDeadlineMs: settle.deadline ?? settleMs,
  }
}
