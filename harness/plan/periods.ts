import type { Occurrence } from '../../model/fault.ts'

/** A time in which no fault begins or ends. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
  readonly inForce: readonly Occurrence[]
}

/**
 * Every time between two begins or ends of faults, those without any fault among them.
 * @param faults in the order of time
 * @param bounds further times at which one period ends and the next one begins
 */
export function periodsOf(faults: readonly Occurrence[], bounds: readonly number[] = []): Period[] {
  const ends = faults.flatMap(({ atMs, forMs }) => [atMs, atMs + forMs])
  const times = [...new Set([...bounds, ...ends])].sort((a, b) => a - b)
  let begun = 0
  let inForce: Occurrence[] = []
  return times.slice(0, -1).map((fromMs, i) => {
    while (begun < faults.length && faults[begun]!.atMs <= fromMs) inForce.push(faults[begun++]!)
    inForce = inForce.filter(({ atMs, forMs }) => fromMs < atMs + forMs)
    return { fromMs, toMs: times[i + 1]!, inForce: [...inForce] }
  })
}
