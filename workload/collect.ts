import type { DriverConfig } from '../model/driver-config.ts'
import type { DigestEvent, HistoryEvent, NodeStatusEvent } from '../model/event.ts'
import type { Client } from '../model/ports/client.ts'
import { pause, type Time } from '../model/ports/time.ts'
import { outOfStep } from './digests.ts'
import type { Ledger } from './ledger.ts'
import type { NodeLinks } from './node-links.ts'
import { createPatience, type Patience } from './patience.ts'
import { rereadLog } from './reread.ts'
import { askInWaves } from './waves.ts'

/** Digests that lag behind the streams and have not changed for this long stay as they are. */
const laggingMs = 15_000
/** Digests that match the streams but differ from each other: double-spends may still be decided. */
const stillMs = 1_500
const pollMs = 250
/** Nodes that a note names with the reason. */
const namedMax = 20

export interface CollectOptions {
  readonly time: Time
  readonly client: Client
  readonly names: readonly string[]
  readonly ledger: Ledger
  readonly links: NodeLinks
  /** State of each node when it became ready, by index. */
  readonly firstStatus: readonly (NodeStatusEvent | undefined)[]
  /** The next sequence that each node's stream would bring. */
  readonly nextSequence: (node: number) => number
  /** Whether nodes report evidence. */
  readonly hasEvidence: boolean
  /** Nodes that are asked what they saw, and how. */
  readonly witnesses: DriverConfig['witnesses']
  readonly limits: DriverConfig['collect']
  readonly record: (event: HistoryEvent) => void
  /** Called with the number of nodes whose final state has arrived. */
  readonly onCollected: (count: number) => void
  readonly signal: AbortSignal
}

/** What has arrived so far, by node. */
interface Collected {
  readonly statuses: Map<number, NodeStatusEvent>
  readonly digests: Map<number, DigestEvent>
}

/** One step of the collection: whom it asks, what for, and how long it goes on. */
interface Step {
  readonly what: string
  readonly nodes: readonly number[]
  readonly patience: Patience
  readonly ask: (node: number, signal: AbortSignal) => Promise<void>
}

/**
 * Reads the final state of every node: status, digest, and the whole log of decisions of restarted nodes. Everything is
 * recorded as it arrives, so a collection that runs out of time keeps what it has. A note names the remaining nodes.
 */
export async function collect(options: CollectOptions): Promise<void> {
  const { time, names, links, ledger, limits } = options
  const patience = createPatience(limits, time)
  const collected: Collected = { statuses: new Map(), digests: new Map() }
  const nodes = names.map((_, node) => node).filter(node => !links.isGone(node))
  const correct = nodes.filter(node => !ledger.byzantine.has(node))
  const byzantine = nodes.filter(node => ledger.byzantine.has(node))
  const state = async (node: number, signal: AbortSignal) => {
    const isNew = await readNewStatus(node, collected, options, signal)
    // Half an answer is progress too; nobody waits for a Byzantine node.
    if (isNew && !ledger.byzantine.has(node)) patience.heard()
    await readLastDigest(node, collected, options, signal)
  }
  // A Byzantine node may never answer: it has the time of one answer, and nobody waits for it.
  const once = () => createPatience({ ...limits, quietMs: limits.answerMs, mostMs: limits.answerMs }, time)
  const everybody = (what: string, ask: Step['ask']) =>
    Promise.all([
      perform({ what, nodes: correct, patience, ask }, options),
      perform({ what, nodes: byzantine, patience: once(), ask }, options),
    ])
  await everybody('the final state', state)
  const restarted = correct.filter(node => hasRestarted(node, collected, options))
  const reread = (node: number, signal: AbortSignal) =>
    rereadLog(node, { ...options, status: collected.statuses.get(node)!, signal })
  await perform({ what: 'the whole log', nodes: restarted, patience, ask: reread }, options)
  await steadyDigests(collected, patience, options)
  if (ledger.byzantine.size === 0 || !options.hasEvidence) return
  const evidence = (node: number, signal: AbortSignal) => collectEvidence(node, options, signal)
  await everybody('the evidence', evidence)
}

