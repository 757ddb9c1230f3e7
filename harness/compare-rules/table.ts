import type { ComparisonRow } from './compare.ts'

const headings = [
  'rule',
  'silent',
  'outcome',
  'final',
  'p50',
  'p95',
  'x 0',
  'theory: rounds',
  'x 0',
  'as theory',
  'verdict',
]

const told = { pass: 'yes', fail: 'NO', unknown: '?' } as const

/** Measured beside expected, one line a rule and share. */
export function comparisonTable(rows: readonly ComparisonRow[]): string {
  const cells = rows.map(row => [
    ...[row.rule, `${row.silent} (${Math.round(row.fraction * 100)} %)`, row.outcome],
    ...[`${row.final}/${row.submitted}`, milliseconds(row.p50Ms), milliseconds(row.p95Ms), times(row.ratio)],
    ...[rounds(row.expectedRounds), times(row.expectedRatio), told[row.asTheory], row.verdict],
  ])
  const widths = headings.map((heading, i) => Math.max(heading.length, ...cells.map(line => line[i]!.length)))
  return [headings, ...cells]
    .map(line =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function milliseconds(ms: number | null): string {
  return ms === null ? 'never' : `${Math.round(ms).toLocaleString('en')} ms`
}

function rounds(value: number | null): string {
  if (value === null) return 'never'
  return value >= 10_000 ? value.toExponential(0).replace('e+', 'e') : `${Math.round(value * 10) / 10}`
}

function times(value: number | null): string {
  if (value === null) return '-'
  return value >= 1000 ? value.toExponential(0).replace('e+', 'e') : value.toFixed(value < 10 ? 1 : 0)
}
