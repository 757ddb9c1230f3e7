import type { DriverConfig, DriverStatus } from '../../model/driver-config.ts'
import type { EndEvent, HistoryEvent } from '../../model/event.ts'
import { namesOf } from '../../model/node-names.ts'
import { createWorkloadRun } from '../../workload/run.ts'
import { createClient } from './client.ts'
import { countFrom, driverTime, readClock } from './clock.ts'
import { watchEventLoop } from './event-loop-lag.ts'
import { createHandOn } from './hand-on.ts'
import { requestAgent, requestsPerNodeMax } from './http.ts'
import { createMailbox } from './mailbox.ts'
import { createDriverMetrics } from './metrics.ts'
import { serve } from './server.ts'
import { createSigner } from './signer.ts'
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

/** Starts the driver: it waits for the nodes and then for POST /load, and serves its interface meanwhile. */
export async function startDriver(config: DriverConfig, options: DriverOptions): Promise<RunningDriver> {
  const { workload, seed, nodes: urls } = config
  const { token } = options
  countFrom(config.clock)
  const renewal = Promise.withResolvers<DriverConfig>()
  const spool = await openSpool(options.spoolPath, {
    capBytes: options.spoolBytesMax ?? spoolBytesMaxDefault,
  })
  const record = (event: HistoryEvent) => {
    metrics.note(event)
    spool.append(event)
  }
  const run = createWorkloadRun(
    { ...config, nodeCount: urls.length },
    {
      ...{ time: driverTime, record, requestsPerNodeMax, aheadBytesMax: options.aheadBytesMax },
      signer: createSigner({ seed, payloadBytes: workload.payloadBytes }),
      client: ids => createClient(config.client ?? 'http', { urls, token, ids }),
      isFull: () => spool.isFull,
      finish: () => spool.finish(),
      watchLag: watchEventLoop,
      onDecided: decision => metrics.decided(decision),
    },
  )
  const metrics = createDriverMetrics(() => run.figures)
  const status = (): DriverStatus => ({ run: config.run, ...run.status() })
  /** For calls of the harness that are handed on, whatever the system. */
  const handOnAgent = requestAgent()

  const server = await serve({
    port: config.port,
    ...{ token, spool },
    mailbox: createMailbox(),
    handOn: createHandOn({ urls, names: namesOf(urls.length, config.twins), agent: handOnAgent, token }),
    commands: {
      status,
      clock: readClock,
      metrics: () => metrics.text(),
      load: run.load,
      healed: run.healed,
      stop: run.stop,
      abandon: run.abandon,
      renew: next => renewal.resolve(next),
    },
  })

  const diskFailure = spool.failed.then(error => {
    throw error
  })
  const ended = Promise.race([run.play(), diskFailure])

  return {
    port: server.port,
    ended,
    renewed: renewal.promise,
    status,
    [Symbol.asyncDispose]: async () => {
      run.abandon()
      await ended.catch(() => {})
      await server[Symbol.asyncDispose]()
      await Promise.all([run[Symbol.asyncDispose](), handOnAgent.destroy()])
      await spool[Symbol.asyncDispose]()
    },
  }
}
