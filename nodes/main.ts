import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as z from 'zod/mini'
import type { Behaviour } from '../model/behaviour.ts'
import {
  type Genesis,
  genesisSchema,
  type NodeIdentity,
  nodePaths,
  nodeSecretsSchema,
  testControlVariable,
  tokenVariable,
} from '../model/node-config.ts'
import { stream } from '../model/random.ts'
import manifest from '../package.json' with { type: 'json' }
import { ControlHttp } from './adapters/control-http.ts'
import { folderSize } from './adapters/folder-size.ts'
import { HaltedNode } from './adapters/halted-node.ts'
import { Libp2pTransport, type Libp2pTransportOptions, ListenError } from './adapters/libp2p-transport.ts'
import { NodeCrypto } from './adapters/node-crypto.ts'
import { PrometheusMetrics } from './adapters/prometheus-metrics.ts'
import { RocksStore, StoreCorruptError, StoreUnavailableError } from './adapters/rocksdb-store.ts'
import { SystemClock } from './adapters/system-clock.ts'
import type { RuleOptions } from './consensus/replica.ts'
import { Epochs } from './host/epochs.ts'
import { Node, type NodeOptions, type NodePorts } from './host/node.ts'
import type { NodeControl } from './host/ports.ts'

const exitCodes = { badInput: 64, unavailable: 69, internal: 70 } as const

/**
 * Usage: node.mjs [GENESIS SECRETS DATA]; the paths default to those of a container. Usually one identity, whose store is in DATA; where
 * there are several, each has a folder of its own in there.
 */
async function main(): Promise<void> {
  const [genesisPath = nodePaths.genesis, secretsPath = nodePaths.secrets, data = nodePaths.data] =
    process.argv.slice(2)
  const token = process.env[tokenVariable]
  if (!token) exit(exitCodes.badInput, `${tokenVariable} is not set: the node needs the token of its run`)
  const genesis = readFile(genesisPath, genesisSchema)
  const { identities } = readFile(secretsPath, nodeSecretsSchema)
  const isControlled = process.env[testControlVariable] === 'on'
  const machine = { token, clock: new SystemClock(genesis.clock), isControlled }
  const stops: (() => Promise<void>)[] = []
  stopOnSignal(async () => {
    await Promise.all(stops.map(stop => stop()))
  })
  for (const identity of identities) {
    const folder = identities.length === 1 ? data : join(data, `node-${identity.index}`)
    stops.push(await run(genesis, identity, folder, machine))
  }
}

/** What all identities of a process share. */
interface Machine {
  readonly token: string
  readonly clock: SystemClock
  readonly isControlled: boolean
}

/** Runs one identity. @returns what stops it */
async function run(
  genesis: Genesis,
  identity: NodeIdentity,
  data: string,
  { token, clock, isControlled }: Machine,
): Promise<() => Promise<void>> {
  const { index } = identity
  const roster = rosterOf(genesis, identity)
  const me = roster[index]
  if (!me) exit(exitCodes.badInput, `node ${index} is not in the roster of ${roster.length}`)
  const store = await RocksStore.open(data).catch((error: Error) => error)
  const running =
    store instanceof RocksStore
      ? createNode({ genesis, identity, roster }, store, { clock, isControlled })
      : halted(genesis, index, store)
  const metrics = new PrometheusMetrics(
    () => running.control.status(),
    () => folderSize(data),
    () => running.control.caught(),
  )
  running.measure(metrics)
  const http = new ControlHttp(
    { address: me.address, port: identity.controlPort ?? genesis.controlPort, token },
    {
      control: running.control,
      metrics: () => metrics.text(),
      testControl: isControlled ? testControl(running.control, clock) : undefined,
    },
  )
  await http.start().catch((error: Error) => exit(exitCodes.unavailable, error.message))
  await running.start().catch((error: Error) => {
    if (error instanceof ListenError) exit(exitCodes.unavailable, error.message)
    throw error
  })
  return async () => {
    await http.stop()
    await running.stop()
  }
}

type Roster = readonly (Libp2pTransportOptions['roster'][number] & { readonly vertexKey: Uint8Array })[]

/** The roster as this node has it: everybody's keys, and where it finds them. */
function rosterOf({ roster, meshPort }: Genesis, { elsewhere = [] }: NodeIdentity): Roster {
  const away = new Map(elsewhere.map(({ index, address }) => [index, address]))
  return roster.map((entry, index) => ({
    address: away.get(index) ?? entry.address,
    port: entry.meshPort ?? meshPort,
    peerKey: bytesOf(entry.peerKey),
    vertexKey: bytesOf(entry.vertexKey),
  }))
}

