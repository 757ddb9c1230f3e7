import { describeStep } from '../../model/clock.ts'
import type { Report } from '../../model/report.ts'
import { duration, endingText, figure } from './figures.ts'
import { type Markup, markup } from './markup.ts'

/** What the run was, where it ran, and how to have it again. */
export function provenanceSection(report: Report): Markup {
  const { repeat, scenario } = report
  return markup`<section id="run"><h2>This run</h2>
${repeat === null ? '' : markup`<p>Play it again, with the same faults at the same times on the same nodes:</p><pre class="command">${repeat}</pre>`}
${scenario.description === '' ? '' : markup`<p>${scenario.description}</p>`}
<div class="columns">
<table><tbody>${facts(report).map(([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
${stages(report)}
</div>
${scenario.toml === null ? '' : markup`<details open><summary>scenario.toml</summary><pre>${scenario.toml}</pre></details>`}
${notes(report)}
</section>`
}

function facts(report: Report): [string, string | Markup][] {
  const { run, seed, version, machine, metrics } = report
  const ending = endingText(report)
  return [
    ['run', run],
    ...(seed === null ? [] : [['seed', markup`<code>${seed}</code>`] as [string, Markup]]),
    ...(ending === null ? [] : [['ended', markup`<span class="lines">${ending}</span>`] as [string, Markup]]),
    ...(metrics?.readySeconds == null
      ? []
      : [['nodes ready after', `${figure(metrics.readySeconds, 1)} s`] as [string, string]]),
    ...(metrics?.warmup == null
      ? []
      : [
          [
            'warm-up',
            `${figure(metrics.warmup.seconds, 0)} s, ${figure(metrics.warmup.submitted)} transactions: judged for safety and liveness alone`,
          ] as [string, string],
        ]),
    ...(metrics?.clockSteps ?? []).map(
      step =>
        ['clock', `${describeStep(step)}, ${figure(step.atSeconds, 1)} s into the run`] as [string, string],
    ),
    ...(metrics?.messagesPerAcceptedTransaction == null
      ? []
      : [
          ['messages', `${figure(metrics.messagesPerAcceptedTransaction)} per accepted transaction`] as [
            string,
            string,
          ],
        ]),
    ...(version === null ? [] : [['Whiteout', version] as [string, string]]),
    ...(machine === null
      ? []
      : ([
          ['CPU', `${machine.cpus} × ${machine.cpuModel}`],
          ['memory', `${figure(machine.memoryMiB / 1024, 1)} GiB`],
          ['kernel', machine.kernel],
          ['engine', machine.engine],
          ['Node.js', machine.node],
        ] as [string, string][])),
  ]
}

function stages({ stages }: Report): Markup | null {
  if (stages.length === 0) return null
  const rows = stages.map(
    ({ stage, seconds }) =>
      markup`<tr><th scope="row">${stage}</th><td class="number">${seconds === null ? 'did not end' : duration(seconds * 1000)}</td></tr>`,
  )
  return markup`<table><tbody>${rows}</tbody></table>`
}

function notes({ notes, notesLeftOut }: Report): Markup | null {
  if (notes.length === 0) return null
  const rows = notes.map(
    ({ atMs, level, message }) =>
      markup`<tr><td class="number">${atMs === null ? '' : duration(atMs)}</td><td>${level}</td><td>${message}</td></tr>`,
  )
  return markup`<details><summary>${notes.length + notesLeftOut} notes of the run</summary><div class="wide"><table class="notes"><tbody>${rows}</tbody></table></div>${notesLeftOut > 0 ? markup`<p>${notesLeftOut} more are in history.ndjson.</p>` : ''}</details>`
}
