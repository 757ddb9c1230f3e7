import { describeStep } from '../../model/clock.ts'
import type { Rung } from '../../model/ladder.ts'
import type { Report } from '../../model/report.ts'
import { duration, endingText, headline, keyFigures, subject } from './figures.ts'
import { ladderCells, ladderHeads } from './ladder-table.ts'

const marks = { pass: '✅', fail: '❌', unknown: '❓' } as const

/** The report in Markdown, short enough for the summary of a CI job (GitHub's $GITHUB_STEP_SUMMARY and the like). */
export function summaryMarkdown(report: Report): string {
  const { verdict, checks, metrics, ladder } = report
  const ending = endingText(report)
  const figures = keyFigures(report).map(({ name, value, aside }) => [name, value, aside])
  const recoveries = (metrics?.recoveries ?? []).map(each => [
    each.faults.join(', '),
    each.firstDecisionMs === null ? 'none' : duration(each.firstDecisionMs),
    each.wasInterrupted
      ? 'the next fault came first'
      : each.levelMs === null
        ? 'never'
        : duration(each.levelMs),
  ])
  const noted = checks.filter(check => check.verdict !== 'pass' || check.level !== undefined)
  return [
    `## ${marks[verdict]} ${verdict}: ${plain(subject(report))}`,
    plain(headline(report)),
    ...(report.ending === 'done' || ending === null ? [] : [`Ended: ${plain(ending)}`]),
    ...(report.missing.length > 0
      ? [report.missing.map(each => `- missing: ${plain(each)}`).join('\n')]
      : []),
    ...table(['figure', 'value', ''], figures),
    ...(metrics?.clockSteps ?? []).map(step =>
      plain(`Clock: ${describeStep(step)}, ${step.atSeconds} s into the run.`),
    ),
    ...table(['fault', 'times', 'nodes', 'of them collectors'], faultRows(report)),
    ...table(['recovered from', 'first decision', 'level again'], recoveries),
    ...(noted.length === checks.length
      ? []
      : [`Checks that pass without remark: ${checks.length - noted.length}.`]),
    ...(ladder === null ? [] : table(ladderHeads, ladder.rungs.map(ladderRow))),
    ...table(['Byzantine node', 'planned', 'caught at'], byzantineRows(report)),
    ...table(
      ['check', 'verdict', 'reason'],
      (ladder === null ? noted : noted.filter(check => check.verdict !== 'pass')).map(check => [
        check.name,
        `${marks[check.verdict]} ${check.level ?? check.verdict}`,
        check.message,
      ]),
    ),
    [
      ...(report.repeat === null ? [] : [`Repeat: ${code(report.repeat)}  `]),
      `Run ${code(report.run)}, seed ${code(report.seed ?? 'unknown')}, version ${code(report.version ?? 'unknown')}`,
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

function ladderRow(rung: Rung): string[] {
  const cells = ladderCells(rung)
  return Object.values({ ...cells, outcome: `${marks[rung.verdict]} ${cells.outcome}` })
}

/** A row for each fault of the scenario, however often it happened. */
function faultRows({ faults }: Report): string[][] {
  return [...Map.groupBy(faults, ({ text }) => text)].map(([text, times]) => {
    const hits = times.flatMap(({ hit }) => hit ?? [])
    return [
      ...[text, String(times.length)],
      ...[range(hits.map(({ nodes }) => nodes)), range(hits.map(({ collectors }) => collectors))],
    ]
  })
}

/** `1 to 3` */
function range(counts: readonly number[]): string {
  if (counts.length === 0) return '-'
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? String(least) : `${least} to ${most}`
}

function byzantineRows({ byzantine }: Report): string[][] {
  return (byzantine?.planned ?? []).map(({ node, behaviour }) => {
    const offences = byzantine!.caught.filter(each => each.node === node).map(({ offence }) => offence)
    return [node, behaviour, offences.join(', ')]
  })
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`
  return [[line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')]
}

/** Text that Markdown shows as it is: no link, no HTML, no cell of its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~!&]/g, character => `\\${character}`)
}

/** A code span; its fence is longer than any run of back-ticks inside. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${text.replace(/\s+/g, ' ')}${pad}${fence}`
}
