import { describeHit } from '../../model/hit.ts'
import type { Report, ReportedCheck, ReportedFault } from '../../model/report.ts'
import { duration } from './figures.ts'
import { type Markup, markup } from './markup.ts'

/** The customer's limit for coming back after a fault, as the recovery check has it; bars are drawn against it. */
const limitMs = 30_000

/** Every check with its reason, and its evidence where it has any. */
export function checksSection({ checks }: Report): Markup {
  return markup`<section id="checks"><h2>Checks</h2>
<table class="checks"><tbody>${checks.map(checkRow)}</tbody></table>
</section>
`
}

function checkRow({ name, verdict, level, message, evidence }: ReportedCheck): Markup {
  const details =
    evidence === undefined
      ? ''
      : markup`<details><summary>evidence</summary><pre>${JSON.stringify(evidence, null, 1)}</pre></details>`
  return markup`<tr><td><span class="mark ${verdict}">${verdict}</span></td><th scope="row">${name}</th><td>${message}${level === undefined ? '' : markup` <span class="level">${level}</span>`}${details}</td></tr>`
}

/** How long the network took to come back, fault by fault. */
export function recoverySection({ metrics }: Report): Markup | null {
  const recoveries = metrics?.recoveries ?? []
  if (recoveries.length === 0) return null
  const longestMs = Math.max(limitMs * 1.2, ...recoveries.map(({ levelMs }) => levelMs ?? 0))
  const bar = (ms: number | null, kind: string) =>
    ms === null
      ? null
      : markup`<rect class="${kind}" x="0" y="${kind === 'level' ? 4 : 0}" width="${((100 * ms) / longestMs).toFixed(2)}" height="${kind === 'level' ? 8 : 16}"/>`
  const limit = ((100 * limitMs) / longestMs).toFixed(2)
  const rows = recoveries.map(({ faults, firstDecisionMs, levelMs, wasInterrupted }) => {
    const level = wasInterrupted ? 'interrupted' : levelMs === null ? 'never' : duration(levelMs)
    return markup`<tr><th scope="row">${faults.map(id => markup`<span class="id">${id}</span> `)}</th><td class="number">${firstDecisionMs === null ? 'none' : duration(firstDecisionMs)}</td><td class="number ${!wasInterrupted && (levelMs ?? limitMs + 1) > limitMs ? 'bad' : ''}">${level}</td><td class="bar"><svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">${bar(levelMs, 'level')}${bar(firstDecisionMs, 'first')}<line x1="${limit}" x2="${limit}" y1="0" y2="16"/></svg></td></tr>`
  })
  return markup`<section id="recovery"><h2>Recovery</h2>
<p>From each heal to the first new decision anywhere (dark), and until every running node has accepted all that was due before it (light). The line is the limit of ${limitMs / 1000} s; interrupted: the next fault came before.</p>
<table class="recovery"><thead><tr><th>after</th><th class="number">first decision</th><th class="number">level</th><th></th></tr></thead><tbody>${rows}</tbody></table>
</section>
`
}

/** What was done to the network, and what was measured of it. */
export function faultsSection({ faults }: Report): Markup | null {
  if (faults.length === 0) return null
  return markup`<section id="faults"><h2>Faults</h2>
<div class="wide"><table class="faults"><thead><tr><th>fault</th><th class="number">asked</th><th class="number">effect</th><th class="number">end</th><th>measured</th><th>what</th></tr></thead><tbody>${faults.map(faultRow)}</tbody></table></div>
</section>
`
}

function faultRow(fault: ReportedFault): Markup {
  const { id, text, targets, hit, injectMs, effectMs, endedMs, isAttested, evidence } = fault
  const at = (ms: number | null) => (ms === null ? 'never' : duration(ms))
  const whom = hit ? describeHit(hit) : `${targets.length} ${targets.length === 1 ? 'target' : 'targets'}`
  const details =
    evidence.length + targets.length === 0
      ? ''
      : markup`<details><summary>${targets.length > 0 ? whom : 'evidence'}</summary><p>${targets.join(', ')}</p>${evidence.map(each => markup`<p>${each}</p>`)}</details>`
  return markup`<tr><th scope="row" class="id">${id}</th><td class="number">${at(injectMs)}</td><td class="number">${at(effectMs)}</td><td class="number">${at(endedMs)}</td><td><span class="mark ${isAttested ? 'pass' : 'unknown'}">${isAttested ? 'attested' : 'not attested'}</span></td><td><code>${text}</code>${details}</td></tr>`
}
