import { type Fault, type FaultKind, isOfNodes, type Occurrence } from '../model/fault.ts'
import { type RandomStream, stream } from '../model/random.ts'
import { matrixOf, regionsOf, roundTripMs } from './matrices.ts'
import { severed } from './partition.ts'
import { containersOf, everyNode, inhabitantsOf, parseTargets, pickTargets, type Roster } from './targets.ts'

/** A fault that is written without a time comes this long after the load began, so that there is a rate to compare with. */
const earlyMs = 10_000

/** A fault of the scenario that cannot happen as it is written. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
  /** Its place in the list. */
  readonly index: number
  readonly key: string

  constructor(index: number, key: string, message: string) {
    super(message)
    this.index = index
    this.key = key
  }
}

interface ScheduleOptions {
  readonly seed: string
  readonly durationMs: number
  readonly roster: Roster
}

type Planned = Omit<Occurrence, 'id'>

/**
 * Every occurrence of every fault during a load of `durationMs`, in the order of time. Each fault draws from a stream of its
 * own, so one more fault leaves the others as they were.
 *
 * @throws FaultError naming the key of the fault that cannot happen
 */
export function schedule(faults: readonly Fault[], options: ScheduleOptions): Occurrence[] {
  const numbers = new Map<FaultKind, number>()
  const planned = faults.flatMap((fault, index): Planned[] => {
    const refuse = (key: string, message: string) => new FaultError(index, key, message)
    const random = stream(options.seed, `faults/${index}`)
    const draw = () => drawNodes(fault, options.roster, random, refuse)
    if (fault.kind === 'rolling-restart') return rolling(fault, draw().targets, options, refuse)
    const times = timesOf(fault, options, stream(options.seed, `faults/${index}/times`), refuse)
    return times.map(atMs => ({ fault, atMs, forMs: fault.for, ...draw() }))
  })
  return planned
    .sort((a, b) => a.atMs - b.atMs)
    .map(occurrence => {
      const { kind } = occurrence.fault
      const number = (numbers.get(kind) ?? 0) + 1
      numbers.set(kind, number)
      return { id: `${kind}-${number}`, ...occurrence }
    })
}

type Refuse = (key: string, message: string) => FaultError

function drawNodes(
  fault: Fault,
  roster: Roster,
  random: RandomStream,
  refuse: Refuse,
): Pick<Occurrence, 'targets' | 'to'> {
  const pick = (key: 'targets' | 'to', text: string) => {
    try {
      return whomItHits(fault, pickTargets(parseTargets(text), roster, random), roster)
    } catch (error) {
      throw refuse(key, (error as Error).message)
    }
  }
  const everybody = containersOf(everyNode(roster), roster)
  if (fault.kind === 'wan') {
    refuseUnknownRegions(fault, roster, refuse)
    return { targets: everybody }
  }
  if (fault.kind === 'partition') {
    const order = random.shuffled(everybody)
    if (severed(fault.cut, order).length > 0) return { targets: order }
    throw refuse('cut', `${roster.nodes} nodes cannot be parted this way: no link would be cut`)
  }
  const targets = pick('targets', fault.targets)
  if (!('to' in fault) || fault.to === undefined) return { targets }
  const to = pick('to', fault.to)
  if (targets.length > 1 || to.some(node => node !== targets[0])) return { targets, to }
  throw refuse('to', 'it names the target alone, and nobody has a link to itself')
}

/** What is done to a container is done to whoever lives in it; what is done to nodes themselves is done to each of those. */
function whomItHits(fault: Fault, nodes: readonly number[], roster: Roster): number[] {
  return isOfNodes(fault) ? inhabitantsOf(nodes, roster) : containersOf(nodes, roster)
}

