import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { Dispatcher } from 'undici'
import type { DriverConfig } from '../../model/driver-config.ts'
import type { DigestEvent, HistoryEvent, NodeStatusEvent } from '../../model/event.ts'
import { now } from './clock.ts'
import { decisionLines } from './decision-lines.ts'
import { readDecisions } from './decision-stream.ts'
import { describeFailure } from './http.ts'
import type { Ledger } from './ledger.ts'
import type { NodeLinks } from './node-links.ts'
import { readDigest, readEvidence, readSeen, readStatus } from './node-state.ts'
import { until } from './until.ts'

/** Nodes read at the same time: the answers are small, and 500 at once would only queue on the shared cores. */
const concurrency = 32
/** How long digests may still change or lag behind the streams, for contested transactions that are just decided. */
const steadyMs = 15_000
/** Digests that differ and have not changed for this long are what the nodes have to say. */
const stillMs = 1_500
/** A log read again: the whole of it, and the silence after which it has nothing more. */
const rereadMs = 60_000
const rereadSilenceMs = 3_000
const pollMs = 250

export interface CollectOptions {
  readonly agent: Dispatcher
  /** For reading logs again, beside the streams that stay open. */
  readonly rereadAgent: Dispatcher
  readonly urls: readonly string[]
  readonly names: readonly string[]
  readonly ledger: Ledger
  readonly links: NodeLinks
  /** State of each node when it became ready, by index. */
  readonly firstStatus: readonly (NodeStatusEvent | undefined)[]
  /** The next sequence that each node's stream would bring. */
  readonly nextSequence: (node: number) => number
  /** Nodes that are asked what they saw, and how; the token is the run's. */
  readonly witnesses: DriverConfig['witnesses']
  readonly token: string
  readonly record: (event: HistoryEvent) => void
  readonly signal: AbortSignal
}

/**
 * Reads the final state of every node that answers: status, digest, and of nodes that restarted the whole log of
 * decisions again, to compare it with what they said before. What cannot be read is a note; checkers miss the line.
 */
export async function collect(options: CollectOptions): Promise<void> {
  const nodes = options.urls.map((_, node) => node).filter(node => !options.links.isGone(node))
  const limit = pLimit(concurrency)
  await Promise.all(nodes.map(node => limit(() => collectStatus(node, options))))
  const digests = await steadyDigests(nodes, options)
  for (const digest of digests) options.record(digest)
  if (options.ledger.byzantine.size > 0)
    await Promise.all(nodes.map(node => limit(() => collectEvidence(node, options))))
}

async function collectStatus(node: number, options: CollectOptions): Promise<void> {
  const status = await attempt(node, options, () => readStatus(request(node, options)))
  if (!status) return
  options.record(status)
  const first = options.firstStatus[node]
  const hasRestarted =
    first && (first.startedAt !== status.startedAt || first.storage.opens !== status.storage.opens)
  if (hasRestarted) await reread(node, options)
}

async function collectEvidence(node: number, options: CollectOptions): Promise<void> {
  const { witnesses, token } = options
  const evidence = await attempt(node, options, () => readEvidence(request(node, options)))
  if (!evidence) return
  const isWitness = witnesses?.nodes.includes(node)
  const read = () => readSeen(request(node, options), { ageMs: witnesses!.ageMs, token })
  const seen = isWitness ? await attempt(node, options, read) : undefined
  options.record({ ...evidence, ...(seen ? { seen } : {}) })
}

/** Reads a node's log from its start until it holds as much as the node has told so far. */
async function reread(node: number, options: CollectOptions): Promise<void> {
  const told = options.nextSequence(node)
  const done = new AbortController()
  let next = 0
  let heardAt = performance.now()
  const reading = readDecisions({
    agent: options.rereadAgent,
    url: options.urls[node]!,
    ids: options.ledger.ids,
    from: 0,
    signal: AbortSignal.any([options.signal, done.signal]),
    onOpen: () => {},
    onDecisions: decisions => {
      for (const line of decisionLines({ at: now(), node, decisions, isReread: true })) {
        if (line.type === 'decisions') options.record(line)
      }
      next = decisions.at(-1)!.sequence + 1
      heardAt = performance.now()
    },
  })
  const isOver = () => next >= told || performance.now() - heardAt > rereadSilenceMs
  await until(isOver, { withinMs: rereadMs, everyMs: 50, signal: options.signal })
  done.abort()
  await reading
  if (next < told) {
    note(
      options,
      `${options.names[node]} restarted and told ${next} decisions again where it had told ${told} before`,
    )
  }
}

/**
 * Digests that belong together: read again until all are equal and each counts what its node's stream has told, or
 * until nothing has changed for a moment: then they are what they are.
 */
async function steadyDigests(nodes: readonly number[], options: CollectOptions): Promise<DigestEvent[]> {
  const deadline = performance.now() + steadyMs
  let changedAt = performance.now()
  let previous = ''
  for (;;) {
    const digests = await readDigests(nodes, options)
    // What a Byzantine node says is written down, and not waited for.
    const meant = digests.filter(({ node }) => !options.ledger.byzantine.has(node))
    const told = meant.map(({ node }) => options.ledger.acceptedAt(node))
    const current = JSON.stringify([told, meant.map(({ node, digest }) => [node, digest])])
    if (current !== previous) changedAt = performance.now()
    previous = current
    const areTold = meant.every(({ accepted }, position) => accepted === told[position])
    const areEqual = new Set(meant.map(({ digest }) => digest)).size <= 1
    const isStill = performance.now() - changedAt > stillMs
    if ((areTold && areEqual) || isStill || performance.now() > deadline) return digests
    await delay(pollMs, undefined, { signal: options.signal })
  }
}

async function readDigests(nodes: readonly number[], options: CollectOptions): Promise<DigestEvent[]> {
  const limit = pLimit(concurrency)
  const digests = await Promise.all(
    nodes.map(node => limit(() => attempt(node, options, () => readDigest(request(node, options))))),
  )
  return digests.filter(digest => digest !== undefined)
}

const attemptsMax = 3

async function attempt<T>(
  node: number,
  options: CollectOptions,
  read: () => Promise<T>,
): Promise<T | undefined> {
  let failure = ''
  for (let tries = 0; tries < attemptsMax && !options.signal.aborted; tries++) {
    try {
      return await read()
    } catch (error) {
      failure = describeFailure(error)
    }
  }
  note(options, `the final state of ${options.names[node]} cannot be read: ${failure}`)
  return undefined
}

function request(node: number, { agent, urls, signal }: CollectOptions) {
  return { agent, url: urls[node]!, node, signal }
}

function note(options: CollectOptions, message: string): void {
  options.record({ type: 'note', at: now(), level: 'warning', message })
}
