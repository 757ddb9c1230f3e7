import type { DriverConfig, DriverPhase, DriverStatus } from '../../model/driver-config.ts'
import type { EndEvent, HistoryEvent, NodeStatusEvent } from '../../model/event.ts'
import { namesOf } from '../../model/node-names.ts'
import { createSigner } from '../workload/signer.ts'
import { createClient } from './client.ts'
import { countFrom, now, readClock } from './clock.ts'
import { collect } from './collect.ts'
import { ContractError } from './contract-error.ts'
import { createHandOn } from './hand-on.ts'
import { requestAgent, requestsPerNodeMax } from './http.ts'
import { createLedger } from './ledger.ts'
import { createMailbox } from './mailbox.ts'
import { createDriverMetrics } from './metrics.ts'
import { createNodeLinks } from './node-links.ts'
import { observeDecisions } from './observe.ts'
import { runPhases } from './phases.ts'
import { prepareWorkload } from './prepare.ts'
import { createProgress } from './progress.ts'
import { watchReadiness } from './readiness.ts'
import { createSender } from './sender.ts'
import { serve } from './server.ts'
import { openSpool } from './spool.ts'

export interface DriverOptions {
  readonly token: string
  /** File that takes the driver's part of the history. */
  readonly spoolPath: string
  /** Size of it at which the load ends early, bytes. */
  readonly spoolBytesMax?: number
  /** Signed requests kept ahead of the load, bytes. */
  readonly aheadBytesMax?: number
}

/** A driver at work. Disposing ends it at once; what it had recorded until then is whole. */
export interface RunningDriver extends AsyncDisposable {
  readonly port: number
  /** Resolves once the history is complete and can be read to its end; rejects when it cannot be kept. */
  readonly ended: Promise<EndEvent>
  status(): DriverStatus
  /** Resolves when POST /renew was taken: this driver is to be disposed and another one started. */
  readonly renewed: Promise<DriverConfig>
}

const spoolBytesMaxDefault = 2 * 1024 ** 3
const missingShown = 10

