import type { DriverConfig, DriverPhase, DriverStatus } from '../model/driver-config.ts'
import type { EndEvent, HistoryEvent, NodeStatusEvent } from '../model/event.ts'
import { namesOf } from '../model/node-names.ts'
import type { Client } from '../model/ports/client.ts'
import type { Time } from '../model/ports/time.ts'
import type { AgreementSoFar } from './agreement-so-far.ts'
import { collect } from './collect.ts'
import { ContractError } from './contract-error.ts'
import type { Lag } from './health.ts'
import { createLedger } from './ledger.ts'
import { createNodeLinks } from './node-links.ts'
import { observeDecisions } from './observe.ts'
import { runPhases } from './phases.ts'
import { prepareWorkload } from './prepare.ts'
import { createProgress } from './progress.ts'
import { watchReadiness } from './readiness.ts'
import { createSender } from './sender.ts'
import type { Signer } from './signer.ts'
import type { TransactionIndex } from './transaction-index.ts'

/** What a workload is played with. */
export interface WorkloadPorts {
  readonly time: Time
  readonly signer: Signer
  /** Makes the client half of the system; `ids` finds transactions of the workload. */
  readonly client: (ids: TransactionIndex) => Client
  readonly record: (event: HistoryEvent) => void
  /** Whether the history has no room for more of the load: it ends early then. */
  readonly isFull: () => boolean
  /** Completes the history: no line follows. */
  readonly finish: () => Promise<void>
  readonly watchLag: () => Lag
  readonly onDecided?: (decision: DecidedInTime) => void
  /** Requests to one node at the same time. */
  readonly requestsPerNodeMax: number
  /** Signed requests kept ahead of the load, bytes. */
  readonly aheadBytesMax?: number | undefined
}

/** A decision with the time it took from when its transaction was intended to be sent. */
interface DecidedInTime {
  /** The first decision on it, or the one that makes it decided at every correct node. */
  readonly scope: 'issuer' | 'all'
  readonly latencyMs: number
  readonly isAccepted: boolean
}

/** The configuration of a driver without what only its process needs. */
export interface WorkloadConfig
  extends Pick<
    DriverConfig,
    'seed' | 'workload' | 'byzantine' | 'twins' | 'evidence' | 'witnesses' | 'collect'
  > {
  readonly nodeCount: number
}

/** The driver without its process: submits the workload, follows the nodes and writes down what they do. */
export interface WorkloadRun extends AsyncDisposable {
  /** Plays all phases. Resolves with the last line of the history, recorded. */
  play(): Promise<EndEvent>
  /** Begins the load. @returns why it cannot be begun; undefined when it is */
  load(isHealedLater: boolean): string | undefined
  /** No fault is in force any more: what is due no longer waits for nodes to come back. */
  healed(): void
  /** Ends the load early. */
  stop(): void
  /** Ends everything at once. */
  abandon(): void
  status(): Omit<DriverStatus, 'run'>
  readonly figures: WorkloadFigures
}

/** What is known of the workload at any time. */
export interface WorkloadFigures {
  readonly phase: DriverPhase
  readonly nodesReady: number
  /** Transactions that should have been sent by now, warm-up included. */
  readonly due: number
  readonly submitted: number
  readonly agreement: Pick<AgreementSoFar, 'splits' | 'doubleSpends'>
  /** Double-spends of which a side was taken and none is decided. */
  readonly contestedOpen: number
}

const missingShown = 10

