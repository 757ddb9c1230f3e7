import type { Fault, FaultKind, Occurrence } from '../model/fault.ts'
import { type RandomStream, stream } from '../model/random.ts'
import { blockedLinks } from './partition.ts'
import { parseTargets, pickTargets, type Roster } from './targets.ts'

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

/**
 * Every occurrence of every fault during a load of `durationMs`, in the order of time. Each fault draws from a stream of its
 * own, so one more fault leaves the others as they were.
 *
 * @throws FaultError naming the key of the fault that cannot happen
 */
export function schedule(
  faults: readonly Fault[],
  options: { readonly seed: string; readonly durationMs: number; readonly roster: Roster },
): Occurrence[] {
  const numbers = new Map<FaultKind, number>()
  const planned = faults.flatMap((fault, index) => {
    const random = stream(options.seed, `faults/${index}`)
    return timesOf(fault, index, options).map(atMs => {
      const targets = drawTargets(fault, index, options.roster, random)
      return { fault, atMs, forMs: fault.for, targets }
    })
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

function drawTargets(fault: Fault, index: number, roster: Roster, random: RandomStream): number[] {
  if (fault.kind !== 'partition') {
    return guarded(index, 'targets', () => pickTargets(parseTargets(fault.targets), roster, random))
  }
  const order = random.shuffled(Array.from({ length: roster.nodes }, (_, node) => node))
  if (blockedLinks(fault.cut, order).length > 0) return order
  throw new FaultError(index, 'cut', `${roster.nodes} nodes cannot be parted this way: no link would be cut`)
}

function timesOf(
  fault: Fault,
  index: number,
  { seed, durationMs }: { readonly seed: string; readonly durationMs: number },
): number[] {
  const given = (['at', 'every', 'mean'] as const).filter(key => fault[key] !== undefined)
  if (given.length > 1)
    throw new FaultError(index, given[1]!, `expected one of ${given.join(' and ')}, not both`)
  const lastMs = durationMs - fault.for
  if (lastMs < 0) {
    throw new FaultError(
      index,
      'for',
      `a fault of ${fault.for / 1000} s does not fit a load of ${durationMs / 1000} s`,
    )
  }
  const gap = fault.every ?? fault.mean
  if (gap === undefined) {
    const atMs = fault.at ?? Math.min(earlyMs, lastMs / 2)
    if (atMs <= lastMs) return [atMs]
    throw new FaultError(index, 'at', `it would heal ${(atMs - lastMs) / 1000} s after the load has ended`)
  }
  if (gap <= 0)
    throw new FaultError(index, fault.every === undefined ? 'mean' : 'every', 'expected more than 0s')
  const random = stream(seed, `faults/${index}/times`)
  const nextGap = () => (fault.mean === undefined ? gap : random.exponential(gap))
  const times: number[] = []
  for (let atMs = nextGap(); atMs <= lastMs; atMs += nextGap()) times.push(atMs)
  return times
}

function guarded<T>(index: number, key: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw new FaultError(index, key, (error as Error).message)
  }
}
