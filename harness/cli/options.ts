import type { Options } from 'yargs'
import { faultKinds } from '../../model/fault.ts'
import { defaultPayloadBytes } from '../../model/scenario.ts'
import { systemNames } from '../../model/system.ts'
import { payloadBytesMax } from '../../nodes/contract/limits.ts'

/** Known to every command. */
export const globalOptions = {
  json: { type: 'boolean', default: false, describe: 'print only JSON on standard output' },
  quiet: { type: 'boolean', default: false, describe: 'print only the result, no progress' },
  provision: {
    type: 'boolean',
    default: true,
    describe: 'install and start what is missing; --no-provision turns this off',
  },
} as const satisfies Record<string, Options>

const text = (describe: string): Options => ({ type: 'string', requiresArg: true, describe })

/** What the nodes are. */
const systemOptions = {
  system: text(`system under test: ${systemNames.join(', ')} (default reference)`),
  image: text('or an image whose nodes answer the node contract (docs/contract.md), such as my-node:1'),
} as const satisfies Record<string, Options>

/** What may be asked for beside a scenario file as well, which has it otherwise. */
export const sizeOptions = {
  ...systemOptions,
  nodes: text('number of nodes, one container each: at least 4 (default 20)'),
  rate: text('transactions per second (default: what the CPU of this machine can carry)'),
  duration: text('length of the measured load, such as 30s or 5m (default 60s)'),
  warmup: text(
    'length of the warm-up before it, under the same load, such as 0s or 30s (default 10s, at most the duration)',
  ),
} as const satisfies Record<string, Options>

/** What makes a scenario without a file. */
export const scenarioOptions = {
  ...sizeOptions,
  arrival: text('spacing of transactions: constant or poisson (default constant)'),
  payload: text(`payload bytes per transaction: 0 to ${payloadBytesMax} (default ${defaultPayloadBytes})`),
  conflicts: text('share of transactions that are double-spends: 0 to 1 (default 0)'),
  fault: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: `a fault, such as "kill any(3) at 20s for 10s" or "partition halves for 20s"; can be repeated. Kinds: ${faultKinds.join(', ')}; docs/faults.md lists their keys`,
  },
  settle: text('time to decide every transaction after the load (default 60s)'),
} as const satisfies Record<string, Options>

export const seedOption = {
  seed: text('seed of every random choice (default: a new one, printed)'),
} as const

/** What is planned for another machine, or for an earlier measurement of this one. */
export const machineOption = {
  machine: text(
    'machine to plan for: the plan.json of a run, the output of doctor --json, or cores=2,ed25519=104,… from a repeat line (default: this one, measured)',
  ),
} as const satisfies Record<string, Options>

export const networkOptions = {
  ...machineOption,
  'driver-port': text('port of 127.0.0.1 for the driver (default: a free one)'),
  metrics: {
    type: 'boolean',
    default: true,
    describe: 'run Prometheus and Grafana with the nodes; --no-metrics turns this off',
  },
} as const satisfies Record<string, Options>

export const keepOption = {
  keep: { type: 'boolean', default: false, describe: 'keep the network running at the end' },
} as const satisfies Record<string, Options>
