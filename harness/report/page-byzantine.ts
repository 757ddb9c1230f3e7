import { describeHit } from '../../model/hit.ts'
import { expectationOfRung, percent, type Rung, resultOfRung } from '../../model/ladder.ts'
import type { Report } from '../../model/report.ts'
import { duration, figure } from './figures.ts'
import { type Markup, markup } from './markup.ts'
import { chart } from './page-measurement.ts'

/** Every attack by every share beside what theory expects, and how finality grows with the share. */
export function ladderSection({ ladder }: Report): Markup | null {
  if (ladder === null) return null
  return markup`<section id="ladder"><h2>Byzantine ladder</h2>
<p>Each attack by a growing share of the ${ladder.nodes} nodes, each on a network that began anew. Finality is at the issuer, relative to the same network without an attack just before. Theory counts votes: it has no figure for finality.</p>
${chart('chart-ladder-p50', 'Median finality', 'relative to no Byzantine node, by their share')}
${chart('chart-ladder-p95', 'Finality, p95', 'relative to no Byzantine node, by their share; no point where nothing was final')}
<div class="wide"><table class="ladder"><thead><tr><th>attack</th><th class="number">share</th><th class="number">nodes</th><th class="number">collectors</th><th>outcome</th><th>theory</th><th class="number">p50</th><th class="number">p95</th><th>safety</th><th>double-spends</th></tr></thead><tbody>${ladder.rungs.map(rungRow)}</tbody></table></div>
</section>
`
}

function rungRow(rung: Rung, index: number): Markup {
  const { attack, fraction, byzantine, collectors, nodes, safe, contested, remarks } = rung
  const field = (name: string) => `ladder.rungs.${index}.${name}`
  const ratio = (name: 'p50' | 'p95') => {
    const value = rung[`${name}Ratio`]
    if (value === null) return markup`<td class="number">–</td>`
    return markup`<td class="number"><span data-field="${field(`${name}Ratio`)}">${figure(value, 2)}</span>× <span class="soft">${duration(rung.finalityMs[name])}</span></td>`
  }
  const details =
    remarks.length === 0
      ? ''
      : markup`<details><summary>why</summary>${remarks.map(each => markup`<p>${each}</p>`)}</details>`
  return markup`<tr><th scope="row">${attack}</th><td class="number">${percent(fraction)}</td><td class="number">${byzantine}/${nodes}</td><td class="number">${collectors ?? '–'}</td><td><span class="mark ${rung.verdict}">${resultOfRung(rung)}</span>${details}</td><td>${expectationOfRung(rung)}</td>${ratio('p50')}${ratio('p95')}<td class="${safe ? '' : 'bad'}">${safe ? 'held' : 'violated'}</td><td><span data-field="${field('contested.accepted')}">${contested.accepted}</span> accepted, ${contested.undecided} undecided${contested.violated === 0 ? '' : markup`, <b class="bad">${contested.violated} violated</b>`}</td></tr>`
}

/** Who was planned to be Byzantine, what became of double-spends, and who was caught at what. */
export function byzantineSection({ byzantine, metrics }: Report): Markup | null {
  if (byzantine === null) return null
  const { planned, caught, hit } = byzantine
  const contested = metrics?.contested ?? null
  const rows = planned.map(({ node, behaviour }) => {
    const own = caught.filter(each => each.node === node)
    return markup`<tr><th scope="row">${node}</th><td><code>${behaviour}</code></td><td>${own.length === 0 ? markup`<span class="soft">nothing</span>` : own.map(conviction)}</td></tr>`
  })
  const framed = caught.filter(({ isPlanned }) => !isPlanned)
  return markup`<section id="byzantine"><h2>Byzantine nodes</h2>
<p>${hit ? describeHit(hit) : `${planned.length} nodes`}, and what correct nodes caught them at. Refusing, silence, delays and colluding prove nothing: an unlucky correct node might do the same.</p>
${contested === null || contested.accepted + contested.undecided + contested.violated === 0 ? '' : doubleSpends(contested)}
${framed.length === 0 ? '' : markup`<p class="bad">Framed, though correct: ${framed.map(({ node, offence }) => `${node} (${offence})`).join(', ')}</p>`}
<div class="wide"><table><thead><tr><th>node</th><th>planned</th><th>caught at</th></tr></thead><tbody>${rows}</tbody></table></div>
</section>
`
}

type Caught = NonNullable<Report['byzantine']>['caught'][number]

function conviction({ offence, witnesses, first }: Caught): Markup {
  return markup`<details><summary>${offence}, seen by ${witnesses.length}</summary><p>${first}</p><p>${witnesses.join(', ')}</p></details>`
}

function doubleSpends({
  accepted,
  undecided,
  violated,
}: {
  readonly accepted: number
  readonly undecided: number
  readonly violated: number
}): Markup {
  return markup`<p>Double-spends with both sides sent: <b data-field="metrics.contested.accepted">${accepted}</b> with one side accepted, <b data-field="metrics.contested.undecided">${undecided}</b> undecided, <b class="${violated > 0 ? 'bad' : ''}" data-field="metrics.contested.violated">${violated}</b> with both.</p>`
}
