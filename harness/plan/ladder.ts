import { type Plain, readBehaviour, writeBehaviour } from '../../model/behaviour.ts'
import { formatDuration } from '../../model/duration.ts'
import { hitAmong } from '../../model/hit.ts'
import { nameOfCell, nameOfRung } from '../../model/ladder.ts'
import type { Plan } from '../../model/plan.ts'
import { type Scenario, scenarioSchema } from '../../model/scenario.ts'
import { byzantineCount, expectedOutcome, type NetworkOutcome, undecidedShare } from '../theory/outcome.ts'
import { toleratedFaults } from './consensus.ts'
import { type PlanMachine, resolve } from './resolve.ts'

/** The attacks that every ladder climbs unless others are asked for. */
export const mainAttacks = [
  'always-reject',
  'silent',
  'random-vote',
  'collude',
  'two-faced',
  'equivocate',
] as const
export const mainFractions = [0.1, 0.2, 0.3, 0.33] as const

/**
 * Its own row: from N - 2f on both sides of a double-spend can be accepted, and checkers have to see it. With N - 2f nodes exactly it takes
 * an even split of the correct ones, which one double-spend in ten or twenty comes to: so there are many, for so many milliseconds at least.
 */
const violation = { attack: 'two-faced', fraction: 0.4, conflictShare: 0.9, leastMs: 10_000 } as const

/** How long a cell is given to become final, to show that it does not, and for its double-spends beyond that. */
const settleMs = { final: 15_000, stalled: 6000, contested: 1000 } as const

/** One experiment of a ladder: one attack by a share of the nodes, or none at all. */
interface Cell {
  readonly name: string
  readonly attack: string
  readonly fraction: number
  readonly byzantine: number
  /** How many of the Byzantine nodes are collectors from the start. */
  readonly collectors: number
  readonly expected: NetworkOutcome
  /** Share of the vertices that theory leaves undecided: between 0 and 1 where votes are a matter of chance. */
  readonly expectedUndecided: number
  readonly plan: Plan
}

export interface Ladder {
  /** The network that all cells run on. */
  readonly plan: Plan
  /** The first warms the nodes up: what a process does for the first time takes several times as long. */
  readonly cells: readonly Cell[]
  /** A sentence for each cell that would have shown nothing of its own. */
  readonly leftOut: readonly string[]
}

export interface LadderOptions {
  readonly scenario: Scenario
  readonly seed: string
  readonly machine: PlanMachine
  readonly attacks: readonly string[]
  readonly fractions: readonly number[]
}

/**
 * The cells of a ladder in the order they are run in, those of an attack by ascending share. All have the same nodes and the same order in which these become Byzantine, so a
 * larger share has the nodes of a smaller one in it.
 */
export function planLadder(options: LadderOptions): Ladder {
  const { scenario, fractions } = options
  const attacks = [...new Set(options.attacks.map(text => writeBehaviour(readBehaviour(text))))]
  // Each attack has a cell without it just before: a machine that others use too is not the same from one minute to the next.
  const climbed = attacks.flatMap(attack => [0, ...fractions].map(fraction => ({ attack, fraction })))
  const both = attacks.includes(violation.attack) ? [cellOf(options, violation)] : []
  const { kept, leftOut } = distinct(
    climbed.map(asked => cellOf(options, asked)),
    both,
  )
  const cells = [cellOf(options), ...kept, ...both]
  const most = Math.max(...cells.map(({ byzantine }) => byzantine))
  // Who may be Byzantine at some time has test control, and everybody keeps evidence; cells say who is what.
  const possible = [{ behaviour: 'always-reject', trigger: 'never', targets: oneCollectorOf(most) }]
  // Turns of collectors are those of the cells with double-spends (tuning.ts).
  const conflictShare = Math.max(...cells.map(({ plan }) => plan.workload.conflictShare))
  const all = {
    ...{ ...scenario, workload: { ...scenario.workload, conflictShare } },
    byzantine: scenarioSchema.shape.byzantine.parse(possible),
  }
  return { plan: resolve(all, options.seed, options.machine), cells, leftOut }
}

