import type { DriverStatus } from '../../model/driver-config.ts'
import type { Situation } from './situation.ts'

/** Shorter is a matter of how decisions come in, not of a stall. */
const silenceToldMs = 2000

/** So many faults are named; of more, how many there are says as much. */
const faultsNamed = 2

/**
 * `182 TPS, p95 240 ms, 50 s left, kill-1 in force, 2 crashed, 18 correct, 1,820 of 1,900 decided`; in a stall `no decision for 4 s`
 * comes first, in the warm-up `warm-up, 8 s left of it`. In the order of importance, because a terminal cuts off what does not fit a line.
 */
export function describeLoad(
  status: DriverStatus,
  durationMs: number,
  { nodes, faults }: Pick<Situation, 'nodes' | 'faults'>,
): string {
  const isWarmup = status.phase === 'warmup'
  const leftMs = isWarmup ? -status.elapsedMs : durationMs - status.elapsedMs
  const leftSeconds = Math.max(0, Math.ceil(leftMs / 1000))
  const { correct, byzantine, paused, crashed } = nodes
  const counts = Object.entries({ crashed, paused, byzantine, correct }).filter(([, count]) => count > 0)
  return [
    ...(isWarmup ? [`warm-up, ${leftSeconds} s left of it`] : []),
    pace(status),
    ...(isWarmup ? [] : [`${leftSeconds} s left`]),
    ...(faults.length > 0 ? [`${namesOf(faults)} in force`] : []),
    ...counts.map(([state, count]) => `${count} ${state}`),
    decided(status),
  ].join(', ')
}

/** `1,880 of 1,900 decided, 1,700 everywhere` */
export function describeSettle(status: DriverStatus): string {
  return `${decided(status)}, ${status.decidedEverywhere.toLocaleString('en')} everywhere`
}

function namesOf(faults: Situation['faults']): string {
  return faults.length <= faultsNamed ? faults.map(({ id }) => id).join(' and ') : `${faults.length} faults`
}

/** In a stall the rate would be that of the seconds before it. */
function pace({ tps, finalityP95Ms, silentMs }: DriverStatus): string {
  if (silentMs >= silenceToldMs) return `no decision for ${Math.floor(silentMs / 1000)} s`
  return `${Math.round(tps)} TPS, p95 ${finalityP95Ms === null ? '-' : Math.round(finalityP95Ms)} ms`
}

function decided(status: DriverStatus): string {
  return `${status.decided.toLocaleString('en')} of ${status.submitted.toLocaleString('en')} decided`
}
