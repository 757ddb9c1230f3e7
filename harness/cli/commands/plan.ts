import { writeBehaviour } from '../../../model/behaviour.ts'
import { formatDuration } from '../../../model/duration.ts'
import { exitCodes } from '../../../model/errors.ts'
import { describeHit, hitAmong } from '../../../model/hit.ts'
import { nameNodes } from '../../../model/node-names.ts'
import {
  collectorsOf,
  isFullMesh,
  isSecond,
  type Plan,
  type PlannedNode,
  plannedLiars,
  voters,
} from '../../../model/plan.ts'
import { thisMachine } from '../../calibration/calibrate.ts'
import { explainRate } from '../../plan/budget.ts'
import { cautionsOf } from '../../plan/cautions.ts'
import { describeConsensus, describeSystem } from '../../plan/consensus.ts'
import {
  coreTerms,
  count,
  cpuPerTransactionAndNode,
  describeSum,
  finality,
  tooMuch,
} from '../../plan/cost-model.ts'
import { excessesOf } from '../../plan/excess.ts'
import { loadOf, networkOf } from '../../plan/load-of.ts'
import { describeObjectives } from '../../plan/objectives.ts'
import { resolve } from '../../plan/resolve.ts'
import { hasCostModel, systemOf } from '../../systems/index.ts'
import { machineOf } from '../machine-option.ts'
import { machineOption, scenarioOptions, seedOption } from '../options.ts'
import { describeOccurrence } from '../output/occurrence.ts'
import { scenarioFrom, seedOf } from '../scenario-flags.ts'
import { numberOf } from '../values.ts'
import type { Command } from './command.ts'

export const planCommand: Command = {
  usage: 'plan [file]',
  describe: 'show what a run would do, without starting anything',
  positionals: { file: 'a scenario file (default: what the options describe)' },
  options: {
    ...scenarioOptions,
    ...seedOption,
    ...machineOption,
    cpus: {
      type: 'string',
      requiresArg: true,
      describe: 'cores to plan for (default: those of this machine)',
    },
  },
  examples: [
    ['npm run plan -- --nodes 500 --cpus 32', 'what 500 nodes would get on a workstation'],
    ['npm run -s plan -- scenarios/smoke/four-nodes.toml --json', 'the whole plan as data'],
  ],
  handle: async (values, output, backend) => {
    const seed = seedOf(values)
    const { scenario } = await scenarioFrom(values, backend)
    const asked = numberOf(values, 'cpus', { min: 1, max: 1024, whole: true })
    // Measuring comes last: bad input is refused at once.
    const known = (await machineOf(values)) ?? (await thisMachine())
    const cores = asked ?? known.cores
    const plan = resolve(scenario, seed, { ...known, cores })
    const isProjection = cores !== known.cores
    output.print(output.json ? JSON.stringify(plan) : describePlan(plan, isProjection))
    return exitCodes.pass
  },
}

/** So many times are told; a plan of a day has thousands. */
const told = 5

/** `  warning    from 20.0 s to 25.0 s 12 nodes are faulty (4 Byzantine, 8 down or isolated), more than f = 9: …` */
function warnings(plan: Plan): string[] {
  const excesses = excessesOf(plan)
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const lines = excesses.slice(0, told).map(({ fromMs, toMs, byzantine, away }) => {
    const kinds = [
      ...(byzantine > 0 ? [`${byzantine} Byzantine`] : []),
      ...(away > 0 ? [`${away} down or isolated`] : []),
    ]
    return `from ${seconds(fromMs)} to ${seconds(toMs)} ${byzantine + away} nodes are faulty (${kinds.join(', ')}), more than f = ${plan.consensus.f}: the network may stall`
  })
  const more = excesses.length - lines.length
  return [...lines, ...(more > 0 ? [`the same in ${more} later periods`] : [])].map(
    line => `  warning    ${line}`,
  )
}

/** `  byzantine  node-3 and node-5 (2 nodes, no collector): always-reject`, a line for each behaviour and each container with several nodes. */
function byzantineLines(plan: Plan): string[] {
  const { nodes } = plan
  const liars = plannedLiars(nodes)
  const kinds = Map.groupBy(liars, node => kindOf(node, nodes))
  return [...kinds].map(([kind, members]) => {
    const indexes = members.map(({ index }) => index)
    const names = nameNodes(
      indexes.map(node => ({ node })),
      10,
    )
    return `  byzantine  ${names} (${describeHit(hitAmong(plan, indexes))}): ${kind}`
  })
}

