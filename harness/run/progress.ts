import type { DriverStatus } from '../../model/driver-config.ts'
import type { Situation } from './situation.ts'

/** `182 TPS, p95 240 ms, 1,820 of 1,900 decided, 18 correct, 2 crashed, kill-1 in force, 50 s left` */
export function describeLoad(
  status: DriverStatus,
  durationMs: number,
  { nodes, faults }: Pick<Situation, 'nodes' | 'faults'>,
): string {
  const leftSeconds = Math.max(0, Math.ceil((durationMs - status.elapsedMs) / 1000))
  const counts = Object.entries(nodes).filter(([, count]) => count > 0)
  return [
    `${Math.round(status.tps)} TPS`,
    latency(status),
    decided(status),
    ...counts.map(([state, count]) => `${count} ${state}`),
    ...(faults.length > 0 ? [`${faults.map(({ id }) => id).join(' and ')} in force`] : []),
    `${leftSeconds} s left`,
  ].join(', ')
}

/** `1,880 of 1,900 decided, 1,700 everywhere` */
export function describeSettle(status: DriverStatus): string {
  return `${decided(status)}, ${status.decidedEverywhere.toLocaleString('en')} everywhere`
}

function latency({ finalityP95Ms }: DriverStatus): string {
  return `p95 ${finalityP95Ms === null ? '-' : Math.round(finalityP95Ms)} ms`
}

function decided(status: DriverStatus): string {
  return `${status.decided.toLocaleString('en')} of ${status.submitted.toLocaleString('en')} decided`
}