/** Asks in waves, in which a slow node is given longer than the client's own timeouts, and notes who did not answer. */
async function perform({ what, nodes, patience, ask }: Step, options: CollectOptions): Promise<void> {
  const { time, links, limits, signal, names } = options
  const missing = await askInWaves(nodes, {
    ...{ time, ask, patience, signal },
    answerMs: limits.answerMs,
    isHopeless: node => links.isGone(node),
  })
  if (missing.size === 0) return
  const reasons = [...missing].slice(0, namedMax).map(([node, reason]) => `${names[node]} (${reason})`)
  const more = missing.size > namedMax ? ` and ${missing.size - namedMax} more` : ''
  note(options, `${what} could not be read from ${reasons.join(', ')}${more}`)
}

/** Reads a node's status, unless it has arrived in an earlier wave. @returns whether it is new */
async function readNewStatus(
  node: number,
  { statuses }: Collected,
  options: CollectOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (statuses.has(node)) return false
  const status = await options.client.status(node, signal, true)
  statuses.set(node, status)
  options.record(status)
  return true
}

async function readLastDigest(
  node: number,
  { digests }: Collected,
  options: CollectOptions,
  signal: AbortSignal,
): Promise<void> {
  const digest = await options.client.digest(node, signal, true)
  digests.set(node, digest)
  options.record(digest)
  options.onCollected(digests.size)
}

function hasRestarted(node: number, { statuses }: Collected, { firstStatus }: CollectOptions): boolean {
  const [first, last] = [firstStatus[node], statuses.get(node)]
  if (!first || !last) return false
  return first.startedAt !== last.startedAt || first.storage.opens !== last.storage.opens
}

async function collectEvidence(node: number, options: CollectOptions, signal: AbortSignal): Promise<void> {
  const { witnesses, client } = options
  const evidence = await client.evidence(node, signal)
  const seen = witnesses?.nodes.includes(node) ? await client.seen(node, witnesses.ageMs, signal) : undefined
  options.record({ ...evidence, ...(seen ? { seen } : {}) })
}

/**
 * Reads digests again that lag behind their node's stream or differ from the others, until all match or nothing has
 * changed for a while. A later digest of a node replaces an earlier one.
 */
async function steadyDigests(
  { digests }: Collected,
  patience: Patience,
  options: CollectOptions,
): Promise<void> {
  const { time, ledger, limits, signal } = options
  const reread = async (node: number, within: AbortSignal) => {
    const digest = await options.client.digest(node, within, true)
    if (digest.digest !== digests.get(node)?.digest) options.record(digest)
    digests.set(node, digest)
  }
  let changedAt = time.now()
  let previous = ''
  while (!patience.isOver) {
    const correct = [...digests.values()].filter(({ node }) => !ledger.byzantine.has(node))
    const told = (node: number) => ledger.acceptedAt(node)
    const { lagging, differing } = outOfStep(correct, told)
    const current = JSON.stringify(correct.map(({ node, digest }) => [told(node), digest]))
    if (current !== previous) changedAt = time.now()
    previous = current
    const stale = [...lagging, ...differing]
    const waitMs = lagging.length > 0 ? laggingMs : stillMs
    if (stale.length === 0 || time.now() - changedAt > waitMs) return
    await askInWaves(stale, {
      ...{ time, ask: reread, answerMs: limits.answerMs, patience, signal },
      // One wave: whoever does not answer is asked again in the next round.
      isHopeless: () => true,
    })
    await pause(time, pollMs, signal)
    signal.throwIfAborted()
  }
}

function note(options: CollectOptions, message: string): void {
  options.record({ type: 'note', at: options.time.now(), level: 'warning', message })
}
