import type { Report, ReportedMetrics } from '../../model/report.ts'

/** Milliseconds for people: `8.3 ms`, `350 ms`, `5.5 s`; a percentile on a lost transaction is `lost`. */
export function duration(ms: number | null): string {
  if (ms === null) return 'lost'
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 100_000 ? 1 : 0)} s`
}

/** A figure with so many digits after the point and its unit; `–` when it is not known. */
export function figure(value: number | null | undefined, digits = 0, unit = ''): string {
  if (value === null || value === undefined) return '–'
  return `${value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}${unit}`
}

export interface KeyFigure {
  readonly name: string
  readonly value: string
  readonly aside: string
  /** Where in report.json the value comes from. */
  readonly field: string
}

/** The figures that head a report, in the order of importance. */
export function keyFigures({ metrics, loadMs }: Report): KeyFigure[] {
  if (metrics === null || metrics.submitted === null || metrics.submitted === 0) return []
  const { finalityMs: first, finalityAllMs: all } = metrics
  return [
    {
      name: 'throughput',
      // Without the end of the load there is no time to divide by.
      value: loadMs === null ? '–' : `${figure(metrics.tps, 1)} TPS`,
      aside: loadMs === null ? 'the load did not end' : `of ${figure(metrics.intendedTps, 1)} intended`,
      field: 'metrics.tps',
    },
    {
      name: 'finality, issuer',
      ...percentiles(first),
      field: 'metrics.finalityMs.p50',
    },
    {
      name: 'finality, everywhere',
      ...percentiles(all),
      field: 'metrics.finalityAllMs.p50',
    },
    {
      name: 'accepted',
      value: figure(metrics.accepted),
      aside: outcomes(metrics),
      field: 'metrics.accepted',
    },
    {
      name: 'memory a node',
      value: figure(metrics.memoryPerNodeMiB, 0, ' MiB'),
      aside: 'private, median',
      field: 'metrics.memoryPerNodeMiB',
    },
    {
      name: 'CPU',
      value: figure(metrics.cpuMicrosecondsPerTransactionAndNode, 0, ' µs'),
      aside: 'per transaction and node',
      field: 'metrics.cpuMicrosecondsPerTransactionAndNode',
    },
    ...noise(metrics.noise),
  ]
}

function noise(measured: ReportedMetrics['noise']): KeyFigure[] {
  if (measured === null || 'unobservable' in measured) return []
  return [
    {
      name: 'other programs',
      value: figure(measured.othersPercent, 1, ' %'),
      aside: `of the cores; worst second ${figure(measured.othersWorstPercent)} %, steal ${figure(measured.stealPercent, 1)} %`,
      field: 'metrics.noise.othersPercent',
    },
  ]
}

function percentiles(found: ReportedMetrics['finalityMs']): Pick<KeyFigure, 'value' | 'aside'> {
  if (found === null) return { value: '–', aside: 'not known' }
  return {
    value: duration(found.p50),
    aside: `median; p95 ${duration(found.p95)}, p99 ${duration(found.p99)}`,
  }
}

function outcomes({ submitted, rejected, undecided, lost }: ReportedMetrics): string {
  const rest = [
    [rejected, 'rejected'],
    [undecided, 'undecided'],
    [lost, 'lost'],
  ].filter(([count]) => count !== 0 && count !== null)
  const told = rest.map(([count, name]) => `${figure(count as number)} ${name}`)
  return [
    `of ${figure(submitted)} submitted`,
    ...told,
    ...(lost === 0 && told.length === 0 ? ['none lost'] : []),
  ].join(', ')
}

/** What decides the verdict, as a sentence: the worst check, or what holds when all pass. */
export function headline({ verdict, checks, ladder }: Report): string {
  const worst = checks.find(check => check.verdict === verdict)
  if (verdict === 'pass' && ladder !== null) return `All ${checks.length} cells are as theory expects.`
  if (verdict === 'pass')
    return checks.length === 1 ? 'The only check holds.' : `All ${checks.length} checks hold.`
  if (worst === undefined) return 'There is nothing to judge.'
  const more = checks.filter(check => check.verdict !== 'pass').length - 1
  return `${worst.name}: ${worst.message}${more > 0 ? ` (and ${more} more)` : ''}`
}

/** `done`, `interrupted: SIGTERM`, `failed: the disk is full`; null where the history has no end. */
export function endingText({ ending, endingMessage }: Report): string | null {
  return endingMessage === null ? ending : `${ending}: ${endingMessage}`
}

/** `20 nodes, 60 s of load, 2 faults` */
export function subject({ nodes, loadMs, faults, scenario, stages, metrics, ladder }: Report): string {
  // Containers of somebody else went through none of our stages.
  const noun = stages.length === 0 && metrics === null && ladder === null ? 'container' : 'node'
  return [
    ...(scenario.name === '' ? [] : [scenario.name]),
    `${nodes.length} ${noun}${nodes.length === 1 ? '' : 's'}`,
    ...(ladder === null ? [] : [`${ladder.rungs.length} cells`]),
    ...(loadMs === null ? [] : [`${figure(loadMs / 1000)} s of load`]),
    ...(faults.length === 0 ? [] : [`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`]),
  ].join(', ')
}
