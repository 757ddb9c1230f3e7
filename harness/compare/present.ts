import { figure } from '../report/figures.ts'
import { type Markup, markup } from '../report/markup.ts'
import { page } from '../report/page.ts'
import type { PageAssets } from '../report/page-assets.ts'
import type { ComparedFigure, Comparison } from './compare.ts'
import { percent } from './judgement.ts'

/** What the columns mean, for every form of the result. */
function explain({ noise, threshold }: Comparison): string {
  const allowed = `${(threshold * 100).toLocaleString('en')} %`
  const method =
    noise === 'between runs'
      ? 'First and second are means of the runs, noise is as it is between them.'
      : 'One run a side: first and second are means of ten batches of a run, not the figures of the whole run that its summary has, and noise is that between batches. What differs from run to run is not seen; three repeats a side or more are surer.'
  return `Change for the worse of the second side with its 95 % confidence interval, and what it is at least, for all figures together (95 %); allowed: ${allowed}. A figure fails when even what it is at least is more than that, and passes when its whole interval is within it. ${method}`
}

const head = ['figure', 'first', 'second', 'worse by', 'interval', 'at least', 'verdict', 'why']
/** The columns from `first` to this one are numbers. */
const lastNumber = head.indexOf('at least')

function cells({ name, unit, a, b, worse, verdict, message }: ComparedFigure): string[] {
  const value = (each: number | null) => (each === null ? '–' : `${figure(each, each < 100 ? 1 : 0)} ${unit}`)
  return [
    name,
    value(a),
    value(b),
    worse === null ? '–' : percent(worse.estimate),
    worse === null ? '–' : `${percent(worse.low)} to ${percent(worse.high)}`,
    worse === null ? '–' : percent(worse.atLeast),
    verdict,
    message.split(':')[0]!,
  ]
}

export function comparisonText(comparison: Comparison): string {
  const { verdict, a, b, figures, remarks } = comparison
  const rows = [head, ...figures.map(cells)]
  const widths = head.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    `  ${row.map((text, column) => (column === 0 || column > lastNumber ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join('  ')}`.trimEnd()
  return [
    `first   ${a.join(', ')}`,
    `second  ${b.join(', ')}`,
    '',
    ...(figures.length > 0 ? [...rows.map(line), ''] : []),
    ...remarks.map(remark => `  ${remark.verdict}: ${remark.message}`),
    explain(comparison),
    `verdict ${verdict}`,
  ].join('\n')
}

export function comparisonMarkdown(comparison: Comparison): string {
  const { verdict, a, b, figures, remarks } = comparison
  const row = (texts: readonly string[]) =>
    `| ${texts.map(text => text.replace(/[\\|<]/g, '\\$&')).join(' | ')} |`
  return [
    `## Comparison: ${verdict}`,
    `First: ${a.join(', ')}; second: ${b.join(', ')}.`,
    ...(figures.length > 0
      ? [[row(head), `|${' --- |'.repeat(head.length)}`, ...figures.map(each => row(cells(each)))].join('\n')]
      : []),
    ...(remarks.length > 0
      ? [remarks.map(remark => `- ${remark.verdict}: ${remark.message.replaceAll('<', '\\<')}`).join('\n')]
      : []),
    explain(comparison),
  ]
    .join('\n\n')
    .concat('\n')
}

export function comparisonPage(comparison: Comparison, assets: PageAssets): string {
  const { verdict, a, b, figures, remarks } = comparison
  const rows = figures.map(
    each => markup`<tr>${cells(each).map((text, column) => cellOf(each, text, column))}</tr>`,
  )
  const body = markup`<header>
<p class="over"><span>Whiteout comparison</span></p>
<h1><span class="verdict ${verdict}">${verdict}</span> <span>${a.length} against ${b.length} ${b.length === 1 ? 'run' : 'runs'}</span></h1>
<p class="why">${explain(comparison)}</p>
</header>
<main>
${remarks.length === 0 ? '' : markup`<aside class="missing"><h2>To be considered</h2><ul>${remarks.map(remark => markup`<li>${remark.verdict}: ${remark.message}</li>`)}</ul></aside>`}
<section><h2>Figures</h2><div class="wide"><table><thead><tr>${head.map((text, column) => markup`<th class="${column > 0 && column <= lastNumber ? 'number' : ''}">${text}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>${intervals(comparison)}</section>
<section><h2>Runs</h2><table><tbody><tr><th scope="row">first</th><td>${a.join(', ')}</td></tr><tr><th scope="row">second</th><td>${b.join(', ')}</td></tr></tbody></table></section>
</main>`
  return page({ title: `comparison: ${verdict}`, assets, body })
}

function cellOf({ verdict }: ComparedFigure, text: string, column: number): Markup {
  if (column === 0) return markup`<th scope="row">${text}</th>`
  if (column === lastNumber + 1) return markup`<td><span class="mark ${verdict}">${text}</span></td>`
  return markup`<td class="${column <= lastNumber ? 'number' : 'text'}">${text}</td>`
}

/** The intervals side by side, on one logarithmic scale around "no change"; the shaded part is what is allowed. */
function intervals({ figures, threshold }: Comparison): Markup | null {
  const known = figures.flatMap(({ name, verdict, worse }) =>
    worse === null ? [] : [{ name, verdict, worse }],
  )
  if (known.length === 0) return null
  const reach = Math.max(1 + 2 * threshold, ...known.flatMap(({ worse }) => [worse.high, 1 / worse.low]))
  const place = (factor: number) => (300 + (300 * Math.log(factor)) / Math.log(reach)).toFixed(1)
  const height = known.length * 26
  const lines = known.map(({ name, verdict, worse }, index) => {
    const y = index * 26 + 13
    return markup`<g class="interval ${verdict}"><text x="0" y="${y + 4}">${name}</text><line x1="${shift(place(worse.low))}" x2="${shift(place(worse.high))}" y1="${y}" y2="${y}"/><circle cx="${shift(place(worse.estimate))}" cy="${y}" r="4"/></g>`
  })
  return markup`<svg class="intervals" viewBox="0 0 820 ${height + 22}" role="img" aria-label="confidence intervals"><rect x="${shift('0')}" y="0" width="${(Number(place(1 + threshold))).toFixed(1)}" height="${height}"/><line class="none" x1="${shift(place(1))}" x2="${shift(place(1))}" y1="0" y2="${height}"/>${lines}<text x="${shift('0')}" y="${height + 16}">better</text><text x="${shift(place(1))}" y="${height + 16}" text-anchor="middle">no change</text><text x="820" y="${height + 16}" text-anchor="end">worse</text></svg>`
}

/** Room for the names on the left. */
function shift(x: string): string {
  return (Number(x) + 210).toFixed(1)
}