/** A node that has halted keeps its clock and has nothing else to control. */
function testControl(control: NodeControl, clock: SystemClock) {
  const epochs = control instanceof Epochs ? control : undefined
  return {
    clock,
    get behaviour() {
      return epochs?.node.behaviour
    },
    set behaviour(behaviour) {
      epochs?.node.behave(behaviour)
    },
    get epoch() {
      return epochs?.epoch ?? 0
    },
    begin: async (epoch: number, behaviour: Behaviour | undefined) => {
      await epochs?.begin(epoch, behaviour)
    },
  }
}

/** What the process keeps running: a node, or what is left of one. */
interface Running {
  readonly control: NodeControl
  measure(metrics: PrometheusMetrics): void
  start(): Promise<void>
  stop(): Promise<void>
}

function createNode(
  { genesis, identity, roster }: { genesis: Genesis; identity: NodeIdentity; roster: Roster },
  store: RocksStore,
  { clock, isControlled }: Pick<Machine, 'clock' | 'isControlled'>,
): Running {
  const { index } = identity
  let metrics: PrometheusMetrics | undefined
  const { f, alpha } = genesis.consensus
  const transport = new Libp2pTransport({
    index,
    peerSeed: bytesOf(identity.peerSeed),
    roster,
    port: genesis.meshPort,
    heartbeatMs: genesis.tuning.heartbeatIntervalMs,
  })
  const crypto = new NodeCrypto({
    index,
    roster,
    vertexSeed: bytesOf(identity.vertexSeed),
    tagKeys: bytesOf(identity.tagKeys),
  })
  const options: NodeOptions = {
    ...{ index, n: roster.length, f, alpha, rule: ruleOf(genesis, identity) },
    ...{ ...genesis.tuning, ...genesis.succession, version: manifest.version },
    ...{ evidence: genesis.evidence, behaviour: identity.behaviour },
    ...(identity.strangers ? { strangers: identity.strangers } : {}),
  }
  const make = (ports: Pick<NodePorts, 'transport' | 'store'>) =>
    new Node(options, {
      ...ports,
      clock,
      crypto,
      metrics: {
        add: (counter, amount) => metrics?.add(counter, amount),
        observeFinality: seconds => metrics?.observeFinality(seconds),
      },
      draw: (seed, name) => stream(seed, name).next(),
      onFatal: error => exit(exitCodes.internal, `the store cannot be written: ${(error as Error).message}`),
    })
  const node = isControlled ? new Epochs({ transport, store }, make) : make({ transport, store })
  const { entries, tornLogBytes, milliseconds } = store.verification
  log('started', { index, nodes: roster.length, entries, tornLogBytes, verifiedMs: Math.round(milliseconds) })
  return {
    control: node,
    measure: given => {
      metrics = given
    },
    start: () => node.start(),
    stop: () => node.stop(),
  }
}

/** Polls ask whom a stream of the node's own secret says: the run's seed repeats them, and no other node can know them. */
function ruleOf({ consensus }: Genesis, { vertexSeed }: NodeIdentity): RuleOptions {
  if (consensus.rule === 'census') return { rule: 'census', beta: consensus.beta ?? 1 }
  const { rule, pollIntervalMs, k, alphaPreference, alphaConfidence, beta } = consensus
  const random = stream(vertexSeed, 'polls').next
  return { rule, pollIntervalMs, random, parameters: { k, alphaPreference, alphaConfidence, beta } }
}

/** A damaged store is told to whoever asks; one that cannot be used at all ends the process. */
function halted(genesis: Genesis, index: number, error: Error): Running {
  if (error instanceof StoreUnavailableError) exit(exitCodes.unavailable, error.message)
  if (!(error instanceof StoreCorruptError)) throw error
  log('halted', { index, message: error.message })
  const { rule, f, alpha } = genesis.consensus
  const control = new HaltedNode({
    index,
    version: manifest.version,
    startedAt: Date.now(),
    parameters: { rule, n: genesis.roster.length, f, alpha },
    message: error.message,
  })
  return { control, measure: () => {}, start: async () => {}, stop: async () => {} }
}

function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false
  const onSignal = async (signal: NodeJS.Signals) => {
    if (isStopping) return
    isStopping = true
    log('stopping', { signal })
    await stop()
    process.exit(0)
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
}

function readFile<Schema extends z.ZodMiniType>(path: string, schema: Schema): z.infer<Schema> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    exit(exitCodes.badInput, `${path} cannot be read: ${(error as Error).message}`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const problem = 'expected' in issue ? `expected ${issue.expected}` : issue.code
  exit(exitCodes.badInput, `${path}: ${issue.path.join('.') || 'the file'}: ${problem}`)
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64')
}

/** One JSON line an event; a logging library would be a third of the node's start. */
function log(event: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`)
}

function exit(code: number, message: string): never {
  log('failed', { message })
  process.exit(code)
}

process.on('uncaughtException', error => exit(exitCodes.internal, error.stack ?? error.message))
await main().catch((error: Error) => exit(exitCodes.internal, error.stack ?? error.message))
