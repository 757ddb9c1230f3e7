import type { Plan } from '../../model/plan.ts'
import type { Report, ReportedMetrics } from '../../model/report.ts'
import { faultText } from '../scenario/write.ts'
import type { Better } from './judgement.ts'

/** One run of a side. */
export interface ComparedRun {
  readonly report: Report
  readonly plan: Plan | undefined
}

/** Figures that are compared: what a user of the network feels, and what it costs. */
export const comparedFigures: readonly {
  readonly name: string
  readonly unit: string
  readonly better: Better
  readonly of: (metrics: ReportedMetrics) => number | null
}[] = [
  { name: 'throughput', unit: 'TPS', better: 'higher', of: ({ tps }) => tps },
  {
    name: 'finality p50, issuer',
    unit: 'ms',
    better: 'lower',
    of: ({ finalityMs }) => finalityMs?.p50 ?? null,
  },
  {
    name: 'finality p95, issuer',
    unit: 'ms',
    better: 'lower',
    of: ({ finalityMs }) => finalityMs?.p95 ?? null,
  },
  {
    name: 'finality p99, issuer',
    unit: 'ms',
    better: 'lower',
    of: ({ finalityMs }) => finalityMs?.p99 ?? null,
  },
  {
    name: 'finality p50, everywhere',
    unit: 'ms',
    better: 'lower',
    of: ({ finalityAllMs }) => finalityAllMs?.p50 ?? null,
  },
  {
    name: 'finality p95, everywhere',
    unit: 'ms',
    better: 'lower',
    of: ({ finalityAllMs }) => finalityAllMs?.p95 ?? null,
  },
  { name: 'memory a node', unit: 'MiB', better: 'lower', of: ({ memoryPerNodeMiB }) => memoryPerNodeMiB },
  {
    name: 'CPU a transaction and node',
    unit: 'µs',
    better: 'lower',
    of: metrics => metrics.cpuMicrosecondsPerTransactionAndNode,
  },
]

/** What must be the same on both sides, as text; a difference makes the comparison one of two different things. */
export function conditions({ report, plan }: ComparedRun): Readonly<Record<string, string>> {
  const { machine, nodes } = report
  const load = plan?.workload
  return {
    nodes: String(nodes.length),
    rate: load === undefined ? '?' : `${load.rate} TPS`,
    load: load === undefined ? '?' : `${load.durationMs / 1000} s ${load.arrival}`,
    payload:
      load === undefined ? '?' : `${load.payloadBytes} bytes, ${load.conflictShare * 100} % double-spends`,
    faults: plan === undefined ? '?' : faultsOf(plan),
    machine: machine === null ? '?' : `${machine.cpus} × ${machine.cpuModel}, ${machine.memoryMiB} MiB`,
  }
}

/** Plans of older versions had no faults to name. */
function faultsOf({ scenario: { faults = [] } }: Plan): string {
  return faults.length === 0 ? 'none' : faults.map(faultText).join('; ')
}
