import type {
  ContainerEvent,
  DecisionsEvent,
  EvidenceEvent,
  FaultEvent,
  HistoryEvent,
  NoteEvent,
  StageEvent,
  SubmissionEvent,
  TransactionsEvent,
} from '../../model/event.ts'
import { Ids } from '../history/ids.ts'
import { NodeObserver } from '../history/node-observer.ts'
import { TransactionTable } from '../history/transaction-table.ts'
import { WitnessList } from '../history/witnesses.ts'
import { ClockTrack } from './clock-track.ts'
import { createResourceWindow, createStageTimes } from './load-window.ts'
import { NoiseTrack } from './noise-track.ts'
import { type ForeignWitness, type Observations, offers } from './observations.ts'

/** Folds events into observations, in the order of the history. */
export interface Observer {
  add(event: HistoryEvent): void
  finish(): Observations
}

/** @param byzantine nodes whose words count for nothing */
export function createObserver(nodeCount: number, byzantine: readonly number[] = []): Observer {
  const ids = new Ids()
  const table = new TransactionTable(ids)
  const observers = Array.from({ length: nodeCount }, (_, node) =>
    byzantine.includes(node) ? undefined : new NodeObserver(node),
  )
  const foreign = { accepted: new WitnessList<ForeignWitness>(), rejected: new WitnessList<ForeignWitness>() }
  const errors = new WitnessList<NoteEvent>()
  const driver: Observations['driver'][number][] = []
  const faults: FaultEvent[] = []
  const containers: ContainerEvent[] = []
  const evidence: EvidenceEvent[] = []
  const times = createStageTimes()
  const resources = createResourceWindow(times)
  const noise = new NoiseTrack()
  const clocks = new ClockTrack()
  let noiseUnobservable: string | undefined
  let begin: Observations['begin']
  let end: Observations['end']
  let decisionCount = 0
  let isTornDown = false

  const onTransactions = ({ first, ids, conflicts = [] }: TransactionsEvent) => {
    table.declare(first + ids.length)
    for (const [one, other] of conflicts) table.pair(one, other)
  }

  const onSubmission = (event: SubmissionEvent) => {
    const bit = { ok: offers.taken, unknown: offers.unknown, failed: offers.failed }[event.result]
    const codes = new Map(event.refused?.map(({ transaction, code }) => [transaction, code]))
    const whole = event.error === 'HTTP 429' ? offers.full : bit
    for (const [position, index] of event.transactions.entries()) {
      const code = codes.get(index)
      const refusal = code === 'full' ? offers.full : offers.refused
      table.offer(index, code === undefined ? whole : refusal, event.intendedAt[position]!)
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
      if (index >= table.count) {
        const { node, sequence } = event
        const witness = { node, sequence: sequence + offset, id: `workload index ${index}` }
        foreign[isAccepted ? 'accepted' : 'rejected'].add(() => witness)
      }
      if (!node.decide(event.sequence + offset, index, isAccepted)) continue
      if (isAccepted) table.accept(index, event.node, event.at)
      else table.reject(index)
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
          foreign[event.outcome].add(() => ({
            ...{ node: event.node, sequence: event.sequence, id: event.transaction },
          }))
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
          if (isTornDown) break
          containers.push(event)
          observers[event.node]?.addContainer(event)
          break
        case 'fault':
          faults.push(event)
          break
        case 'driver':
          // Of a warm-up it reports too, for whoever reads the history.
          if (event.at >= (times.warmup()?.endsAt ?? event.at)) driver.push(event)
          break
        case 'resources':
          resources.add(event)
          break
        case 'noise':
          noise.add(event)
          break
        case 'noise-unobservable':
          noiseUnobservable = event.reason
          break
        case 'clock':
        case 'step':
        case 'epoch':
          clocks.add(event)
          break
        case 'note':
          if (event.level === 'error' && !isTornDown) errors.add(() => event)
          break
        default:
          event satisfies never
      }
    },
    finish: () => ({
      begin,
      end,
      transactions: table,
      ids,
      nodes: observers.filter(observer => observer !== undefined),
      decisionCount,
      foreign,
      load: times.load(),
      warmup: times.warmup(),
      readyMs: times.readyMs(),
      driver,
      faults,
      containers,
      evidence,
      resources: resources.window(),
      noise,
      clocks,
      noiseUnobservable,
      errors,
    }),
  }
}