function kindOf({ index, behaviour, build, host }: PlannedNode, nodes: readonly PlannedNode[]): string {
  if (build !== undefined) return `image ${build.image}`
  if (behaviour === undefined) return 'twin, two containers each'
  const home = host?.index ?? index
  const isShared = nodes.some(other => other.host?.index === home)
  return writeBehaviour(behaviour) + (isShared ? `, in one container, node-${home}` : '')
}

function describeLinks(plan: Plan): string {
  if (isFullMesh(plan)) return 'full mesh, every node issues vertices'
  const collectors = nameNodes(
    collectorsOf(plan).map(node => ({ node })),
    10,
  )
  return `${collectors} issue vertices and are linked with every node`
}

/** What the cost model makes of the load; for other cores than the measured ones it is a projection. */
function predictionLines(plan: Plan, isProjection: boolean): string[] {
  const { machine } = plan
  const load = loadOf(plan)
  const label = isProjection ? 'projected' : 'predicted'
  const used = describeSum(coreTerms(machine, load), 2)
  const excess = tooMuch(machine, load)
  return [
    `  ${label}  ${used} of ${count(machine.cores, 'core')}, ${Math.round(cpuPerTransactionAndNode(machine, load))} us per transaction and node`,
    ...(['issuer', 'everywhere'] as const).map(scope => {
      const { p50Ms, p95Ms, terms } = finality(machine, load, scope)
      const sum = terms.map(({ name, p50, p95 }) => `${name} ${seconds(p50)} / ${seconds(p95)}`).join(' + ')
      const place = scope === 'issuer' ? 'at the issuer' : 'everywhere'
      return `  ${label}  p50 / p95 ${place} ${seconds(p50Ms)} / ${seconds(p95Ms)} = ${sum}`
    }),
    ...(excess === undefined ? [] : [`  warning    ${excess}`]),
  ]
}

function seconds(ms: number): string {
  if (!Number.isFinite(ms)) return 'unbounded'
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function describePlan(plan: Plan, isProjection: boolean): string {
  const { workload, consensus, tuning, machine } = plan
  const nodes = voters(plan.nodes)
  const system = systemOf(plan.scenario)
  const rate =
    workload.rateSource === 'asked'
      ? `${workload.rate} TPS, as asked`
      : workload.rateSource === 'system'
        ? `${workload.rate} TPS, the default of ${system.name}`
        : explainRate(networkOf(plan), machine, plan.aftermath)
  return [
    `${plan.scenario.name}, seed ${plan.seed}, for ${count(machine.cores, 'core')}`,
    `  nodes      ${nodes.length}, ${nodes[0]!.address} to ${nodes.at(-1)!.address}`,
    ...(hasCostModel(system)
      ? [
          `  consensus  ${describeConsensus(consensus)}`,
          `  links      ${describeLinks(plan)}, a vertex every ${tuning.issueIntervalMs} ms under load`,
        ]
      : [`  system     ${describeSystem(plan)}`]),
    `  load       ${formatDuration(workload.durationMs)}${workload.warmupMs > 0 ? ` after ${formatDuration(workload.warmupMs)} of warm-up` : ''}, ${workload.arrival}, ${workload.payloadBytes} bytes of payload, ${workload.conflictShare * 100} % double-spends, batches of ${workload.batchMs} ms`,
    `  rate       ${rate}`,
    ...(hasCostModel(system) ? predictionLines(plan, isProjection) : []),
    ...describeObjectives(plan).map(line => `  objective  ${line}`),
    ...byzantineLines(plan),
    `  settle     within ${formatDuration(workload.settleDeadlineMs)}`,
    ...plan.faults.map(occurrence =>
      // Ranges of numbers are shorter, where names are nothing but numbers.
      describeOccurrence(occurrence, {
        ...(plan.nodes.some(isSecond) ? { nameOf: (node: number) => plan.nodes[node]!.name } : {}),
        plan,
      }),
    ),
    ...warnings(plan),
    ...cautionsOf(plan).map(caution => `  warning    ${caution}`),
  ].join('\n')
}
