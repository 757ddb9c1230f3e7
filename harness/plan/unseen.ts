import { formatDuration } from '../../model/duration.ts'
import { HarnessError } from '../../model/errors.ts'
import { endsProcess, type Fault, type Occurrence, silences } from '../../model/fault.ts'
import type { Scenario } from '../../model/scenario.ts'
import { type Assignment, impossible } from './byzantine.ts'

type Tables = Pick<Scenario, 'byzantine' | 'faults' | 'nodes' | 'workload'>

/**
 * A node that is down or frozen cannot be shown to lie. Judged are the occurrences as they were drawn, whatever the text of their targets.
 * @throws HarnessError naming the fault or the table
 */
export function refuseUnseen(
  scenario: Tables,
  assignment: Assignment,
  occurrences: readonly Occurrence[],
): void {
  refuseLateWindows(scenario)
  const silent = occurrences.filter(({ fault }) => silences(fault))
  refuseNamed(scenario, assignment, silent)
  refuseWithoutRestart(scenario, assignment, occurrences)
  for (const occurrence of occurrences)
    if (occurrence.fault.kind === 'behaviour') refuseHidden(scenario, assignment, { occurrence, silent })
}

/** A window counts from the start of the node, which nobody knows beforehand: what lies after so long is taken to be after the load. */
function refuseLateWindows({ byzantine, workload: { duration } }: Tables): void {
  byzantine.forEach((table, index) => {
    const trigger = 'trigger' in table ? table.trigger : 'always'
    if (typeof trigger !== 'object' || !('from' in trigger) || trigger.from < duration) return
    throw impossible(
      index,
      'trigger',
      `it would never happen: its window begins at ${formatDuration(trigger.from)}, and the load lasts ${formatDuration(duration)}`,
    )
  })
}

/** Whoever is Byzantine from the start and was not hit by chance; only amnesia needs to be down. */
function refuseNamed({ faults, nodes }: Tables, assignment: Assignment, silent: readonly Occurrence[]): void {
  const { behaviours, twins, hosts } = assignment
  const liars = [
    ...[...behaviours].map(([node, { name }]) => ({ node, name, container: hosts.get(node) ?? node })),
    ...twins.flatMap(({ node }, order) =>
      [node, nodes + order].map(container => ({ node, name: 'twin', container })),
    ),
  ].filter(({ name }) => name !== 'amnesia')
  for (const { fault, targets } of silent) {
    const hit = isNaming(fault) && liars.find(({ container }) => targets.includes(container))
    if (!hit) continue
    throw new HarnessError({
      code: 'byzantine-impossible',
      message: `scenario.faults[${faults.indexOf(fault)}].targets: node-${hit.node} is Byzantine (${hit.name}), and a node that is down or frozen shows no behaviour`,
      next: 'name a correct node, or take targets = "correct" for the fault',
    })
  }
}

/** Whether it says whom it hits; other selectors are about how many, or where. */
function isNaming(fault: Fault): boolean {
  return 'targets' in fault && /\b(byzantine\b|node-\d)/.test(fault.targets)
}

function refuseWithoutRestart(
  { byzantine }: Tables,
  { behaviours, hosts }: Assignment,
  occurrences: readonly Occurrence[],
): void {
  const ended = occurrences.filter(({ fault }) => endsProcess(fault))
  for (const [node, { name }] of behaviours) {
    if (name !== 'amnesia') continue
    if (ended.some(({ targets }) => targets.includes(hosts.get(node) ?? node))) continue
    throw impossible(
      byzantine.findIndex(({ behaviour }) => behaviour === 'amnesia'),
      'behaviour',
      `node-${node} is to forget its votes over a restart, and no fault restarts it`,
      'add one, such as [[faults]] with kind = "kill", targets = "byzantine" and for = "5s"',
    )
  }
}

/** A behaviour that begins and ends while its node takes no part. */
function refuseHidden(
  { faults }: Tables,
  { hosts }: Assignment,
  { occurrence, silent }: { occurrence: Occurrence; silent: readonly Occurrence[] },
): void {
  const { id, fault, atMs, forMs, targets } = occurrence
  const meanwhile = silent.filter(each => each.atMs < atMs + forMs && each.atMs + each.forMs > atMs)
  for (const node of meanwhile.length === 0 ? [] : targets) {
    const hiding = meanwhile.filter(each => each.targets.includes(hosts.get(node) ?? node))
    if (fault.kind !== 'behaviour' || coveredUntil(hiding, atMs) < atMs + forMs) continue
    throw new HarnessError({
      code: 'byzantine-impossible',
      message: `scenario.faults[${faults.indexOf(fault)}].targets: ${id} makes node-${node} Byzantine (${fault.as.name}) from ${formatDuration(atMs)} to ${formatDuration(atMs + forMs)}, and it is down or frozen all that time (${hiding.map(each => each.id).join(', ')}): nothing of it would show`,
      next: 'give one of these faults another time or other targets; npm run plan shows the schedule without starting anything',
    })
  }
}

/** Up to when these leave no gap. @param faults in the order of time */
function coveredUntil(faults: readonly Occurrence[], fromMs: number): number {
  let untilMs = fromMs
  for (const { atMs, forMs } of faults) if (atMs <= untilMs) untilMs = Math.max(untilMs, atMs + forMs)
  return untilMs
}
