import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { faultText } from '../../../chaos/schedule/fault-text.ts'
import { describeStep } from '../../../model/clock.ts'
import { describeHit, hitBy } from '../../../model/hit.ts'
import type { Rung } from '../../../model/ladder.ts'
import { grafanaPort, type Plan, prometheusPort } from '../../../model/plan.ts'
import type { CheckResult, Outcome, PercentilesOrLost, Recovery, Verdict } from '../../../model/verdict.ts'
import { describeConsensus, describeSystem } from '../../plan/consensus.ts'
import type { ProjectVerdict } from '../../records/project-file.ts'
import { ladderTable } from '../../report/ladder-table.ts'
import { reportFiles } from '../../report/write.ts'
import type { RunOutcome } from '../../run/run.ts'
import { shellWord } from '../../shell-command.ts'
import { hasCostModel, systemOf } from '../../systems/index.ts'

/** The result of a run for a person: figures, checks, where everything is and how to do it again. */
export function summarize(verdict: Verdict, plan: Plan, directory: string, repeat: string): string {
  return [
    '',
    // A run that never came to its load has no figures, and its checks all say so.
    ...(verdict.metrics.submitted > 0
      ? [...figures(verdict, plan), '', ...verdict.checks.map(describeCheck), '']
      : []),
    `verdict ${verdict.verdict}`,
    ...table([
      ...reportRow(directory),
      ['evidence', `${place(directory)}/ (history.ndjson, verdict.json, plan.json, compose.yaml)`],
      ['repeat', repeat],
    ]),
  ].join('\n')
}

/** The same of faults on containers of somebody else, where there are no figures. */
export function summarizeProject(
  { checks, verdict }: ProjectVerdict,
  directory: string,
  repeat: string,
): string {
  return [
    '',
    ...checks.map(describeCheck),
    '',
    `verdict ${verdict}`,
    ...table([
      ...reportRow(directory),
      ['evidence', `${place(directory)}/ (history.ndjson, faults.json, verdict.json)`],
      ['repeat', repeat],
    ]),
  ].join('\n')
}

/** The same of a ladder, of which each cell is a check. */
export function summarizeLadder(ladder: {
  readonly directory: string
  readonly verdict: Outcome
  readonly checks: readonly CheckResult[]
  readonly rungs: readonly Rung[]
}): string {
  return [
    '',
    ladderTable(ladder.rungs),
    '',
    ...ladder.checks.map(describeCheck),
    '',
    `verdict ${ladder.verdict}`,
    ...table([
      ...reportRow(ladder.directory),
      ['evidence', `${place(ladder.directory)}/cells/, a directory for each cell`],
    ]),
  ].join('\n')
}

function reportRow(directory: string): (readonly [string, string])[] {
  const { report } = pathsOf(directory, undefined)
  return report === null ? [] : [['report', report]]
}

/** Where a run's report and metrics are, as a person and a program are told; null where there are none. */
export function pathsOf(directory: string, watchers: RunOutcome['watchers']) {
  const hasReport = existsSync(join(directory, reportFiles.page))
  return {
    report: hasReport ? `${place(directory)}/${reportFiles.page}` : null,
    metrics: watchers?.prometheusUrl ? `${place(directory)}/metrics/` : null,
  }
}

function figures(verdict: Verdict, plan: Plan): string[] {
  const { metrics } = verdict
  const rows: readonly (readonly [string, string])[] = [
    ['nodes', `${metrics.nodes}, ready in ${figure(metrics.readySeconds, 1)} s`],
    hasCostModel(systemOf(plan.scenario))
      ? ['consensus', describeConsensus(plan.consensus)]
      : ['system', describeSystem(plan)],
    [
      'throughput',
      `${figure(metrics.tps, 1)} TPS of ${figure(metrics.intendedTps, 1)} intended (${plan.workload.rateSource})`,
    ],
    ['finality', `${percentiles(metrics.finalityMs)} at the issuer`],
    ['', `${percentiles(metrics.finalityAllMs)} everywhere`],
    ...warmupRow(metrics.warmup),
    ['transactions', counts(verdict)],
    ...contestedRow(metrics.contested),
    ['memory per node', `${figure(metrics.memoryPerNodeMiB, 0)} MiB private`],
    [
      'messages',
      metrics.messagesPerAcceptedTransaction === null
        ? `unknown: ${metrics.accepted === 0 ? 'nothing was accepted' : 'a restarted node counts from zero again'}`
        : `${figure(metrics.messagesPerAcceptedTransaction, 0)} per accepted transaction, all nodes together`,
    ],
    ['CPU', `${figure(metrics.cpuMicrosecondsPerTransactionAndNode, 0)} us per transaction and node`],
    ...noiseRow(metrics.noise),
    ...(metrics.clockSteps ?? []).map(
      step => ['clock', `${describeStep(step)}, ${step.atSeconds} s into the run`] as const,
    ),
    ...faultRows(plan),
    ...metrics.recoveries.map(each => ['recovery', describeRecovery(each)] as const),
    ['seed', verdict.seed],
  ]
  return table(rows)
}

/** A row for each fault of the scenario, however often it happens. */
function faultRows(plan: Plan) {
  const byText = Map.groupBy(plan.faults, ({ fault }) => faultText(fault))
  return [...byText].map(([text, occurrences]) => {
    const times = occurrences.length === 1 ? '' : `${occurrences.length} times, `
    return ['fault', `${text}: ${times}${describeHit(hitBy(plan, occurrences))}`] as const
  })
}

