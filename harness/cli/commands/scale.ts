import { faultText } from '../../../chaos/schedule/fault-text.ts'
import { formatDuration } from '../../../model/duration.ts'
import type { ExitCode } from '../../../model/errors.ts'
import type { Backend } from '../../../model/ports/backend.ts'
import { defaultPayloadBytes, type Scenario } from '../../../model/scenario.ts'
import { writeScenario } from '../../scenario/write.ts'
import { shellCommand } from '../../shell-command.ts'
import { keepOption, networkOptions, scenarioOptions, seedOption } from '../options.ts'
import type { Output } from '../output/output.ts'
import { play } from '../play.ts'
import { scenarioOf, seedOf } from '../scenario-flags.ts'
import type { Command, Values } from './command.ts'

export const scaleCommand: Command = {
  usage: 'scale',
  describe: 'start N nodes, apply load, judge the run',
  positionals: {},
  options: { ...scenarioOptions, ...seedOption, ...keepOption, ...networkOptions },
  examples: [
    ['npm run scale -- --nodes 20', '20 nodes, a minute of load at a rate this machine can carry'],
    ['npm run scale -- --nodes 20 --fault "kill any(3) at 20s for 10s"', 'three nodes down for ten seconds'],
    ['npm run scale -- --nodes 4 --image my-node:1', 'nodes of an image that answers docs/contract.md'],
    ['npm run scale -- --nodes 100 --rate 50 --duration 5m --seed 7', 'a load of your own, repeatable'],
  ],
  handle: (values, output, backend) => playOptions('scale', values, output, backend),
}

/** The option that says what the nodes are, where they are not the reference node. */
function systemWords({ system }: Pick<Scenario, 'system'>): string[] {
  return system?.image === undefined ? [] : ['--image', system.image]
}

/** A run of what the options say; `name` is the command that repeats it. */
export function playOptions(
  name: string,
  values: Values,
  output: Output,
  backend: Backend,
): Promise<ExitCode> {
  return playScenario(name, scenarioOf(values, backend), [], values, output, backend)
}

/** A run of a scenario that options describe. @param more words that `repeat` has beside the options of every scenario */
export function playScenario(
  name: string,
  scenario: Scenario,
  more: readonly string[],
  values: Values,
  output: Output,
  backend: Backend,
): Promise<ExitCode> {
  const seed = seedOf(values)
  const { nodes, workload, settle, faults } = scenario
  const repeat = (rate: number) =>
    shellCommand([
      ...['npm', 'run', name, '--', '--nodes', nodes, '--rate', rate],
      ...['--duration', formatDuration(workload.duration)],
      ...(workload.warmup === undefined ? [] : ['--warmup', formatDuration(workload.warmup)]),
      ...(workload.arrival === 'constant' ? [] : ['--arrival', workload.arrival]),
      ...(workload.payloadBytes === defaultPayloadBytes ? [] : ['--payload', workload.payloadBytes]),
      ...(workload.conflictShare === 0 ? [] : ['--conflicts', workload.conflictShare]),
      ...(settle.deadline === undefined ? [] : ['--settle', formatDuration(settle.deadline)]),
      ...systemWords(scenario),
      ...faults.flatMap(fault => ['--fault', faultText(fault)]),
      ...more,
      ...['--seed', seed],
    ])
  return play(
    {
      scenario,
      scenarioText: writeScenario(scenario),
      seed,
      keep: values.keep === true,
      until: 'judged',
      repeat,
    },
    values,
    output,
    backend,
  )
}
