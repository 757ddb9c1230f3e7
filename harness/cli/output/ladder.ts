import { isExpected, type Rung, verdictOfRung } from '../../../model/ladder.ts'
import type { CheckResult, Verdict } from '../../../model/verdict.ts'
import { isAsTheory, type NetworkOutcome } from '../../theory/outcome.ts'

const safety = ['agreement', 'validity', 'integrity', 'irrevocability', 'storage']

/** What a stall that theory expects takes with it, and so does what it leaves undecided. */
const progress = ['liveness', 'recovery', 'throughput', 'finality-p95', 'finality-p99']

/** What a cell is, and what theory expects of it: a planned one, or one that was run. */
type Attempt = Pick<
  Rung,
  'attack' | 'fraction' | 'byzantine' | 'collectors' | 'expected' | 'expectedUndecided'
>

/** What came of a cell. @param base the cell without an attack */
export function rungOf(cell: Attempt, verdict: Verdict, base: Verdict): Rung {
  const { p50, p95 } = verdict.metrics.finalityMs
  const failed = verdict.checks.filter(check => check.verdict !== 'pass')
  const rung = {
    ...{ attack: cell.attack, fraction: cell.fraction, byzantine: cell.byzantine },
    collectors: cell.collectors,
    nodes: verdict.metrics.nodes,
    outcome: outcomeOf(verdict, cell),
    expected: cell.expected,
    expectedUndecided: cell.expectedUndecided,
    vertices: verdict.metrics.vertices,
    p50Ratio: ratio(p50, base.metrics.finalityMs.p50),
    p95Ratio: ratio(p95, base.metrics.finalityMs.p95),
    finalityMs: { p50, p95 },
    safe: !failed.some(({ name, verdict: said }) => safety.includes(name) && said === 'fail'),
    seen: !failed.some(({ name }) => name === 'behaviours'),
    contested: verdict.metrics.contested,
    remarks: failed.map(({ name, message }) => `${name}: ${message}`),
    unexplained: [],
  }
  const judged = {
    ...rung,
    unexplained: failed.filter(check => !isExplained(check, rung)).map(unexplainedOf),
  }
  return { ...judged, verdict: verdictOfRung(judged) }
}

/** Whether the outcome says the same as a check that did not pass, or theory expects what it found. */
function isExplained({ name, verdict }: CheckResult, rung: Omit<Rung, 'verdict'>): boolean {
  // `seen` has it.
  if (name === 'behaviours' && verdict === 'unknown') return true
  if (name === 'agreement') return verdict === 'fail' && rung.outcome === 'VIOLATED'
  // Nobody knows of a liveness that is unknown what the outcome is.
  if (name === 'liveness' && verdict === 'unknown') return false
  if (!progress.includes(name)) return false
  // An outcome that is not expected says by itself that it is not.
  if (!isExpected(rung)) return true
  return rung.outcome === 'STALLED' || rung.expectedUndecided > 0
}

function unexplainedOf({ name, verdict }: CheckResult): Rung['unexplained'][number] {
  return { check: name, verdict }
}

function outcomeOf({ checks, metrics }: Verdict, { expected, expectedUndecided }: Attempt): NetworkOutcome {
  const said = (name: string) => checks.find(check => check.name === name)?.verdict
  const isStallExpected = expected === 'STALLED'
  if (said('agreement') === 'fail') return 'VIOLATED'
  const isLive = said('liveness') === 'pass'
  if (isLive && isStallExpected) return 'STALLED'
  if (isStallExpected && metrics.lost === 0) return 'FINAL'
  if (isStallExpected || metrics.vertices === null || expectedUndecided === 0)
    return isLive ? 'FINAL' : metrics.accepted === 0 ? 'STALLED' : 'PARTIAL'
  if (metrics.accepted === 0) return 'STALLED'
  return isAsTheory(metrics.vertices, expectedUndecided) ? 'FINAL' : 'PARTIAL'
}

function ratio(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : Math.round((value / base) * 100) / 100
}