function noiseRow(noise: Verdict['metrics']['noise']) {
  if (noise === null) return []
  if ('unobservable' in noise) return [['noise', `unobservable: ${noise.unobservable}`] as const]
  const { othersPercent, othersWorstPercent, stealPercent, throttledSeconds } = noise
  const told = [
    `others ${othersPercent.toFixed(1)} % of the cores`,
    `worst second ${othersWorstPercent.toFixed(0)} %`,
    `steal ${stealPercent.toFixed(1)} %`,
    ...(throttledSeconds > 0 ? [`held back by a quota for ${throttledSeconds.toFixed(1)} CPU seconds`] : []),
  ]
  return [['noise', told.join(', ')] as const]
}

function warmupRow(warmup: Verdict['metrics']['warmup']) {
  if (warmup === null) return []
  const { seconds, submitted } = warmup
  const load = `${seconds} s before the measured load, ${submitted.toLocaleString('en')} transactions`
  return [
    ['warm-up', `${load}: judged for safety and liveness, left out of throughput and finality`] as const,
  ]
}

function contestedRow({ accepted, undecided, violated }: Verdict['metrics']['contested']) {
  const sets = accepted + undecided + violated
  if (sets === 0) return []
  const told = `${sets} sets: ${accepted} with one side accepted, ${undecided} undecided, ${violated} with both`
  return [['double-spends', told] as const]
}

/**
 * What a person who pressed Ctrl-C is left with, and what to do next.
 * @param left what became of the containers
 * @param repeat the command that plays it again; empty where there was nothing to play
 */
export function describeInterrupted(
  { run, directory }: Pick<RunOutcome, 'run' | 'directory'>,
  { left, repeat }: { readonly left: string; readonly repeat: string },
): string {
  const report = existsSync(join(directory, reportFiles.page))
    ? `open ${place(directory)}/${reportFiles.page}`
    : `write its report with npm run report -- ${run}`
  return [
    `interrupted: the results of run ${run} so far are in ${place(directory)}/; ${left}`,
    `next: ${report}${repeat === '' ? '' : `, or repeat the run: ${repeat}`}`,
  ].join('\n')
}

/** How to look at a network that was left up, and how to take it down. */
export function describeNetwork({ run, directory, watchers }: RunOutcome): string {
  const file = composeFileOf(directory)
  return [
    `the network of run ${run} is up`,
    `  look at it      docker compose -f ${shellWord(file)} ps`,
    `  read its logs   docker compose -f ${shellWord(file)} logs node-0`,
    ...(watchers?.prometheusUrl ? [`  metrics         ${watchers.prometheusUrl}`] : []),
    ...(watchers?.grafanaUrl ? [`  dashboards      ${watchers.grafanaUrl}`] : []),
    `  take it down    npm run down -- ${run}`,
  ].join('\n')
}

/** How to look at the metrics of a network that was taken down: its Compose file serves what Prometheus left in the run directory, at a free port. */
export function describeMetrics({
  directory,
  watchers,
}: Pick<RunOutcome, 'directory' | 'watchers'>): string[] {
  const { metrics } = pathsOf(directory, watchers)
  if (metrics === null) return []
  const compose = `docker compose -f ${shellWord(composeFileOf(directory))}`
  const services = watchers?.grafanaUrl ? 'prometheus grafana' : 'prometheus'
  return table([
    ['metrics ', metrics],
    ['', `${compose} up -d ${services}`],
    ['', `${compose} port prometheus ${prometheusPort}`],
    ...(watchers?.grafanaUrl ? [['', `${compose} port grafana ${grafanaPort}`] as const] : []),
  ])
}

function composeFileOf(directory: string): string {
  return `${place(directory)}/compose.yaml`
}

function place(directory: string): string {
  return relative(process.cwd(), directory) || directory
}

function describeRecovery({ faults, firstDecisionMs, levelMs, wasInterrupted }: Recovery): string {
  const first =
    firstDecisionMs === null ? 'no decision' : `first decision ${(firstDecisionMs / 1000).toFixed(1)} s`
  const level = wasInterrupted
    ? 'not caught up before the next fault'
    : levelMs === null
      ? 'never caught up'
      : `caught up ${(levelMs / 1000).toFixed(1)} s`
  return `${faults.join(', ')}: ${first}, ${level} after the heal`
}

const marks = { pass: '✔', fail: '✖', unknown: '?' } as const

function describeCheck({ name, verdict, level, message }: CheckResult): string {
  return `  ${marks[verdict]} ${name.padEnd(16)} ${level === undefined ? '' : `[${level}] `}${message}`
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
}

function counts({ metrics }: Verdict): string {
  const parts = [
    [metrics.submitted, 'submitted'],
    [metrics.accepted, 'accepted'],
    [metrics.rejected, 'rejected'],
    [metrics.undecided, 'undecided'],
    [metrics.lost, 'lost'],
    ...(metrics.refused ? [[metrics.refused, 'refused by full queues'] as const] : []),
  ] as const
  return parts.map(([count, name]) => `${count.toLocaleString('en')} ${name}`).join(', ')
}

function percentiles({ p50, p95, p99 }: PercentilesOrLost): string {
  return `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`
}

/** A percentile that falls on a lost transaction is infinite, written as null. */
function ms(value: number | null): string {
  return value === null
    ? 'lost'
    : `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ms`
}

function figure(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits)
}
