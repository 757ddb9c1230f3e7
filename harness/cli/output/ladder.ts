import type { Verdict } from '../../../model/verdict.ts'
import type { Cell } from '../../plan/ladder.ts'
import type { NetworkOutcome } from '../../plan/theory.ts'

/** One line of the customer's table, also as it stands in ladder.json. */
export interface Rung {
  readonly attack: string
  readonly fraction: number
  readonly byzantine: number
  readonly nodes: number
  readonly outcome: NetworkOutcome
  readonly expected: NetworkOutcome
  /** Finality at the issuer relative to the cell before the attack, without one; null where nothing was final. */
  readonly p50Ratio: number | null
  readonly p95Ratio: number | null
  readonly finalityMs: { readonly p50: number | null; readonly p95: number | null }
  readonly safe: boolean
  /** Whether correct nodes saw the attack, as far as it can be seen: without it the cell shows nothing. */
  readonly seen: boolean
  readonly contested: Verdict['metrics']['contested']
  /** What the checks that did not pass say; of a violation that is expected, its witness. */
  readonly remarks: readonly string[]
}

const safety = ['agreement', 'validity', 'integrity', 'irrevocability', 'storage']

/** @param base the cell without an attack */
export function rungOf(cell: Cell, verdict: Verdict, base: Verdict): Rung {
  const { p50, p95 } = verdict.metrics.finalityMs
  const failed = verdict.checks.filter(check => check.verdict !== 'pass')
  return {
    ...{ attack: cell.attack, fraction: cell.fraction, byzantine: cell.byzantine },
    nodes: verdict.metrics.nodes,
    outcome: outcomeOf(verdict, cell.expected === 'STALLED'),
    expected: cell.expected,
    p50Ratio: ratio(p50, base.metrics.finalityMs.p50),
    p95Ratio: ratio(p95, base.metrics.finalityMs.p95),
    finalityMs: { p50, p95 },
    safe: !failed.some(({ name, verdict: said }) => safety.includes(name) && said === 'fail'),
    seen: !failed.some(({ name }) => name === 'behaviours'),
    contested: verdict.metrics.contested,
    remarks: failed.map(({ name, message }) => `${name}: ${message}`),
  }
}

function outcomeOf({ checks, metrics }: Verdict, isStallExpected: boolean): NetworkOutcome {
  const said = (name: string) => checks.find(check => check.name === name)?.verdict
  if (said('agreement') === 'fail') return 'VIOLATED'
  if (said('liveness') === 'pass') return isStallExpected ? 'STALLED' : 'FINAL'
  if (isStallExpected && metrics.lost === 0) return 'FINAL'
  return metrics.accepted === 0 ? 'STALLED' : 'PARTIAL'
}

function ratio(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : Math.round((value / base) * 100) / 100
}

const heads = ['attack', 'share', 'nodes', 'outcome', 'expected', 'p50', 'p95', 'safety', 'double-spends']

/** The table as Markdown, which reads as well on a terminal. */
export function ladderTable(rungs: readonly Rung[]): string {
  const rows = rungs.map(rung => [
    rung.attack,
    `${Math.round(rung.fraction * 100)} %`,
    `${rung.byzantine}/${rung.nodes}`,
    rung.outcome === rung.expected ? rung.outcome : `**${rung.outcome}**`,
    rung.expected,
    times(rung.p50Ratio, rung.finalityMs.p50),
    times(rung.p95Ratio, rung.finalityMs.p95),
    rung.safe ? 'held' : 'VIOLATED',
    `${rung.contested.accepted} accepted, ${rung.contested.undecided} undecided, ${rung.contested.violated} violated`,
  ])
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map(row => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(heads), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function times(relative: number | null, ms: number | null): string {
  return relative === null || ms === null ? '-' : `x${relative.toFixed(2)} (${Math.round(ms)} ms)`
}
