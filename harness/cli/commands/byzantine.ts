import { type Plain, plannedNames, type Twin } from '../../../model/behaviour.ts'
import { type ExitCode, HarnessError } from '../../../model/errors.ts'
import type { Backend } from '../../../model/ports/backend.ts'
import { type Scenario, scenarioSchema } from '../../../model/scenario.ts'
import { toleratedFaults } from '../../plan/consensus.ts'
import { mainAttacks, mainFractions } from '../../plan/ladder.ts'
import { byzantineCount, expectedOutcome } from '../../theory/outcome.ts'
import { type Mode, refuseForeign } from '../byzantine-modes.ts'
import type { Output } from '../output/output.ts'
import { comparisonOptions, playComparison } from '../play-comparison.ts'
import { playLadder } from '../play-ladder.ts'
import { scenarioOf } from '../scenario-flags.ts'
import { behaviourOf, noNode, numberOf, textOf } from '../values.ts'
import type { Command, Values } from './command.ts'
import { playScenario, scaleCommand } from './scale.ts'

const defaults = { fraction: 0.3, behaviour: 'always-reject' } as const

export const byzantineCommand: Command = {
  usage: 'byzantine',
  describe: 'as scale, with a share of Byzantine nodes; expects a stall where too many of them refuse',
  positionals: {},
  options: {
    ...scaleCommand.options,
    ladder: {
      type: 'boolean',
      default: false,
      describe: 'run every attack with every share on one network, and compare the outcomes with theory',
    },
    attacks: {
      type: 'string',
      requiresArg: true,
      describe: `with --ladder: the attacks (default ${mainAttacks.join(',')})`,
    },
    fractions: {
      type: 'string',
      requiresArg: true,
      describe: `with --ladder or --compare-rules: shares of the nodes (default ${mainFractions.join(',')}; with --compare-rules also 0)`,
    },
    ...comparisonOptions,
    fraction: {
      type: 'string',
      requiresArg: true,
      describe: `share of the nodes that are Byzantine (default ${defaults.fraction})`,
    },
    behaviour: {
      type: 'string',
      requiresArg: true,
      describe: `what they do: ${plannedNames.join(', ')}; with parameters as in "delay(by=200ms)" (default ${defaults.behaviour})`,
    },
  },
  examples: [
    [
      'npm run byzantine -- --ladder',
      'every main attack with 10, 20, 30 and 33 % of 20 nodes, on one network',
    ],
    [
      'npm run byzantine -- --compare-rules --rules census,5/4/4/5 --nodes 8 --fractions 0,0.25',
      'two consensus rules with a growing share of silent nodes',
    ],
    [
      'npm run byzantine -- --nodes 20 --fraction 0.3 --behaviour always-reject',
      'as many as the network tolerates',
    ],
    ['npm run byzantine -- --nodes 20 --fraction 0.33', 'one more: the run passes when nothing is accepted'],
    [
      'npm run byzantine -- --nodes 20 --fraction 0.1 --behaviour twin --conflicts 0.1',
      'two nodes with two containers each: they equivocate without attack code, and are caught',
    ],
    [
      'npm run byzantine -- --nodes 20 --fraction 0.4 --behaviour two-faced --conflicts 0.5',
      'enough to get both sides of a double-spend accepted: the run fails and names the witnesses',
    ],
  ],
  handle: (values, output, backend) => {
    if (values.ladder === true && values['compare-rules'] === true) throw twoModes()
    const mode = modeOf(values)
    refuseForeign(values, mode)
    if (mode === '--ladder') return playLadder(values, output, backend)
    if (mode === '--compare-rules') return playComparison(values, output, backend)
    return playByzantine(values, output, backend)
  },
}

function twoModes(): HarnessError {
  return new HarnessError({
    code: 'bad-usage',
    message: '--compare-rules cannot be combined with --ladder',
    next: 'run them one after the other',
  })
}

function modeOf(values: Values): Mode {
  if (values.ladder === true) return '--ladder'
  return values['compare-rules'] === true ? '--compare-rules' : 'one run'
}

function playByzantine(values: Values, output: Output, backend: Backend): Promise<ExitCode> {
  const plain = scenarioOf(values, backend)
  const fraction = numberOf(values, 'fraction', { min: 0, max: 1, whole: false }) ?? defaults.fraction
  const text = textOf(values, 'behaviour') ?? defaults.behaviour
  // Two containers with one key: nothing that a node could be told to do.
  const behaviour =
    text.trim() === 'twin' ? ({ name: 'twin' } as const) : behaviourOf('behaviour', text, plannedNames)
  const { nodes } = plain
  const { tau } = plain.consensus
  const byzantine = byzantineCount(fraction, { nodes, tau })
  if (byzantine === 0) throw noNode('fraction', fraction, nodes)
  const share = { nodes, byzantine, f: toleratedFaults(plain) }
  const isStall = expectedOutcome(behaviour, share) === 'STALLED'
  const flags = ['--fraction', String(fraction), '--behaviour', text]
  return playScenario(
    'byzantine',
    withByzantine(plain, behaviour, byzantine, isStall),
    flags,
    values,
    output,
    backend,
  )
}

/** The same scenario with so many Byzantine nodes in it. */
function withByzantine(scenario: Scenario, behaviour: Plain | Twin, count: number, stall: boolean): Scenario {
  const { name, ...parameters } = behaviour.name === 'twin' ? behaviour : withoutTrigger(behaviour)
  return {
    ...scenario,
    name: `byzantine-${scenario.nodes}`,
    description: `${count} of ${scenario.nodes} nodes are Byzantine: ${name}`,
    byzantine: scenarioSchema.shape.byzantine.parse([{ behaviour: name, ...parameters, count }]),
    expect: { ...scenario.expect, stall },
  }
}

function withoutTrigger({ trigger: _, ...behaviour }: Plain) {
  return behaviour
}
