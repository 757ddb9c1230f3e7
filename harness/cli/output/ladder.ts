import type { Rung } from '../../../model/ladder.ts'
import type { Verdict } from '../../../model/verdict.ts'
import type { Cell } from '../../plan/ladder.ts'
import { isAsTheory, type NetworkOutcome } from '../../theory/outcome.ts'

const safety = ['agreement', 'validity', 'integrity', 'irrevocability', 'storage']

/** What came of a cell. @param base the cell without an attack */
export function rungOf(cell: Cell, verdict: Verdict, base: Verdict): Rung {
  const { p50, p95 } = verdict.metrics.finalityMs
  const failed = verdict.checks.filter(check => check.verdict !== 'pass')
  return {
    ...{ attack: cell.attack, fraction: cell.fraction, byzantine: cell.byzantine },
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
  }
}

function outcomeOf({ checks, metrics }: Verdict, { expected, expectedUndecided }: Cell): NetworkOutcome {
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
