import { createHash } from 'node:crypto'
import type { Report } from '../../model/report.ts'
import { endingText, headline, keyFigures, subject } from './figures.ts'
import { jsonInScript, type Markup, markup } from './markup.ts'
import type { PageAssets } from './page-assets.ts'
import { byzantineSection, ladderSection } from './page-byzantine.ts'
import { checksSection, faultsSection, recoverySection } from './page-judgement.ts'
import { chartsSection, nodesSection, slopesSection } from './page-measurement.ts'
import { provenanceSection } from './page-provenance.ts'

/** report.html: one file that opens from disk and asks nothing of any network. */
export function reportPage(report: Report, assets: PageAssets): string {
  return page({
    title: `${report.verdict}: ${report.run}`,
    assets,
    body: markup`${head(report)}
<main>
${missingBox(report)}${figuresSection(report)}${report.ladder === null ? checksSection(report) : ladderSection(report)}${chartsSection(report)}${recoverySection(report)}${byzantineSection(report)}${nodesSection(report)}${slopesSection(report)}${faultsSection(report)}${provenanceSection(report)}
</main>
<footer>Written by Whiteout ${report.version ?? ''} from <code>history.ndjson</code>. The same figures as data: <code>report.json</code>.</footer>
<script type="application/json" id="report">${jsonInScript(report)}</script>`,
  })
}

/**
 * The frame of every page. The policy lets in this style and this script by their digests and nothing else, so that even a text
 * that slipped through unescaped could neither run nor fetch anything.
 */
export function page({
  title,
  assets,
  body,
}: {
  readonly title: string
  readonly assets: PageAssets
  readonly body: Markup
}): string {
  const policy = `default-src 'none'; script-src '${digest(assets.script)}'; style-src '${digest(assets.style)}'; base-uri 'none'; form-action 'none'`
  return `${markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>`}${assets.style}</style>
</head>
<body>
${body}
<script>${assets.script}</script>
</body>
</html>
`
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function head(report: Report): Markup {
  const { verdict, run, seed, startedAt } = report
  // What broke may bring lines of a log; the facts of the run have them.
  const ending = endingText(report)?.split('\n')[0] ?? null
  const when =
    startedAt === null ? null : `${new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  return markup`<header>
<p class="over"><span>Whiteout run report</span><code>${run}</code></p>
<h1><span class="verdict ${verdict}">${verdict}</span> <span>${subject(report)}</span></h1>
<p class="why">${headline(report)}</p>
<p class="under">${when === null ? '' : markup`<span>${when}</span>`}${seed === null ? '' : markup`<span>seed <code>${seed}</code></span>`}${report.ending === 'done' || ending === null ? '' : markup`<span>${ending}</span>`}</p>
</header>`
}

function missingBox({ missing }: Report): Markup | null {
  if (missing.length === 0) return null
  return markup`<aside class="missing" id="missing"><h2>Not everything is here</h2><ul>${missing.map(each => markup`<li>${each}</li>`)}</ul></aside>`
}

function figuresSection(report: Report): Markup | null {
  const figures = keyFigures(report)
  if (figures.length === 0) return null
  return markup`<dl class="figures">${figures.map(
    ({ name, value, aside, field }) =>
      markup`<div><dt>${name}</dt><dd data-field="${field}">${value}</dd><dd class="aside">${aside}</dd></div>`,
  )}</dl>
`
}
