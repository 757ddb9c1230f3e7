import type {
  ContainerEvent,
  DecisionsEvent,
  HistoryEvent,
  NodeStatusEvent,
  NoteEvent,
  ResourcesEvent,
  StageEvent,
  SubmissionEvent,
  TransactionsEvent,
} from '../../model/event.ts'
import { createColumn } from '../column.ts'
import { NodeObserver } from './node-observer.ts'
import { type ForeignWitness, type Observations, offers } from './observations.ts'
import { WitnessList } from './witnesses.ts'

/** Folds events into observations, in the order of the history. */
export interface Observer {
  add(event: HistoryEvent): void
  finish(): Observations
}

const idBytes = 32
const idDigits = 64

export function createObserver(nodeCount: number): Observer {
  const ids = createIds()
  const rivals = createColumn(Int32Array, -1)
  const offered = createColumn(Uint8Array)
  const intendedAt = createColumn(Float64Array, Number.NaN)
  const firstAcceptedAt = createColumn(Float64Array, Number.POSITIVE_INFINITY)
  const firstAcceptedBy = createColumn(Int32Array, -1)
  const lastAcceptedAt = createColumn(Float64Array, Number.NEGATIVE_INFINITY)
  const acceptedCount = createColumn(Uint16Array)
  const rejectedCount = createColumn(Uint16Array)
  const nodes = Array.from(
    { length: nodeCount },
    (_, node) => new NodeObserver(node, index => ids.hex(index)),
  )
  const foreign = { accepted: new WitnessList<ForeignWitness>(), rejected: new WitnessList<ForeignWitness>() }
  const errors = new WitnessList<NoteEvent>()
  const driver: Observations['driver'][number][] = []
  const times = createStageTimes()
  const resources = createResourceWindow(times)
  let begin: Observations['begin']
  let end: Observations['end']
  let decisionCount = 0
  let isTornDown = false

  const onTransactions = (event: TransactionsEvent) => {
    for (const [offset, id] of event.ids.entries()) ids.set(event.first + offset, id)
    for (const [one, other] of event.conflicts ?? []) {
      rivals.set(one, other)
      rivals.set(other, one)
    }
  }

  const onSubmission = (event: SubmissionEvent) => {
    const bit = { ok: offers.taken, unknown: offers.unknown, failed: offers.failed }[event.result]
    const refused = new Set(event.refused?.map(({ transaction }) => transaction))
    for (const [position, index] of event.transactions.entries()) {
      const bits = refused.has(index) ? offers.refused : bit
      offered.set(index, offered.get(index) | bits)
      // Retries repeat the original intended time.
      intendedAt.set(index, event.intendedAt[position]!)
    }
  }

  const onDecisions = (event: DecisionsEvent) => {
    const node = nodes[event.node]
    if (!node) return
    const rejected = event.rejected && new Set(event.rejected)
    if (event.reread) return node.addReread(event, rejected)
    decisionCount += event.transactions.length
    node.beginLine(event)
    for (const [offset, index] of event.transactions.entries()) {
      const isAccepted = !rejected?.has(index)
      if (!node.decide(event.sequence + offset, index, isAccepted)) continue
      if (!isAccepted) {
        rejectedCount.add(index, 1)
        continue
      }
      acceptedCount.add(index, 1)
      if (event.at < firstAcceptedAt.get(index)) {
        firstAcceptedAt.set(index, event.at)
        firstAcceptedBy.set(index, event.node)
      }
      if (event.at > lastAcceptedAt.get(index)) lastAcceptedAt.set(index, event.at)
    }
  }

  const onStage = (event: StageEvent) => {
    times.add(event)
    if (event.stage === 'teardown') isTornDown = true
  }

  return {
    add: event => {
      switch (event.type) {
        case 'begin':
          begin = event
          break
        case 'end':
          end = event
          break
        case 'stage':
          onStage(event)
          break
        case 'transactions':
          onTransactions(event)
          break
        case 'submission':
          onSubmission(event)
          break
        case 'decisions':
          onDecisions(event)
          break
        case 'foreign-decision':
          foreign[event.outcome].add({ node: event.node, sequence: event.sequence, id: event.transaction })
          nodes[event.node]?.skip(event.sequence)
          break
        case 'digest':
          nodes[event.node]?.setDigest(event)
          break
        case 'node-status':
          nodes[event.node]?.addStatus(event satisfies NodeStatusEvent)
          break
        case 'container':
          // The teardown kills every container; that says nothing about the nodes.
          if (!isTornDown) nodes[event.node]?.addContainer(event satisfies ContainerEvent)
          break
        case 'driver':
          driver.push(event)
          break
        case 'resources':
          resources.add(event satisfies ResourcesEvent)
          break
        case 'note':
          if (event.level === 'error' && !isTornDown) errors.add(event)
          break
        default:
          event satisfies never
      }
    },
    finish: () => ({
      begin,
      end,
      transactions: {
        count: ids.count,
        id: ids.hex,
        rival: rivals.get,
        offers: offered.get,
        intendedAt: intendedAt.get,
        firstAcceptedAt: firstAcceptedAt.get,
        firstAcceptedBy: firstAcceptedBy.get,
        lastAcceptedAt: lastAcceptedAt.get,
        acceptedCount: acceptedCount.get,
        rejectedCount: rejectedCount.get,
      },
      nodes,
      decisionCount,
      foreign,
      load: times.load(),
      readyMs: times.readyMs(),
      driver,
      resources: resources.window(),
      errors,
    }),
  }
}

