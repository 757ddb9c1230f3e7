import type { CataloguedRun } from './catalogue.ts'
import { duration, figure } from './figures.ts'
import { type Markup, markup } from './markup.ts'
import { page } from './page.ts'
import type { PageAssets } from './page-assets.ts'

/** The page that lists all runs. */
export function indexPage(runs: readonly CataloguedRun[], assets: PageAssets): string {
  const count = (verdict: string) => runs.filter(run => run.verdict?.verdict === verdict).length
  const unjudged = runs.filter(run => run.verdict === undefined).length
  const body = markup`<header>
<p class="over"><span>Whiteout</span></p>
<h1>${runs.length} ${runs.length === 1 ? 'run' : 'runs'}</h1>
<p class="under"><span>${count('pass')} pass</span><span>${count('fail')} fail</span><span>${count('unknown')} unknown</span>${unjudged === 0 ? '' : markup`<span>${unjudged} without a verdict</span>`}</p>
</header>
<main><section>
${runs.length === 0 ? markup`<p>There is no run yet: <code>npm run scale -- --nodes 20</code> makes one.</p>` : table(runs)}
</section></main>`
  return page({ title: 'Whiteout runs', assets, body })
}

function table(runs: readonly CataloguedRun[]): Markup {
  return markup`<div class="wide"><table class="runs"><thead><tr><th>run</th><th>verdict</th><th class="number">nodes</th><th class="number">TPS</th><th class="number">finality p50</th><th class="number">p95</th><th>why</th></tr></thead><tbody>${runs.map(row)}</tbody></table></div>`
}

function row({ id, verdict }: CataloguedRun): Markup {
  const metrics = verdict?.metrics
  const outcome = verdict?.verdict ?? 'unknown'
  const worst = verdict?.checks.find(check => check.verdict !== 'pass' && check.verdict === outcome)
  const hasLoad = (metrics?.submitted ?? 0) > 0
  const latency = (ms: number | null | undefined) => (hasLoad && ms !== undefined ? duration(ms) : '–')
  return markup`<tr><th scope="row"><a href="/runs/${encodeURIComponent(id)}/report.html">${id}</a></th><td><span class="mark ${outcome}">${verdict === undefined ? 'no verdict' : outcome}</span></td><td class="number">${figure(metrics?.nodes)}</td><td class="number">${hasLoad ? figure(metrics?.tps, 1) : '–'}</td><td class="number">${latency(metrics?.finalityMs?.p50)}</td><td class="number">${latency(metrics?.finalityMs?.p95)}</td><td class="text">${worst === undefined ? '' : `${worst.name}: ${worst.message}`}</td></tr>
`
}
