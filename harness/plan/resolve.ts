import { matrixOf, regionsOf } from '../../chaos/schedule/matrices.ts'
import { assignRegions } from '../../chaos/schedule/regions.ts'
import { formatDuration } from '../../model/duration.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Machine } from '../../model/machine.ts'
import type { Aftermath, Plan, PlannedWorkload } from '../../model/plan.ts'
import type { Placement } from '../../model/ports/backend.ts'
import type { SystemDeployment } from '../../model/ports/system.ts'
import type { Scenario } from '../../model/scenario.ts'
import { hasCostModel, systemOf } from '../systems/index.ts'
import { undecidedShareOf } from '../theory/outcome.ts'
import { usualPlacement } from './addresses.ts'
import { affordableRate, batchMs, issueInterval, type Network, rateAlone } from './budget.ts'
import { planConsensus } from './consensus.ts'
import { draw } from './draw.ts'
import { networkOf } from './load-of.ts'
import { planObjectives } from './objectives.ts'
import { tune } from './tuning.ts'
import { refuseUnseen } from './unseen.ts'
import { refuseUnshown } from './unshown.ts'

/** What the plan needs to know of the machine that carries the network. */
export interface PlanMachine extends Machine {
  /** Left out, the usual one. */
  readonly placement?: Placement
}

/** Resolves everything a scenario leaves open. Pure: equal input gives an equal plan. */
export function resolve(scenario: Scenario, seed: string, planMachine: PlanMachine): Plan {
  const { placement = usualPlacement, ...machine } = planMachine
  const consensus = planConsensus(scenario, machine.cores)
  const regions = planRegions(scenario)
  const drawn = draw(scenario, { seed, placement, regions, consensus, cores: machine.cores })
  const { nodes, faults, byzantine, aftermath, succession } = drawn
  refuseUnseen(scenario, drawn.assignment, faults)
  const system = systemOf(scenario)
  refuseUnshown(scenario, system)
  const network = networkOf({ nodes, consensus, succession })
  const issueIntervalMs = issueInterval(network, machine, aftermath, scenario.workload.rate)
  const isContested = scenario.workload.conflictShare > 0
  const workload = planWorkload(scenario, network, machine, {
    ...{ aftermath, issueIntervalMs, isContested },
    defaultRate: system.deployment.defaultRate,
  })
  refuseEndless(workload)
  return {
    schema: 1,
    seed,
    scenario,
    nodes,
    ...(byzantine.length > 0 ? { byzantine } : {}),
    consensus,
    cpus: machine.cores,
    machine,
    tuning: tune(scenario.nodes, { issueIntervalMs, isContested }),
    succession,
    workload,
    objectives: planObjectives(
      scenario,
      undecidedShareOf({ nodes, consensus }),
      {
        load: { ...network, issueIntervalMs, rate: workload.rate },
        ...{ machine, consensus },
      },
      hasCostModel(system),
    ),
    faults,
    aftermath,
  }
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
    readonly defaultRate: SystemDeployment['defaultRate']
  },
): PlannedWorkload {
  const affordable = () => {
    const rate = affordableRate(network, machine, aftermath)
    return by.isContested ? Math.min(rate, rateAlone(network, machine)) : rate
  }
  const { defaultRate } = by
  return {
    ...(workload.rate !== undefined
      ? { rate: workload.rate, rateSource: 'asked' }
      : defaultRate === 'cost model'
        ? { rate: affordable(), rateSource: 'cpu budget' }
        : { rate: defaultRate, rateSource: 'system' }),
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
