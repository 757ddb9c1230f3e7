import type { Plan } from '../model/plan.ts'
import { driverSeconds, driverWindowSeconds, nodeSeconds, nodeWindowSeconds } from './pace.ts'

interface RecordingRule {
  readonly record: string
  readonly expr: string
}

interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: 'critical' | 'warning' }
  readonly annotations: { readonly summary: string }
}

/** What a slope is taken over: collecting garbage makes shorter ones jump. */
const slopeMinutes = 10
const slopeWindow = `${slopeMinutes}m`
/** A node that has just started gains some 30 MiB in two minutes, which is no leak. */
const warmUpMinutes = 5
/** Nothing at all for so long while there is load; faults that stop all decisions are no exception, they are what it tells. */
const noProgressFor = '15s'
const errorRatioMax = 0.05
/** A leak: what a node may gain in an hour, bytes. */
const memorySlopeMax = 20 * 2 ** 20
/** As in the check of the driver's health. */
const driverLagSecondsMax = 0.5
const achievedMin = 0.98

/** rules.yml of a plan, as data: what dashboards and alerts share is computed once. */
export function buildRules(plan: Plan): object {
  return {
    groups: [
      { name: 'whiteout', interval: `${driverSeconds}s`, rules: recordingRules() },
      { name: 'whiteout-nodes', interval: `${nodeSeconds(plan)}s`, rules: nodeRules(plan) },
      { name: 'whiteout-alerts', interval: `${driverSeconds}s`, rules: alertRules(plan) },
    ],
  }
}

/** From the driver: the client's view, from the intended time of a transaction on. */
function recordingRules(): readonly RecordingRule[] {
  const window = `[${driverWindowSeconds}s]`
  return [
    {
      record: 'whiteout:accepted_transactions:rate',
      expr: `sum(rate(whiteout_driver_decided_transactions_total{outcome="accepted"}${window}))`,
    },
    {
      record: 'whiteout:submitted_transactions:rate',
      expr: `sum(rate(whiteout_driver_submitted_transactions_total${window}))`,
    },
    ...[50, 95, 99].map(percent => ({
      record: `whiteout:finality_seconds:p${percent}`,
      expr: `histogram_quantile(${percent / 100}, sum by (scope, le) (rate(whiteout_driver_finality_seconds_bucket${window})))`,
    })),
    {
      record: 'whiteout:faults:active',
      expr: 'sum(whiteout_fault_active) or vector(0)',
    },
    {
      // What finality is compared with: while nothing is done to the network, and where there is any (no traffic is NaN).
      record: 'whiteout:finality_seconds:p95_calm',
      expr: '(whiteout:finality_seconds:p95 >= 0) and on() (whiteout:faults:active == 0)',
    },
    {
      record: 'whiteout:submissions:error_ratio',
      expr: `sum(rate(whiteout_driver_submissions_total{result!="ok"}${window})) / (sum(rate(whiteout_driver_submissions_total${window})) > 0)`,
    },
  ]
}

function nodeRules(plan: Plan): readonly RecordingRule[] {
  return [
    {
      record: 'whiteout:container_cpu_seconds:rate',
      expr: `rate(whiteout_container_cpu_seconds_total[${Math.max(20, nodeWindowSeconds(plan))}s])`,
    },
    {
      record: 'whiteout:container_memory_bytes:slope',
      expr: `deriv(whiteout_container_memory_bytes[${slopeWindow}])`,
    },
  ]
}

/** What a person should look at while it runs. The verdict comes from the history alone. */
function alertRules(plan: Plan): readonly AlertRule[] {
  // Of slopes that hold nothing of the warm-up. A scrape that fails does not make a node young.
  const isWarm = `on (node) (time() - last_over_time(whiteout_node_start_time_seconds[${slopeWindow}]) > ${60 * (warmUpMinutes + slopeMinutes)})`
  const loading = 'on() (sum(whiteout_driver_phase{phase=~"warmup|load"}) == 1)'
  return [
    {
      alert: 'NoProgress',
      expr: `(whiteout:accepted_transactions:rate == 0) and ${loading}`,
      for: noProgressFor,
      labels: { severity: 'critical' },
      annotations: { summary: `nothing was accepted for ${noProgressFor} under load` },
    },
    {
      alert: 'ErrorRate',
      expr: `whiteout:submissions:error_ratio > ${errorRatioMax}`,
      for: '10s',
      labels: { severity: 'warning' },
      annotations: { summary: '{{ $value | humanizePercentage }} of the submissions failed' },
    },
    {
      alert: 'MemorySlope',
      expr: `(whiteout:container_memory_bytes:slope * 3600 > ${memorySlopeMax}) and ${isWarm}`,
      for: slopeWindow,
      labels: { severity: 'warning' },
      annotations: { summary: '{{ $labels.node }} gains {{ $value | humanize1024 }}B of memory an hour' },
    },
    {
      alert: 'NodeDown',
      expr: 'up{job="nodes"} == 0',
      for: `${3 * nodeSeconds(plan)}s`,
      labels: { severity: 'warning' },
      annotations: { summary: '{{ $labels.node }} does not answer' },
    },
    {
      alert: 'DriverLag',
      expr: `(whiteout_driver_event_loop_lag_seconds > ${driverLagSecondsMax}) and ${loading}`,
      for: '5s',
      labels: { severity: 'critical' },
      annotations: {
        summary: 'the driver is {{ $value | humanizeDuration }} late: its figures are its own fault',
      },
    },
    {
      alert: 'DriverBehind',
      expr: `(whiteout_driver_submitted_transactions_total / (whiteout_driver_due_transactions_total > 0) < ${achievedMin}) and ${loading}`,
      for: '10s',
      labels: { severity: 'critical' },
      annotations: { summary: 'only {{ $value | humanizePercentage }} of what was due has been sent' },
    },
  ]
}