function refuseUnknownRegions(
  { matrix: given }: Extract<Fault, { kind: 'wan' }>,
  { regions = [] }: Roster,
  refuse: Refuse,
): void {
  const matrix = matrixOf(given)
  const names = [...new Set(regions)]
  for (const a of names) {
    const b = names.find(other => roundTripMs(matrix, a, other) === undefined)
    if (b === undefined) continue
    throw refuse(
      'matrix',
      `it has no time between ${a} and ${b}; its regions are ${regionsOf(matrix).join(', ')}`,
    )
  }
  if (names.length < 2) throw refuse('matrix', 'all nodes are in one region: no link would be any longer')
}

/** One occurrence a target: each is up for the gap before the next one goes. */
function rolling(
  fault: Extract<Fault, { kind: 'rolling-restart' }>,
  targets: readonly number[],
  { durationMs }: ScheduleOptions,
  refuse: Refuse,
): Planned[] {
  refuseRepeats(fault, refuse)
  const stepMs = fault.for + fault.gap
  const neededMs = targets.length * stepMs - fault.gap
  const lastMs = durationMs - neededMs
  if (lastMs < (fault.at ?? 0)) {
    throw refuse(
      'targets',
      `${targets.length} restarts one after the other take ${neededMs / 1000} s, more than is left of a load of ${durationMs / 1000} s`,
    )
  }
  const beginMs = fault.at ?? Math.min(earlyMs, lastMs / 2)
  return targets.map((target, turn) => ({
    fault,
    atMs: beginMs + turn * stepMs,
    forMs: fault.for,
    targets: [target],
  }))
}

function refuseRepeats(fault: Fault, refuse: Refuse): void {
  const given = (['every', 'mean', 'from', 'until'] as const).find(key => fault[key] !== undefined)
  if (given !== undefined) throw refuse(given, `a ${fault.kind} happens once; say when it begins with at`)
}

function timesOf(
  fault: Fault,
  { durationMs }: ScheduleOptions,
  random: RandomStream,
  refuse: Refuse,
): number[] {
  const given = (['at', 'every', 'mean'] as const).filter(key => fault[key] !== undefined)
  if (given.length > 1) throw refuse(given[1]!, `expected one of ${given.join(' and ')}, not both`)
  if (fault.for <= 0) throw refuse('for', 'expected more than 0s')
  const fitsMs = durationMs - fault.for
  if (fitsMs < 0) {
    throw refuse('for', `a fault of ${fault.for / 1000} s does not fit a load of ${durationMs / 1000} s`)
  }
  const gap = fault.every ?? fault.mean
  if (gap === undefined) return [onceAt(fault, fitsMs, refuse)]
  if (gap <= 0) throw refuse(fault.every === undefined ? 'mean' : 'every', 'expected more than 0s')
  const { from = 0, until = durationMs } = fault
  if (until - from < fault.for) {
    throw refuse(
      fault.until === undefined ? 'from' : 'until',
      `a fault of ${fault.for / 1000} s does not fit in between`,
    )
  }
  const nextGap = () => (fault.mean === undefined ? gap : random.exponential(gap))
  const times: number[] = []
  const lastMs = Math.min(fitsMs, until - fault.for)
  for (let atMs = from + nextGap(); atMs <= lastMs; atMs += nextGap()) times.push(atMs)
  if (times.length > 0) return times
  const [key, when] =
    fault.mean === undefined ? ['every', 'the first time'] : ['mean', 'with this seed the first time']
  throw refuse(
    key,
    `it would never happen: ${when} is later than it can begin, ${lastMs / 1000} s into the load`,
  )
}

function onceAt(fault: Fault, fitsMs: number, refuse: Refuse): number {
  const window = (['from', 'until'] as const).find(key => fault[key] !== undefined)
  if (window !== undefined) throw refuse(window, 'a window needs every or mean, which it bounds')
  const atMs = fault.at ?? Math.min(earlyMs, fitsMs / 2)
  if (atMs <= fitsMs) return atMs
  throw refuse('at', `it would heal ${(atMs - fitsMs) / 1000} s after the load has ended`)
}
