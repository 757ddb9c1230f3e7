import { expectationOfRung, percent, type Rung, resultOfRung } from '../../model/ladder.ts'

export const ladderHeads = [
  'attack',
  'share',
  'nodes',
  'collectors',
  'outcome',
  'expected',
  'p50',
  'p95',
  'safety',
  'double-spends',
] as const

/** The cells of one line of the table, as text. */
export function ladderCells(rung: Rung): Record<(typeof ladderHeads)[number], string> {
  const { accepted, undecided, violated } = rung.contested
  return {
    attack: rung.attack,
    share: percent(rung.fraction),
    nodes: `${rung.byzantine}/${rung.nodes}`,
    collectors: String(rung.collectors ?? '-'),
    outcome: resultOfRung(rung),
    expected: expectationOfRung(rung),
    p50: times(rung.p50Ratio, rung.finalityMs.p50),
    p95: times(rung.p95Ratio, rung.finalityMs.p95),
    safety: rung.safe ? 'held' : 'VIOLATED',
    'double-spends': `${accepted} accepted, ${undecided} undecided, ${violated} violated`,
  }
}

/** The table as Markdown, which reads as well on a terminal. What does not pass is bold. */
export function ladderTable(rungs: readonly Rung[]): string {
  const rows = rungs.map(rung => {
    const cells = ladderCells(rung)
    const outcome = rung.verdict === 'pass' ? cells.outcome : `**${cells.outcome}**`
    return Object.values({ ...cells, outcome })
  })
  const widths = ladderHeads.map((head, column) =>
    Math.max(head.length, ...rows.map(row => row[column]!.length)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(ladderHeads), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function times(relative: number | null, ms: number | null): string {
  return relative === null || ms === null ? '-' : `x${relative.toFixed(2)} (${Math.round(ms)} ms)`
}
