import { formatDuration, parseDuration } from '../../../model/duration.ts'
import { type ExitCode, HarnessError } from '../../../model/errors.ts'
import { cuts } from '../../../model/fault.ts'
import type { Plan } from '../../../model/plan.ts'
import type { Backend } from '../../../model/ports/backend.ts'
import { scenarioSchema } from '../../../model/scenario.ts'
import type { Verdict } from '../../../model/verdict.ts'
import { writeScenario } from '../../scenario/write.ts'
import { keepOption, networkOptions, scenarioOptions, seedOption } from '../options.ts'
import type { Output } from '../output/output.ts'
import { play } from '../play.ts'
import { seedOf } from '../scenario-flags.ts'
import { choiceOf, numberOf, textOf } from '../values.ts'
import type { Command, Values } from './command.ts'

const defaultLengths = '5s,10s,20s,40s'
/** Of the measured load before the first cut, so that there is a rate to come back to. */
const beforeMs = 10_000
/** After each: the limit for coming back, and as long again as the cut was, because what queued up follows its length. */
const restMs = 30_000

export const recoveryCommand: Command = {
  usage: 'recovery',
  describe: 'partition the network for increasing times, and print how long it takes to recover from each',
  positionals: {},
  options: {
    nodes: scenarioOptions.nodes,
    rate: scenarioOptions.rate,
    lengths: {
      type: 'string',
      requiresArg: true,
      describe: `lengths of the partitions (default ${defaultLengths})`,
    },
    cut: {
      type: 'string',
      requiresArg: true,
      describe: `shape of the partition: ${cuts.join(', ')} (default halves)`,
    },
    ...seedOption,
    ...keepOption,
    ...networkOptions,
  },
  examples: [
    ['npm run recovery -- --nodes 20', 'recovery after partitions of 5, 10, 20 and 40 s'],
    ['npm run recovery -- --nodes 50 --lengths 30s,1m,2m --cut minority', 'a minority cut off for longer'],
  ],
  handle: (values, output, backend) => playCurve(values, output, backend),
}

function playCurve(values: Values, output: Output, backend: Backend): Promise<ExitCode> {
  const lengths = lengthsOf(textOf(values, 'lengths') ?? defaultLengths)
  const cut = choiceOf(values, 'cut', cuts) ?? 'halves'
  const nodes = numberOf(values, 'nodes', { min: 4, max: backend.nodesMax, whole: true }) ?? 20
  const rate = numberOf(values, 'rate', { min: 0.01, max: 100_000, whole: false })
  const seed = seedOf(values)
  let atMs = beforeMs
  const faults = lengths.map(forMs => {
    const fault = { kind: 'partition', cut, at: formatDuration(atMs), for: formatDuration(forMs) }
    atMs += 2 * forMs + restMs
    return fault
  })
  const scenario = scenarioSchema.parse({
    name: `recovery-${nodes}`,
    description: `${nodes} nodes, cut (${cut}) for ${lengths.map(formatDuration).join(', ')}`,
    nodes,
    workload: { duration: formatDuration(atMs), ...(rate === undefined ? {} : { rate }) },
    faults,
  })
  const repeat = (planned: number) =>
    `npm run recovery -- --nodes ${nodes} --rate ${planned} --lengths ${lengths.map(formatDuration).join()} --cut ${cut} --seed ${seed}`
  return play(
    {
      ...{ scenario, scenarioText: writeScenario(scenario), seed, repeat },
      ...{ keep: values.keep === true, until: 'judged', also: describeCurve },
    },
    values,
    output,
    backend,
  )
}

function lengthsOf(text: string): number[] {
  const lengths = text.split(',').map(part => parseDuration(part.trim()) ?? 0)
  if (lengths.every(ms => ms > 0)) return lengths
  throw new HarnessError({
    code: 'bad-option',
    message: `--lengths: expected durations such as 5s,10s,1m, got "${text}"`,
    next: `leave it out for ${defaultLengths}`,
  })
}

/** Time from heal to the first decision and until the network has caught up, by the length of the cut. */
function describeCurve({ metrics }: Verdict, plan: Plan): string {
  const rows = plan.faults.map(({ id, forMs }) => {
    const found = metrics.recoveries.find(({ faults }) => faults.includes(id))
    const seconds = (ms: number | null | undefined) =>
      typeof ms === 'number' ? `${(ms / 1000).toFixed(1)} s` : 'never'
    return [formatDuration(forMs), seconds(found?.firstDecisionMs), seconds(found?.levelMs)]
  })
  const table = [['cut for', 'first decision', 'caught up'], ...rows]
  return table.map(row => `  ${row.map(cell => cell.padStart(16)).join('')}`).join('\n')
}