/** Waits for the nodes and then for `load`; nothing happens before `play`. */
export function createWorkloadRun(config: WorkloadConfig, ports: WorkloadPorts): WorkloadRun {
  const { workload, seed, nodeCount } = config
  const { time, signer, record } = ports
  const names = namesOf(nodeCount, config.twins)
  const startedAt = time.now()
  const abandonAsked = new AbortController()
  const stopAsked = new AbortController()
  const loadAsked = Promise.withResolvers<void>()
  const healed = Promise.withResolvers<void>()
  const { signal } = abandonAsked
  let phase: DriverPhase = 'waiting'
  let beganAt: number | undefined
  let wasLoadAsked = false
  let collected = 0

  const byzantine = new Set(config.byzantine)
  const ledger = createLedger(nodeCount, byzantine)
  const client = ports.client(ledger.ids)
  const links = createNodeLinks(nodeCount, {
    ...{ time, byzantine },
    requestsPerNodeMax: ports.requestsPerNodeMax,
  })
  const progress = createProgress(() => ledger.counts.submitted - ledger.counts.decided)
  /** Correct nodes whose answers the contract does not allow, each with its first one. */
  const outside = new Map<number, string>()
  const onOutside = (node: number, message: string) => {
    if (!byzantine.has(node) && !outside.has(node)) outside.set(node, message)
  }
  const { aheadBytesMax } = ports
  const preparation = prepareWorkload(workload, {
    ...{ time, seed, ledger, signer, record },
    ...(aheadBytesMax === undefined ? {} : { aheadBytesMax }),
  })
  const sender = createSender({
    ...{ time, workload, seed, client, ledger, links, preparation, signer, record },
    twins: config.twins,
    onOutside,
    onSend: at => progress.sent(at),
  })
  const observation = observeDecisions({
    ...{ time, client, names, ledger, links, record, signal },
    onDecided: ({ scope, index, at, isAccepted }) => {
      const latencyMs = at - (beganAt ?? at) - ledger.entry(index).intendedMs
      ports.onDecided?.({ scope, latencyMs, isAccepted })
      if (scope === 'issuer') progress.decided({ at, latencyMs, isAccepted })
    },
    onOutside,
    onLost: node => sender.nodeLost(node),
  })
  const firstStatus: (NodeStatusEvent | undefined)[] = names.map(() => undefined)
  const readFirstStatus = async (node: number) => {
    try {
      const status = await client.status(node, signal)
      firstStatus[node] = status
      record(status)
    } catch (error) {
      if (error instanceof ContractError) onOutside(node, error.message)
      const message = `the first state of ${names[node]} cannot be read: ${(error as Error).message}`
      record({ type: 'note', at: time.now(), level: 'warning', message })
    }
  }
  const readiness = watchReadiness({
    ...{ time, client, nodeCount },
    onReady: node => {
      observation.follow(node)
      const isRead = readFirstStatus(node)
      // Nobody waits for a Byzantine node.
      return byzantine.has(node) ? Promise.resolve() : isRead
    },
  })
  const collectAll = () =>
    collect({
      ...{ time, client, names, ledger, links, record, signal, firstStatus },
      hasEvidence: config.evidence !== false,
      witnesses: config.witnesses,
      limits: config.collect,
      onCollected: count => {
        collected = count
      },
      nextSequence: node => observation.nextSequence(node),
    })

  return {
    play: async () => {
      const end = await runPhases({
        ...{ time, workload, record, ledger, links, preparation, readiness, sender },
        ...{ isFull: ports.isFull, watchLag: ports.watchLag, collect: collectAll },
        loadAsked: loadAsked.promise,
        healed: healed.promise,
        stopAsked: stopAsked.signal,
        abandoned: signal,
        onPhase: next => {
          phase = next
        },
        onLoad: at => {
          beganAt = at
        },
      })
      // Streams would go on writing behind the last line.
      abandonAsked.abort()
      record(end)
      await ports.finish()
      phase = 'done'
      return end
    },
    load: isHealedLater => {
      // While it is waiting although all nodes are ready, the rest of the load is being signed; it starts after that.
      const isTooEarly = readiness.readyCount < nodeCount
      const isTooLate = wasLoadAsked || (phase !== 'waiting' && phase !== 'ready')
      if (isTooEarly) return `only ${readiness.readyCount} of ${nodeCount} nodes are ready`
      if (isTooLate) return `the load was started or stopped before; the phase is ${phase}`
      wasLoadAsked = true
      if (!isHealedLater) healed.resolve()
      loadAsked.resolve()
      return undefined
    },
    healed: () => healed.resolve(),
    stop: () => stopAsked.abort(),
    abandon: () => abandonAsked.abort(),
    status: () => ({
      phase,
      nodesReady: readiness.readyCount,
      nodes: nodeCount,
      missing: readiness.missing(missingShown),
      outside: [...outside].slice(0, missingShown).map(([node, message]) => ({ node, message })),
      ...ledger.counts,
      tps: progress.tps(time.now()),
      finalityP95Ms: progress.finalityP95Ms(time.now()),
      silentMs: Math.round(progress.silentMs(time.now())),
      collected,
      elapsedMs: Math.round(time.now() - (beganAt ?? startedAt)),
    }),
    figures: {
      get phase() {
        return phase
      },
      get nodesReady() {
        return readiness.readyCount
      },
      get due() {
        return sender.dueBy(time.now()).all
      },
      get submitted() {
        return ledger.counts.submitted
      },
      agreement: ledger.agreement,
      get contestedOpen() {
        return ledger.contestedOpen
      },
    },
    [Symbol.asyncDispose]: async () => {
      abandonAsked.abort()
      await client[Symbol.asyncDispose]()
    },
  }
}
