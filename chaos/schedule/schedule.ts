import {
  type Fault,
  type FaultKind,
  isOfNodes,
  type Links,
  type Occurrence,
  stopsGracefully,
} from '../../model/fault.ts'
import { type RandomStream, stream } from '../../model/random.ts'
import { matrixOf, regionsOf, roundTripMs } from './matrices.ts'
import { severed } from './partition.ts'
import { containersOf, everyNode, inhabitantsOf, parseTargets, pickTargets, type Roster } from './targets.ts'

/** A fault that is written without a time comes this long after the load began, so that there is a rate to compare with. */
const earlyMs = 10_000

/** Room for a fault every 25 s for a week. Planning takes time in the square of them, and each is written to the plan. */
const occurrencesMax = 25_000
/** Ends of links in the cuts of a plan: as many as halves of 500 nodes have in all of these occurrences. A ring of 500 has 200 occurrences. */
const cutEndsMax = 1000 * occurrencesMax

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
  /** The longest that a process may take to end once it is asked to, milliseconds; 0 when left out. */
  readonly graceMs?: number
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
  const room = occurrenceRoom()
  const planned = faults.flatMap((fault, index): Planned[] => {
    const refuse = (key: string, message: string) => new FaultError(index, key, message)
    const random = stream(options.seed, `faults/${index}`)
    const draw = () => drawNodes(fault, options.roster, random, { room, refuse })
    if (fault.kind === 'rolling-restart') {
      const { targets } = draw()
      room.take(targets.length, 'targets', refuse)
      return rolling(fault, targets, options, refuse)
    }
    const times = timesOf(fault, options, {
      random: stream(options.seed, `faults/${index}/times`),
      room,
      refuse,
    })
    return times.map(atMs => ({ fault, atMs, forMs: fault.for, ...draw() }))
  })
  const before = new Map<Fault, string>()
  return planned
    .sort((a, b) => a.atMs - b.atMs)
    .map(occurrence => {
      const { fault } = occurrence
      const number = (numbers.get(fault.kind) ?? 0) + 1
      numbers.set(fault.kind, number)
      const id = `${fault.kind}-${number}`
      if (fault.kind !== 'rolling-restart') return { id, ...occurrence }
      const last = before.get(fault)
      before.set(fault, id)
      // However long one takes: the next waits until it is up.
      return { id, ...occurrence, ...(last === undefined ? {} : { after: { id: last, gapMs: fault.gap } }) }
    })
}

/** What a fault takes of a load: as long as its targets may take to end, and as long as it lasts. */
function spanOf(fault: Fault, { graceMs = 0 }: ScheduleOptions): number {
  return fault.for + (stopsGracefully(fault) ? graceMs : 0)
}

/** The latest that a fault is placed by itself: where the load has no room for its grace as well, the run lasts longer. */
function roomFor(fault: Fault, options: ScheduleOptions): number {
  const roomMs = options.durationMs - spanOf(fault, options)
  return roomMs >= 0 ? roomMs : options.durationMs - fault.for
}

type Refuse = (key: string, message: string) => FaultError

/** What is left of the occurrences that one plan may have, over all of its faults. */
interface OccurrenceRoom {
  /** Checks a number before that many are made. @throws FaultError naming the number */
  take(count: number, key: string, refuse: Refuse): void
  /** Checks the links of one cut more. @throws FaultError naming the number */
  takeCut(cut: readonly Links[], refuse: Refuse): void
}

function occurrenceRoom(): OccurrenceRoom {
  let taken = 0
  let cutEnds = 0
  return {
    take: (count, key, refuse) => {
      taken += count
      if (taken <= occurrencesMax) return
      const before = taken - count
      const others = before === 0 ? '' : `, with ${before.toLocaleString('en')} of other faults`
      throw refuse(
        key,
        `it would happen ${count.toLocaleString('en')} times${others}; a plan has at most ${occurrencesMax.toLocaleString('en')} occurrences`,
      )
    },
    takeCut: (cut, refuse) => {
      cutEnds += cut.reduce((sum, { from, to }) => sum + from.length + to.length, 0)
      if (cutEnds <= cutEndsMax) return
      throw refuse('cut', 'its occurrences cut more links than a plan can hold; let it happen less often')
    },
  }
}

function drawNodes(
  fault: Fault,
  roster: Roster,
  random: RandomStream,
  { room, refuse }: { readonly room: OccurrenceRoom; readonly refuse: Refuse },
): Pick<Occurrence, 'targets' | 'to' | 'cutLinks'> {
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
    const cutLinks = severed(fault.cut, order)
    room.takeCut(cutLinks, refuse)
    if (cutLinks.length > 0) return { targets: order, cutLinks }
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
  { durationMs, graceMs = 0 }: ScheduleOptions,
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
  const roomMs = Math.max(0, lastMs - targets.length * graceMs)
  const beginMs = fault.at ?? Math.min(earlyMs, roomMs / 2)
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
  options: ScheduleOptions,
  { random, room, refuse }: { random: RandomStream; room: OccurrenceRoom; refuse: Refuse },
): number[] {
  const { durationMs } = options
  const given = (['at', 'every', 'mean'] as const).filter(key => fault[key] !== undefined)
  if (given.length > 1) throw refuse(given[1]!, `expected one of ${given.join(' and ')}, not both`)
  if (fault.for <= 0) throw refuse('for', 'expected more than 0s')
  const fitsMs = durationMs - fault.for
  if (fitsMs < 0) {
    throw refuse('for', `a fault of ${fault.for / 1000} s does not fit a load of ${durationMs / 1000} s`)
  }
  const gap = fault.every ?? fault.mean
  if (gap === undefined) {
    const atMs = onceAt(fault, { fitsMs, roomMs: roomFor(fault, options) }, refuse)
    room.take(1, 'kind', refuse)
    return [atMs]
  }
  if (gap <= 0) throw refuse(fault.every === undefined ? 'mean' : 'every', 'expected more than 0s')
  const { from = 0, until = durationMs } = fault
  if (until - from < fault.for) {
    throw refuse(
      fault.until === undefined ? 'from' : 'until',
      `a fault of ${fault.for / 1000} s does not fit in between`,
    )
  }
  const lastMs = Math.min(roomFor(fault, options), until - fault.for)
  const key = fault.mean === undefined ? 'every' : 'mean'
  // Of a Poisson process this is the expected number; what it draws beyond is bounded by a few standard deviations.
  room.take(Math.max(0, Math.floor((lastMs - from) / gap)), key, refuse)
  const nextGap = () => (fault.mean === undefined ? gap : random.exponential(gap))
  const times: number[] = []
  for (let atMs = from + nextGap(); atMs <= lastMs; atMs += nextGap()) times.push(atMs)
  if (times.length > 0) return times
  const when = fault.mean === undefined ? 'the first time' : 'with this seed the first time'
  throw refuse(
    key,
    `it would never happen: ${when} is later than it can begin, ${lastMs / 1000} s into the load`,
  )
}

function onceAt(
  fault: Fault,
  { fitsMs, roomMs }: { readonly fitsMs: number; readonly roomMs: number },
  refuse: Refuse,
): number {
  const window = (['from', 'until'] as const).find(key => fault[key] !== undefined)
  if (window !== undefined) throw refuse(window, 'a window needs every or mean, which it bounds')
  const atMs = fault.at ?? Math.min(earlyMs, roomMs / 2)
  if (atMs <= fitsMs) return atMs
  throw refuse('at', `it would heal ${(atMs - fitsMs) / 1000} s after the load has ended`)
}
