import { availableParallelism } from 'node:os'
import { writeBehaviour } from '../../../model/behaviour.ts'
import { formatDuration } from '../../../model/duration.ts'
import { exitCodes } from '../../../model/errors.ts'
import { type Occurrence, silences } from '../../../model/fault.ts'
import { nameNodes } from '../../../model/node-names.ts'
import type { Plan } from '../../../model/plan.ts'
import { planAftermath } from '../../plan/aftermath.ts'
import { explainRate } from '../../plan/budget.ts'
import { describeConsensus } from '../../plan/consensus.ts'
import { worstHearing } from '../../plan/hearing.ts'
import { resolve } from '../../plan/resolve.ts'
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

function warning({ fault, targets }: Occurrence, f: number): string {
  return (silences(fault) || fault.kind === 'isolate') && targets.length > f
    ? ` (more than f: nothing is decided meanwhile)`
    : ''
}

/** `  byzantine  node-3 and node-5: always-reject`, a line for each behaviour. */
function byzantineLines({ nodes }: Plan): string[] {
  const liars = nodes.flatMap(({ index, behaviour }) => (behaviour ? [{ node: index, behaviour }] : []))
  const kinds = Map.groupBy(liars, ({ behaviour }) => writeBehaviour(behaviour))
  return [...kinds].map(([kind, members]) => `  byzantine  ${nameNodes(members, 10)}: ${kind}`)
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
  const { workload, consensus, tuning, mesh, nodes } = plan
  const rate =
    workload.rateSource === 'asked'
      ? `${workload.rate} TPS, as asked`
      : explainRate(nodes.length, cpus, planAftermath(plan))
  return [
    `${plan.scenario.name}, seed ${plan.seed}, for ${cpus} ${cpus === 1 ? 'core' : 'cores'}`,
    `  nodes      ${nodes.length}, ${nodes[0]!.address} to ${nodes.at(-1)!.address} on ${mesh.subnet}`,
    `  consensus  ${describeConsensus(consensus)}`,
    `  links      ${tuning.fullMesh ? 'full mesh' : 'lattice neighbours'}, votes every ${tuning.voteIntervalMs} ms over ${tuning.voteDimensions} ${tuning.voteDimensions === 1 ? 'hop' : 'hops'}`,
    `  load       ${formatDuration(workload.durationMs)}, ${workload.arrival}, ${workload.payloadBytes} bytes of payload, ${workload.conflictShare * 100} % double-spends, batches of ${workload.batchMs} ms`,
    `  rate       ${rate}`,
    ...byzantineLines(plan),
    ...hearingLines(plan),
    `  settle     within ${formatDuration(workload.settleDeadlineMs)}`,
    ...plan.faults.map(occurrence => describeOccurrence(occurrence) + warning(occurrence, consensus.f)),
  ].join('\n')
}
