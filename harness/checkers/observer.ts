import type {
  DecisionsEvent,
  EvidenceEvent,
  FaultEvent,
  HistoryEvent,
  NoteEvent,
  StageEvent,
  SubmissionEvent,
  TransactionsEvent,
} from '../../model/event.ts'
import { createColumn } from '../column.ts'
import { createIdList } from './id-list.ts'
import { createResourceWindow, createStageTimes } from './load-window.ts'
import { NodeObserver } from './node-observer.ts'
import { type ForeignWitness, type Observations, offers } from './observations.ts'
import { WitnessList } from './witnesses.ts'

/** Folds events into observations, in the order of the history. */
export interface Observer {
  add(event: HistoryEvent): void
  finish(): Observations
}

/** @param byzantine nodes whose words count for nothing */
export function createObserver(nodeCount: number, byzantine: readonly number[] = []): Observer {
  const ids = createIdList()
  const rivals = createColumn(Int32Array, -1)
  const offered = createColumn(Uint8Array)
  const intendedAt = createColumn(Float64Array, Number.NaN)
  const firstAcceptedAt = createColumn(Float64Array, Number.POSITIVE_INFINITY)
  const firstAcceptedBy = createColumn(Int32Array, -1)
  const lastAcceptedAt = createColumn(Float64Array, Number.NEGATIVE_INFINITY)
  const acceptedCount = createColumn(Uint16Array)
  const rejectedCount = createColumn(Uint16Array)
  const observers = Array.from({ length: nodeCount }, (_, node) =>
    byzantine.includes(node) ? undefined : new NodeObserver(node, index => ids.hex(index)),
  )
  const foreign = { accepted: new WitnessList<ForeignWitness>(), rejected: new WitnessList<ForeignWitness>() }
  const errors = new WitnessList<NoteEvent>()
  const driver: Observations['driver'][number][] = []
  const faults: FaultEvent[] = []
  const evidence: EvidenceEvent[] = []
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
    const node = observers[event.node]
    if (!node) return
    const rejected = event.rejected && new Set(event.rejected)
    if (event.reread) return node.addReread(event, rejected)
    decisionCount += event.transactions.length
    node.beginLine(event)
    for (const [offset, index] of event.transactions.entries()) {
      const isAccepted = !rejected?.has(index)
      // The workload declares what it signs before anybody can decide it: this is none of its transactions.
      if (index >= ids.count) {
        const witness = { node: event.node, sequence: event.sequence + offset, id: `workload index ${index}` }
        foreign[isAccepted ? 'accepted' : 'rejected'].add(witness)
      }
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
          if (!observers[event.node]) break
          foreign[event.outcome].add({ node: event.node, sequence: event.sequence, id: event.transaction })
          observers[event.node]!.skip(event.sequence)
          break
        case 'digest':
          observers[event.node]?.setDigest(event)
          break
        case 'node-status':
          observers[event.node]?.addStatus(event)
          break
        case 'evidence':
          if (observers[event.node]) evidence.push(event)
          break
        case 'container':
          // The teardown kills every container; that says nothing about the nodes.
          if (!isTornDown) observers[event.node]?.addContainer(event)
          break
        case 'fault':
          faults.push(event)
          break
        case 'driver':
          driver.push(event)
          break
        case 'resources':
          resources.add(event)
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
      nodes: observers.filter(observer => observer !== undefined),
      decisionCount,
      foreign,
      load: times.load(),
      readyMs: times.readyMs(),
      driver,
      faults,
      evidence,
      resources: resources.window(),
      errors,
    }),
  }
}