/** Cells of one attack with equally many nodes are one experiment, and would share a directory of results. */
function distinct(cells: readonly Cell[], builtIn: readonly Cell[]) {
  const kept: Cell[] = []
  const leftOut: string[] = []
  const leaveOut = (cell: Cell, why: string) => leftOut.push(`${nameOfRung(cell)}: ${why}`)
  for (const cell of cells) {
    const nodes = cell.plan.nodes.length
    const isSame = (other: Cell) => other.attack === cell.attack && other.byzantine === cell.byzantine
    const same = kept.find(isSame)
    const count = `the same ${cell.byzantine} of ${nodes} nodes as`
    if (cell.byzantine === 0 && cell.fraction > 0) leaveOut(cell, `of ${nodes} nodes this is no node`)
    else if (builtIn.some(isSame)) leaveOut(cell, `${count} the built-in row`)
    else if (same) leaveOut(cell, `${count} ${nameOfRung(same)}`)
    else kept.push(cell)
  }
  return { kept, leftOut }
}

interface Asked {
  readonly attack: string
  readonly fraction: number
  readonly conflictShare?: number
  readonly leastMs?: number
}

function cellOf({ scenario, seed, machine }: LadderOptions, asked?: Asked): Cell {
  const { nodes, consensus, workload } = scenario
  const behaviour = asked && readBehaviour(asked.attack)
  const byzantine = asked ? byzantineCount(asked.fraction, { nodes, tau: consensus.tau }) : 0
  const share = { nodes, byzantine, f: toleratedFaults(scenario) }
  const expected = behaviour ? expectedOutcome(behaviour, share) : 'FINAL'
  const isStall = expected === 'STALLED'
  const fraction = asked?.fraction ?? 0
  const attack = behaviour ? writeBehaviour(behaviour) : 'none'
  const cell: Scenario = {
    ...scenario,
    name: nameOfCell(behaviour ? attack : 'warm-up', fraction),
    description: `${byzantine} of ${nodes} nodes: ${attack}`,
    // The first cell warms up the processes that all others run in.
    workload: {
      ...{ ...workload, warmup: 0, conflictShare: asked?.conflictShare ?? workload.conflictShare },
      duration: Math.max(workload.duration, asked?.leastMs ?? 0),
    },
    byzantine: behaviour && byzantine > 0 ? tableOf(behaviour, byzantine) : [],
    settle: { deadline: isStall ? settleMs.stalled : settleMs.final, contested: settleMs.contested },
    // A cell is judged against theory, which says nothing of how fast a network under attack is.
    expect: { ...scenario.expect, stall: isStall, throughput: 'measured' },
  }
  const expectedUndecided = behaviour ? undecidedShare(behaviour, share) : 0
  const plan = resolve(cell, seed, machine)
  const { collectors } = hitAmong(plan, plan.byzantine ?? [])
  return { name: cell.name, attack, fraction, byzantine, collectors, expected, expectedUndecided, plan }
}

function tableOf({ name, trigger: _, ...parameters }: Plain, count: number): Scenario['byzantine'] {
  return scenarioSchema.shape.byzantine.parse([
    { behaviour: name, ...parameters, targets: oneCollectorOf(count) },
  ])
}

/**
 * So many nodes with a collector among them, however few: an attack that no collector takes part in leaves half of the protocol alone. Equal
 * seeds give equal orders, so the nodes of a smaller count are among those of a larger one.
 */
function oneCollectorOf(count: number): string {
  return count === 1 ? 'any(1, collectors)' : `any(1, collectors), any(${count - 1})`
}

/** `10s of load a cell`, for the terminal. */
export function describeLadder({ plan, cells }: Ladder): string {
  const { workload } = plan
  return `${cells.length} cells of ${formatDuration(workload.durationMs)} with ${workload.rate} transactions per second on ${plan.nodes.length} nodes`
}
