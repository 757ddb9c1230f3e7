import { availableParallelism } from 'node:os'
import { writeBehaviour } from '../../../model/behaviour.ts'
import { formatDuration } from '../../../model/duration.ts'
import { exitCodes } from '../../../model/errors.ts'
import { nameNodes } from '../../../model/node-names.ts'
import { isSecond, type Plan, type PlannedNode, plannedLiars, voters } from '../../../model/plan.ts'
import { explainRate } from '../../plan/budget.ts'
import { overloadOf } from '../../plan/capacity.ts'
import { cautionsOf } from '../../plan/cautions.ts'
import { describeConsensus } from '../../plan/consensus.ts'
import { excessesOf } from '../../plan/excess.ts'
import { describeObjectives } from '../../plan/objectives.ts'
import { resolve } from '../../plan/resolve.ts'
import { worstHearing } from '../../plan/silent-relays.ts'
import { scenarioOptions, seedOption } from '../options.ts'
import { describeOccurrence } from '../output/occurrence.ts'
import { scenarioFrom, seedOf } from '../scenario-flags.ts'
import { numberOf } from '../values.ts'
import type { Command } from './command.ts'

export const planCommand: Command = {
  usage: 'plan [file]',
  describe: 'show what a run would do, without doing it',
  positionals: { file: 'a scenario, where options are not enough' },
  options: {
    ...scenarioOptions,
    ...seedOption,
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
  handle: async (values, output) => {
    const cpus = numberOf(values, 'cpus', { min: 1, max: 1024, whole: true }) ?? availableParallelism()
    const seed = seedOf(values)
    const { scenario } = await scenarioFrom(values)
    const plan = resolve(scenario, seed, { cpus })
    output.print(output.json ? JSON.stringify(plan) : describePlan(plan, cpus))
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
    return `from ${seconds(fromMs)} to ${seconds(toMs)} ${byzantine + away} nodes are faulty (${kinds.join(', ')}), more than f = ${plan.consensus.f}: it may be that nothing is decided`
  })
  const more = excesses.length - lines.length
  return [...lines, ...(more > 0 ? [`the same at ${more} later times`] : [])].map(
    line => `  warning    ${line}`,
  )
}

/** `  byzantine  node-3 and node-5: always-reject`, a line for each behaviour and each container with several nodes. */
function byzantineLines({ nodes }: Plan): string[] {
  const liars = plannedLiars(nodes)
  const kinds = Map.groupBy(liars, node => kindOf(node, nodes))
  return [...kinds].map(
    ([kind, members]) =>
      `  byzantine  ${nameNodes(
        members.map(({ index }) => ({ node: index })),
        10,
      )}: ${kind}`,
  )
}

function kindOf({ index, behaviour, host }: PlannedNode, nodes: readonly PlannedNode[]): string {
  if (behaviour === undefined) return 'twin, two containers each'
  const home = host?.index ?? index
  const isShared = nodes.some(other => other.host?.index === home)
  return writeBehaviour(behaviour) + (isShared ? `, in one container, node-${home}` : '')
}

/** Silent nodes that relay nothing may cut correct ones off from each other, and so stall what others with as many votes would not. */
function hearingLines(plan: Plan): string[] {
  const worst = worstHearing(plan)
  const { alpha } = plan.consensus
  if (!worst || worst.voters >= alpha) return []
  return [
    `  warning    silent nodes lie on ways between correct ones: node-${worst.node} hears ${worst.voters} of the ${alpha} votes it needs, and accepts nothing`,
  ]
}

function describePlan(plan: Plan, cpus: number): string {
  const { workload, consensus, tuning, mesh } = plan
  const nodes = voters(plan.nodes)
  const overload = overloadOf(plan)
  const rate =
    workload.rateSource === 'asked'
      ? `${workload.rate} TPS, as asked`
      : explainRate(plan.nodes.length, cpus, plan.aftermath)
  return [
    `${plan.scenario.name}, seed ${plan.seed}, for ${cpus} ${cpus === 1 ? 'core' : 'cores'}`,
    `  nodes      ${nodes.length}, ${nodes[0]!.address} to ${nodes.at(-1)!.address} on ${mesh.subnet}`,
    `  consensus  ${describeConsensus(consensus)}`,
    `  links      ${tuning.fullMesh ? 'full mesh' : 'lattice neighbours'}, votes every ${tuning.voteIntervalMs} ms over ${tuning.voteDimensions} ${tuning.voteDimensions === 1 ? 'hop' : 'hops'}`,
    `  load       ${formatDuration(workload.durationMs)}${workload.warmupMs > 0 ? ` after ${formatDuration(workload.warmupMs)} of warm-up` : ''}, ${workload.arrival}, ${workload.payloadBytes} bytes of payload, ${workload.conflictShare * 100} % double-spends, batches of ${workload.batchMs} ms`,
    `  rate       ${rate}`,
    ...describeObjectives(plan).map(line => `  objective  ${line}`),
    ...byzantineLines(plan),
    ...hearingLines(plan),
    `  settle     within ${formatDuration(workload.settleDeadlineMs)}`,
    ...plan.faults.map(occurrence =>
      // Ranges of numbers are shorter, where names are nothing but numbers.
      describeOccurrence(occurrence, plan.nodes.some(isSecond) ? node => plan.nodes[node]!.name : undefined),
    ),
    ...(overload === undefined ? [] : [`  warning    ${overload}`]),
    ...warnings(plan),
    ...cautionsOf(plan).map(caution => `  warning    ${caution}`),
  ].join('\n')
}
