import { type Occurrence, silences } from '../../model/fault.ts'
import { type Plan, plannedLiars } from '../../model/plan.ts'
import { periodsOf } from './periods.ts'

/** A time in which more nodes are faulty than the network can bear. */
export interface Excess {
  readonly fromMs: number
  readonly toMs: number
  /** At the worst of it: nodes that lie, and others that are down or isolated. */
  readonly byzantine: number
  readonly away: number
}

/** Times of the load in which more than f nodes are Byzantine, down or isolated; cuts of the network as a whole are none of them. */
export function excessesOf({ nodes, faults, consensus, workload }: Plan): Excess[] {
  const planned = plannedLiars(nodes).map(({ index }) => index)
  const found: Excess[] = []
  for (const { fromMs, toMs, inForce } of periodsOf(faults, [0, workload.durationMs])) {
    const { byzantine, away } = faultyIn(inForce, planned)
    if (byzantine + away <= consensus.f) continue
    const last = found.at(-1)
    if (last?.toMs !== fromMs) found.push({ fromMs, toMs, byzantine, away })
    else {
      const worst = byzantine + away > last.byzantine + last.away ? { byzantine, away } : last
      found.splice(-1, 1, { ...last, ...{ byzantine: worst.byzantine, away: worst.away }, toMs })
    }
  }
  return found
}

function faultyIn(inForce: readonly Occurrence[], planned: readonly number[]) {
  const targetsOf = (isMeant: (fault: Occurrence['fault']) => boolean) =>
    inForce.filter(({ fault }) => isMeant(fault)).flatMap(({ targets }) => targets)
  const liars = new Set([...planned, ...targetsOf(({ kind }) => kind === 'behaviour')])
  const away = new Set(targetsOf(fault => silences(fault) || fault.kind === 'isolate'))
  return { byzantine: liars.size, away: [...away].filter(node => !liars.has(node)).length }
}
