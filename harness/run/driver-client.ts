import { request } from 'undici'
import type { Behaviours, Clocks } from '../../model/backend.ts'
import type { Behaviour } from '../../model/behaviour.ts'
import {
  type DriverClock,
  type DriverConfig,
  type DriverStatus,
  harnessMetricsPath,
} from '../../model/driver-config.ts'
import { evidenceSchema, seenSchema } from '../../model/seen.ts'
import { direct } from '../direct-http.ts'

/** Reaches the driver's HTTP interface (model/driver-config.ts). */
export interface DriverClient {
  status(): Promise<DriverStatus>
  /** The clock that its lines have their times of. */
  clock(): Promise<DriverClock>
  /** `load?until=healed`: settling begins once `healed` is said. */
  post(call: 'load' | 'load?until=healed' | 'healed' | 'stop' | 'abandon'): Promise<void>
  /** Hands the harness's own metrics over for Prometheus. */
  putMetrics(text: string): Promise<void>
  /** Clocks of nodes, reached through the driver. */
  readonly clocks: Clocks
  readonly behaviours: Behaviours
  /** Has a node begin anew, with an empty store and this behaviour. */
  begin(node: number, epoch: number, behaviour: Behaviour | undefined): Promise<void>
  /** Ends what the driver does and has it begin with another configuration. */
  renew(config: DriverConfig): Promise<void>
}

/** The driver answers at once even under load; it is on the same machine. */
const answerWithinMs = 10_000
/** A clock is read some times: the quickest answer tells its time best. */
const readings = 3

export function driverClient(url: string, token: string): DriverClient {
  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: string) => {
    const response = await request(`${url}/${path}`, {
      dispatcher: direct,
      method,
      headers: method === 'GET' ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(answerWithinMs),
    })
    const text = await response.body.text()
    if (response.statusCode >= 400)
      throw new Error(`${method} /${path}: ${response.statusCode} ${text.trim()}`)
    return text
  }
  const readClock = async (node: number) => {
    const [askedAt, askedMs] = [Date.now(), performance.now()]
    const { wallMs } = JSON.parse(await call('GET', `nodes/${node}/clock`)) as { wallMs: number }
    const tookMs = performance.now() - askedMs
    // A clock that is set meanwhile makes an answer look slow.
    return {
      tookMs: Math.max(tookMs, Math.abs(Date.now() - askedAt)),
      aheadMs: wallMs - askedAt - tookMs / 2,
    }
  }
  return {
    status: async () => JSON.parse(await call('GET', 'status')) as DriverStatus,
    clock: async () => JSON.parse(await call('GET', 'clock')) as DriverClock,
    post: async path => {
      await call('POST', path)
    },
    putMetrics: async text => {
      await call('PUT', harnessMetricsPath.slice(1), text)
    },
    begin: async (node, epoch, behaviour) => {
      await call('PUT', `nodes/${node}/epoch`, JSON.stringify({ epoch, ...(behaviour ? { behaviour } : {}) }))
    },
    renew: async config => {
      await call('POST', 'renew', JSON.stringify(config))
    },
    behaviours: {
      set: async (node, behaviour) => {
        await call('PUT', `nodes/${node}/behaviour`, JSON.stringify(behaviour ?? { name: 'correct' }))
      },
      read: async node => {
        const { name } = JSON.parse(await call('GET', `nodes/${node}/behaviour`)) as { name: string }
        return name
      },
      witness: async (node, ageMs) => {
        const evidence = evidenceSchema.parse(JSON.parse(await call('GET', `nodes/${node}/evidence`)))
        const seen = seenSchema.parse(JSON.parse(await call('GET', `nodes/${node}/seen?age=${ageMs}`)))
        return { node, ...evidence, seen }
      },
    },
    clocks: {
      set: async (node, aheadMs) => {
        await call('PUT', `nodes/${node}/clock`, JSON.stringify({ aheadMs }))
      },
      read: async node => {
        const read = []
        for (let i = 0; i < readings; i += 1) read.push(await readClock(node))
        return read.sort((a, b) => a.tookMs - b.tookMs)[0]!.aheadMs
      },
    },
  }
}
