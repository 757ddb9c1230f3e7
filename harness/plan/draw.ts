import { faultText } from '../../chaos/schedule/fault-text.ts'
import { FaultError, schedule } from '../../chaos/schedule/schedule.ts'
import type { Roster } from '../../chaos/schedule/targets.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Occurrence } from '../../model/fault.ts'
import {
  type Aftermath,
  type ConsensusParameters,
  collectorsOf,
  identityOf,
  isSecond,
  type PlannedNode,
  type Succession,
  stopGraceMs,
} from '../../model/plan.ts'
import type { Placement } from '../../model/ports/backend.ts'
import type { Scenario } from '../../model/scenario.ts'
import { aftermathOf } from './aftermath.ts'
import { type Assignment, assignByzantine } from './byzantine.ts'
import { planNodes } from './nodes.ts'
import { hasFullMesh, planSuccession } from './tuning.ts'

interface DrawOptions {
  readonly seed: string
  readonly placement: Placement
  readonly regions: readonly string[] | undefined
  readonly consensus: ConsensusParameters
  readonly cores: number
}

/** What chance decides of a plan. */
interface Drawn {
  readonly succession: Succession
  readonly assignment: Assignment
  readonly nodes: readonly PlannedNode[]
  readonly faults: readonly Occurrence[]
  /** Nodes that are Byzantine at some time, ascending. */
  readonly byzantine: readonly number[]
  readonly aftermath: Aftermath
}

/**
 * Draws who collects votes, who is Byzantine and what faults hit. Whether all nodes can be collectors depends on what the faults leave to be
 * done, and what faults on collectors hit depends on who is one. So everything is drawn for a full mesh first, and again for few collectors
 * where these faults leave too much to do for a full mesh. Few collectors are possible after any faults, so the second draw stands.
 *
 * @throws HarnessError naming the fault or the table that cannot be drawn
 */
export function draw(scenario: Scenario, options: DrawOptions): Drawn {
  const { consensus, cores } = options
  const fits = (aftermath?: Aftermath) =>
    // Polls of the sampled rule ask anybody.
    consensus.rule === 'sampled' || hasFullMesh(scenario.nodes, cores, aftermath)
  const full = fits() ? drawAmong(scenario, true, options) : undefined
  return full && fits(full.aftermath) ? full : drawAmong(scenario, false, options)
}

function drawAmong(scenario: Scenario, isFullMesh: boolean, options: DrawOptions): Drawn {
  const { seed, placement, regions, consensus } = options
  const succession = planSuccession({ nodes: scenario.nodes, seed, isFullMesh })
  const assignment = assignByzantine(scenario, seed, collectorsOf({ succession }))
  const nodes = planNodes(placement, scenario.nodes, { ...assignment, regions })
  const fromStart = nodes
    .filter(({ behaviour, twin, build }) => behaviour ?? twin ?? build)
    .map(({ index }) => index)
  const roster = rosterOf(nodes, succession, { f: consensus.f, byzantine: fromStart })
  const faults = planFaults(scenario, seed, roster)
  return {
    ...{ succession, assignment, nodes, faults },
    byzantine: byzantineAtSomeTime(fromStart, faults),
    aftermath: aftermathOf(faults, {
      ...{ nodes: scenario.nodes, alpha: consensus.alpha, hosts: assignment.hosts },
    }),
  }
}

/** What faults draw from. */
function rosterOf(
  nodes: readonly PlannedNode[],
  succession: Succession,
  more: Required<Pick<Roster, 'f' | 'byzantine'>>,
): Roster {
  const regions = nodes.flatMap(({ region }) => region ?? [])
  const lodgers = nodes.flatMap(({ index, host }) => (host ? [[index, host.index] as const] : []))
  const seconds = nodes.filter(isSecond)
  const collectors = new Set(collectorsOf({ succession }))
  return {
    ...more,
    nodes: nodes.length - seconds.length,
    twins: seconds.map(identityOf),
    hosts: new Map(lodgers),
    collectors: nodes.filter(node => collectors.has(identityOf(node))).map(({ index }) => index),
    ...(regions.length > 0 ? { regions } : {}),
  }
}

function byzantineAtSomeTime(fromStart: readonly number[], faults: readonly Occurrence[]): number[] {
  const switched = faults.filter(({ fault }) => fault.kind === 'behaviour').flatMap(({ targets }) => targets)
  return [...new Set([...fromStart, ...switched])].sort((a, b) => a - b)
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
