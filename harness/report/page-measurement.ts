import type { Report, Slope } from '../../model/report.ts'
import { quantile } from '../theory/student.ts'
import { figure } from './figures.ts'
import { type Markup, markup } from './markup.ts'

/** Shorter loads show how a process warms up rather than how it ages. */
const slopeMinutesMin = 30

/** Fewer samples, five seconds apart, are one warm-up and no line: what an interval of them says would be luck. */
const slopeSamplesMin = 20

/** Places that page/main.ts draws into. */
export const chart = (id: string, title: string, hint: string) =>
  markup`<figure class="chart" id="${id}"><figcaption><b>${title}</b> <span>${hint}</span></figcaption><div class="plot"></div></figure>`

/** What happened over time, and how finality is distributed. */
export function chartsSection({ series, faults, warmupMs }: Report): Markup | null {
  if (series === null) return null
  const shaded = faults.length > 0 ? ' Shaded: faults in force, from their effect to their heal.' : ''
  const warm =
    warmupMs > 0
      ? ` Before 0, in grey: a warm-up of ${figure(warmupMs / 1000)} s, which no figure of throughput or finality includes.`
      : ''
  return markup`<section id="charts"><h2>Over time</h2>
<p>Seconds since the measured load began, in steps of ${figure(series.bucketMs / 1000)} s.${warm}${shaded} Finality counts from the intended send, so it stands where the transaction was due; a red mark on the top edge means lost.</p>
<p class="now" id="now" aria-live="off">&nbsp;</p>
${chart('chart-tps', 'Throughput', 'transactions per second, first acceptance at any node')}
${chart('chart-first', 'Finality at the issuer', 'first acceptance, by the time of the intended send')}
${chart('chart-all', 'Finality everywhere', 'acceptance at the last running node')}
${chart('chart-lag', 'Driver', 'event-loop delay, p99 of each second, ms')}
${series.coresPercent === null ? '' : chart('chart-cores', 'Cores of the machine', 'percent of all cores; what others take is not in the hands of the run')}
<h2>Finality, all of the measured load</h2>
${chart('chart-cdf', 'Share accepted within', 'lost transactions keep the curves below 100 %')}
<noscript><p>The charts take JavaScript; the figures are in report.json.</p></noscript>
</section>
`
}

/** A row a node. */
export function nodesSection({ grids, nodes }: Report): Markup | null {
  const { acceptedTps, memoryMiB, cpuPercent } = grids
  if (acceptedTps === null && memoryMiB === null && cpuPercent === null) return null
  const [first, last] = [nodes[0]?.name, nodes.at(-1)?.name]
  return markup`<section id="nodes"><h2>Nodes</h2>
<p>One row a node, ${first} on top, ${last} at the bottom; time runs as above. Empty: no sample, such as of a node that is down.</p>
${acceptedTps === null ? '' : chart('grid-accepted', 'Accepted', 'transactions per second')}
${memoryMiB === null ? '' : chart('grid-memory', 'Memory', 'private, MiB')}
${cpuPercent === null ? '' : chart('grid-cpu', 'CPU', 'percent of one core')}
</section>
`
}

/** Whether something grows. */
export function slopesSection({ slopes, loadMs }: Report): Markup | null {
  if (slopes.length === 0) return null
  const isShort = (loadMs ?? 0) < slopeMinutesMin * 60_000
  return markup`<section id="slopes"><h2>Slopes</h2>
<p>Straight lines through the load, least squares, with Student's 95 % interval.${isShort ? ` A load under ${slopeMinutesMin} minutes shows how nodes warm up; it says nothing of leaks.` : ''}</p>
<div class="wide"><table><tbody>${slopes.map(slopeRow)}</tbody></table></div>
</section>
`
}

function slopeRow({ name, unit, perHour, errorPerHour, samples }: Slope): Markup {
  if (samples < slopeSamplesMin)
    return markup`<tr><th scope="row">${name}</th><td class="number">–</td><td>too short to tell, ${samples} samples</td></tr>`
  // A line takes two degrees of freedom.
  const margin = quantile(samples - 2, 0.975) * errorPerHour
  const isFlat = Math.abs(perHour) <= margin
  const digits = margin < 10 ? 1 : 0
  return markup`<tr><th scope="row">${name}</th><td class="number">${perHour > 0 ? '+' : ''}${figure(perHour, digits)} ± ${figure(margin, digits)} ${unit}/h</td><td>${isFlat ? 'not distinguishable from level' : perHour > 0 ? 'grows' : 'falls'}, ${samples} samples</td></tr>`
}