/** Ids as raw bytes: half the size of their digits, and no object each. */
function createIds() {
  let bytes = new Uint8Array(1024 * idBytes)
  let count = 0
  return {
    get count() {
      return count
    },
    set: (index: number, hex: string) => {
      if ((index + 1) * idBytes > bytes.length) {
        const larger = new Uint8Array(Math.max((index + 1) * idBytes, bytes.length * 2))
        larger.set(bytes)
        bytes = larger
      }
      Buffer.from(bytes.buffer, index * idBytes, idBytes).write(hex.slice(0, idDigits), 'hex')
      if (index >= count) count = index + 1
    },
    hex: (index: number) => Buffer.from(bytes.buffer, index * idBytes, idBytes).toString('hex'),
  }
}

interface StageTimes {
  add(event: StageEvent): void
  /** Whether the load had begun at this moment, as far as is known. */
  hasBegun(at: number): boolean
  load(): Observations['load']
  readyMs(): number | undefined
}

/**
 * Both the harness and the driver may tell of the load, the harness from outside: it begins before and ends after.
 * The latest beginning and the earliest end are the exact ones.
 */
function createStageTimes(): StageTimes {
  let beganAt: number | undefined
  let endedAt: number | undefined
  let createdAt: number | undefined
  let readyAt: number | undefined
  return {
    add: ({ stage, state, at }) => {
      if (stage === 'create' && state === 'begin') createdAt ??= at
      if (stage === 'ready' && state === 'end') readyAt ??= at
      if (stage !== 'load') return
      if (state === 'begin') beganAt = Math.max(beganAt ?? at, at)
      else endedAt = Math.min(endedAt ?? at, at)
    },
    hasBegun: at => beganAt !== undefined && at >= beganAt,
    load: () => (beganAt === undefined || endedAt === undefined ? undefined : { beganAt, endedAt }),
    readyMs: () => (createdAt === undefined || readyAt === undefined ? undefined : readyAt - createdAt),
  }
}

interface ResourceWindow {
  add(event: ResourcesEvent): void
  window(): Observations['resources']
}

/** Keeps three samples of however many come: the last before the load, and the first and last during it. */
function createResourceWindow(times: StageTimes): ResourceWindow {
  let before: ResourcesEvent | undefined
  let first: ResourcesEvent | undefined
  let last: ResourcesEvent | undefined
  return {
    add: event => {
      const load = times.load()
      if (!times.hasBegun(event.at)) before = event
      else if (load === undefined || event.at <= load.endedAt) {
        first ??= event
        last = event
      }
    },
    window: () => ({ first: first === last ? (before ?? first) : first, last }),
  }
}