/** Starts the driver: it waits for the nodes and then for POST /load, and serves its interface meanwhile. */
export async function startDriver(config: DriverConfig, options: DriverOptions): Promise<RunningDriver> {
  const { workload, seed, nodes: urls } = config
  const names = namesOf(urls.length, config.twins)
  countFrom(config.clock)
  const startedAt = now()
  const abandonAsked = new AbortController()
  const stopAsked = new AbortController()
  const renewal = Promise.withResolvers<DriverConfig>()
  const loadAsked = Promise.withResolvers<void>()
  const healed = Promise.withResolvers<void>()
  const signal = abandonAsked.signal
  let phase: DriverPhase = 'waiting'
  let beganAt: number | undefined
  let wasLoadAsked = false
  let collected = 0

  const spool = await openSpool(options.spoolPath, {
    capBytes: options.spoolBytesMax ?? spoolBytesMaxDefault,
  })
  const record = (event: HistoryEvent) => {
    metrics.note(event)
    spool.append(event)
  }
  /** For calls of the harness that are handed on, whatever the system. */
  const handOnAgent = requestAgent()
  const byzantine = new Set(config.byzantine)
  const ledger = createLedger(urls.length, byzantine)
  const client = createClient(config.client ?? 'http', { urls, token: options.token, ids: ledger.ids })
  const links = createNodeLinks(urls.length, { requestsPerNodeMax, byzantine })
  const progress = createProgress(() => ledger.counts.submitted - ledger.counts.decided)
  const metrics = createDriverMetrics(() => ({
    phase,
    nodesReady: readiness.readyCount,
    due: sender.dueBy(now()).all,
    submitted: ledger.counts.submitted,
    agreement: ledger.agreement,
    contestedOpen: ledger.contestedOpen,
  }))
  /** Correct nodes whose answers the contract does not allow, each with its first one. */
  const outside = new Map<number, string>()
  const onOutside = (node: number, message: string) => {
    if (!byzantine.has(node) && !outside.has(node)) outside.set(node, message)
  }
  const signer = createSigner({ seed, payloadBytes: workload.payloadBytes })
  const { aheadBytesMax } = options
  const preparation = prepareWorkload(workload, {
    seed,
    ledger,
    signer,
    record,
    ...(aheadBytesMax === undefined ? {} : { aheadBytesMax }),
  })
  const sender = createSender({
    ...{ workload, seed, client, ledger, links, preparation, signer, record },
    twins: config.twins,
    onOutside,
    onSend: at => progress.sent(at),
  })
  const observation = observeDecisions({
    ...{ client, names, ledger, links, record, signal },
    onDecided: ({ scope, index, at, isAccepted }) => {
      const latencyMs = at - (beganAt ?? at) - ledger.entry(index).intendedMs
      metrics.decided({ scope, latencyMs, isAccepted })
      if (scope === 'issuer') progress.decided({ at, latencyMs, isAccepted })
    },
    onOutside,
    onLost: node => sender.nodeLost(node),
  })
  const firstStatus: (NodeStatusEvent | undefined)[] = urls.map(() => undefined)
  const readFirstStatus = async (node: number) => {
    try {
      const status = await client.status(node, signal)
      firstStatus[node] = status
      record(status)
    } catch (error) {
      if (error instanceof ContractError) onOutside(node, error.message)
      const message = `the first state of ${names[node]} cannot be read: ${(error as Error).message}`
      record({ type: 'note', at: now(), level: 'warning', message })
    }
  }
  const readiness = watchReadiness({
    client,
    nodeCount: urls.length,
    onReady: node => {
      observation.follow(node)
      const isRead = readFirstStatus(node)
      // Nobody waits for a Byzantine node.
      return byzantine.has(node) ? Promise.resolve() : isRead
    },
  })

  const status = (): DriverStatus => ({
    run: config.run,
    phase,
    nodesReady: readiness.readyCount,
    nodes: urls.length,
    missing: readiness.missing(missingShown),
    outside: [...outside].slice(0, missingShown).map(([node, message]) => ({ node, message })),
    ...ledger.counts,
    tps: progress.tps(now()),
    finalityP95Ms: progress.finalityP95Ms(now()),
    silentMs: Math.round(progress.silentMs(now())),
    collected,
    elapsedMs: Math.round(now() - (beganAt ?? startedAt)),
  })

  const server = await serve({
    port: config.port,
    token: options.token,
    spool,
    mailbox: createMailbox(),
    handOn: createHandOn({ urls, names, agent: handOnAgent, token: options.token }),
    commands: {
      status,
      clock: readClock,
      metrics: () => metrics.text(),
      load: isHealedLater => {
        // While it is waiting although all nodes are ready, the rest of the load is being signed; it starts after that.
        const isTooEarly = readiness.readyCount < urls.length
        const isTooLate = wasLoadAsked || (phase !== 'waiting' && phase !== 'ready')
        if (isTooEarly) return `only ${readiness.readyCount} of ${urls.length} nodes are ready`
        if (isTooLate) return `the load was started or stopped before; the phase is ${phase}`
        wasLoadAsked = true
        if (!isHealedLater) healed.resolve()
        loadAsked.resolve()
        return undefined
      },
      healed: () => healed.resolve(),
      stop: () => stopAsked.abort(),
      abandon: () => abandonAsked.abort(),
      renew: next => renewal.resolve(next),
    },
  })

  const play = async (): Promise<EndEvent> => {
    const end = await runPhases({
      ...{ workload, spool, record, ledger, links, preparation, readiness, sender },
      loadAsked: loadAsked.promise,
      healed: healed.promise,
      stopAsked: stopAsked.signal,
      abandoned: signal,
      collect: () =>
        collect({
          ...{ client, names, ledger, links, record, signal, firstStatus },
          hasEvidence: config.evidence !== false,
          witnesses: config.witnesses,
          limits: config.collect,
          onCollected: count => {
            collected = count
          },
          nextSequence: node => observation.nextSequence(node),
        }),
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
    await spool.finish()
    phase = 'done'
    return end
  }
  const diskFailure = spool.failed.then(error => {
    throw error
  })
  const ended = Promise.race([play(), diskFailure])

  return {
    port: server.port,
    ended,
    renewed: renewal.promise,
    status,
    [Symbol.asyncDispose]: async () => {
      abandonAsked.abort()
      await ended.catch(() => {})
      await server[Symbol.asyncDispose]()
      await Promise.all([client[Symbol.asyncDispose](), handOnAgent.destroy()])
      await spool[Symbol.asyncDispose]()
    },
  }
}
