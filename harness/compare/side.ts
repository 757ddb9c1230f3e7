import type { Plan } from '../../model/plan.ts'
import type { Report, ReportedMetrics } from '../../model/report.ts'
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
