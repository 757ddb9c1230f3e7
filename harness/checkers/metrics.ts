import { type Plan, voters } from '../../model/plan.ts'
import type { RunMetrics } from '../../model/verdict.ts'
import { isMeasured, wasNeverAdmitted } from '../history/facts.ts'
import { percentiles } from '../history/ranks.ts'
import { acceptedBetween, finalityRanks, throughputOf } from './figures.ts'
import type { Observations } from './observations.ts'
import { recoveries } from './recovery.ts'
import { vertexFigures } from './vertices.ts'

const mebibyte = 1024 * 1024

/** The figures of a run, for the summary and for comparisons. */
export function metrics(plan: Plan, observations: Observations): RunMetrics {
  const throughput = throughputOf(observations)
  const submittedCounts = counts(observations)
  return {
    nodes: voters(plan.nodes).length,
    readySeconds: observations.readyMs === undefined ? null : round(observations.readyMs / 1000, 1),
    tps: round(throughput?.tps ?? 0, 1),
    intendedTps: round(throughput?.intendedTps ?? 0, 1),
    finalityMs: percentiles(finalityRanks(observations, 'first')),
    finalityAllMs: percentiles(finalityRanks(observations, 'all')),
    warmup: warmupOf(observations),
    ...submittedCounts,
    contested: contestedSets(observations),
    vertices: vertexFigures(observations),
    memoryPerNodeMiB: memoryPerNode(observations),
    messagesPerAcceptedTransaction: messagesPerAccepted(observations, submittedCounts.accepted),
    cpuMicrosecondsPerTransactionAndNode: cpuPerTransactionAndNode(observations),
    noise: noiseFigures(observations),
    clockSteps: clockSteps(observations),
    recoveries: recoveries(observations),
  }
}

function warmupOf(observations: Observations): RunMetrics['warmup'] {
  const { warmup, transactions } = observations
  if (warmup === undefined) return null
  let submitted = 0
  for (let index = 0; index < transactions.count; index++)
    if (transactions.offers(index) !== 0 && !isMeasured(observations, index)) submitted++
  return { seconds: round((warmup.endsAt - warmup.beganAt) / 1000, 1), submitted }
}

/**
 * submitted = accepted + rejected + undecided + refused, each at any node; refused are those that no node ever had room for, lost the
 * unconflicted ones among the others that no node accepted.
 */
function counts({ transactions }: Observations) {
  let [submitted, accepted, rejected, refused, lost] = [0, 0, 0, 0, 0]
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.offers(index) === 0) continue
    submitted++
    if (transactions.acceptedCount(index) > 0) {
      accepted++
      continue
    }
    if (transactions.rejectedCount(index) > 0) rejected++
    else if (wasNeverAdmitted(transactions.offers(index))) {
      refused++
      continue
    }
    if (transactions.rival(index) === -1) lost++
  }
  return {
    submitted,
    accepted,
    rejected,
    refused,
    undecided: submitted - accepted - rejected - refused,
    lost,
  }
}

/** What became of the double-spends: a set may stay undecided, and that is no failure. */
function contestedSets({ transactions }: Observations): RunMetrics['contested'] {
  const sets = { accepted: 0, undecided: 0, violated: 0 }
  for (let index = 0; index < transactions.count; index++) {
    const rival = transactions.rival(index)
    if (rival <= index || transactions.offers(index) === 0 || transactions.offers(rival) === 0) continue
    const sides = [index, rival].filter(side => transactions.acceptedCount(side) > 0).length
    sets[sides === 0 ? 'undecided' : sides === 1 ? 'accepted' : 'violated'] += 1
  }
  return sets
}

/** The median node in the last sample during the load. */
function memoryPerNode({ resources: { last } }: Observations): number | null {
  const sorted = (last?.memoryBytes ?? []).filter(bytes => bytes !== null).sort((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  return median === undefined ? null : round(median / mebibyte, 1)
}

/** Unknown when a node did not count, or restarted and began to count again. */
function messagesPerAccepted({ nodes }: Observations, accepted: number): number | null {
  let sum = 0
  for (const { firstStatus, lastStatus } of nodes) {
    const [before, after] = [firstStatus?.messagesSent, lastStatus?.messagesSent]
    if (before === undefined || after === undefined) return null
    if (firstStatus!.startedAt !== lastStatus!.startedAt) return null
    sum += after - before
  }
  return accepted === 0 ? null : round(sum / accepted, 1)
}

/** CPU between two samples during the load over the transactions accepted between them; votes and all included. */
function cpuPerTransactionAndNode(observations: Observations): number | null {
  const { first, last } = observations.resources
  if (!first || !last || first === last) return null
  const used = last.cpuSeconds.flatMap((seconds, node) => {
    const before = first.cpuSeconds[node]
    // A restarted container counts from zero again.
    return seconds === null || before === null || before === undefined || seconds < before
      ? []
      : [seconds - before]
  })
  const accepted = acceptedBetween(observations.transactions, first.at, last.at)
  if (accepted === 0 || used.length === 0) return null
  const perNode = used.reduce((sum, seconds) => sum + seconds, 0) / used.length
  return round((perNode * 1e6) / accepted, 0)
}

function noiseFigures({ noise, noiseUnobservable, load }: Observations): RunMetrics['noise'] {
  if (noiseUnobservable !== undefined) return { unobservable: noiseUnobservable }
  if (load === undefined) return null
  const span = { from: load.beganAt, to: load.endedAt }
  const taken = noise.over(span)
  if (taken === undefined) return null
  return {
    othersPercent: round(taken.others * 100, 1),
    othersWorstPercent: round((noise.worst(span) ?? 0) * 100, 1),
    stealPercent: round(taken.steal * 100, 1),
    throttledSeconds: round(noise.throttledSeconds(span), 1),
  }
}

function clockSteps({ clocks, begin }: Observations): NonNullable<RunMetrics['clockSteps']> {
  return clocks.steps.map(({ at, byMs, suspendedMs }) => ({
    atSeconds: round((at - (begin?.at ?? 0)) / 1000, 1),
    byMs,
    ...(suspendedMs === undefined ? {} : { suspendedMs }),
  }))
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
