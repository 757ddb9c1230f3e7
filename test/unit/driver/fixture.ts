import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DriverOptions, type RunningDriver, startDriver } from '../../../harness/driver/driver.ts'
import type { DriverConfig } from '../../../model/driver-config.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { until } from '../../../model/ports/time.ts'
import type { Workload } from '../../../workload/schedule.ts'
import { time } from '../../support/clock.ts'
import { type ContractNetwork, startContractNetwork } from './contract-node.ts'

const token = 'token-of-the-run'

const workload: Workload = {
  rate: 200,
  warmupMs: 0,
  durationMs: 1_000,
  arrival: 'constant',
  payloadBytes: 16,
  conflictShare: 0,
  batchMs: 50,
  settleDeadlineMs: 8_000,
  contestedDeadlineMs: 0,
}

/** A real driver on a network of contract nodes. */
export interface DrivenNetwork extends AsyncDisposable {
  readonly network: ContractNetwork
  readonly driver: RunningDriver
  readonly config: DriverConfig
  readonly url: string
  post(path: string, bearer?: string): Promise<number>
  /** Waits for all nodes, starts the load and waits for the end; returns the driver's whole history. */
  play(): Promise<HistoryEvent[]>
  startLoad(): Promise<void>
  history(from?: number): Promise<HistoryEvent[]>
}

export async function driveNetwork(
  options: {
    nodes?: number
    byzantine?: readonly number[]
    twins?: readonly number[]
    evidence?: boolean
    workload?: Partial<Workload>
    collect?: Partial<DriverConfig['collect']>
    clock?: DriverConfig['clock']
    driver?: Partial<DriverOptions>
    /** Done to the nodes before the driver starts. */
    prepare?: (network: ContractNetwork) => void
  } = {},
): Promise<DrivenNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'whiteout-driver-'))
  const network = await startContractNetwork(options.nodes ?? 4)
  options.prepare?.(network)
  const config: DriverConfig = {
    schema: 1,
    run: 'run',
    seed: 'fixture',
    port: 0,
    nodes: [...network.urls],
    ...(options.byzantine ? { byzantine: options.byzantine } : {}),
    ...(options.twins ? { twins: options.twins } : {}),
    ...(options.evidence === undefined ? {} : { evidence: options.evidence }),
    ...(options.clock ? { clock: options.clock } : {}),
    workload: { ...workload, ...options.workload },
    collect: { answerMs: 500, quietMs: 2_000, mostMs: 20_000, ...options.collect },
  }
  const spoolPath = join(directory, 'history.ndjson')
  const driver = await startDriver(config, { token, spoolPath, ...options.driver })
  const url = `http://127.0.0.1:${driver.port}`
  const post = async (path: string, bearer = token) => {
    const headers = { authorization: `Bearer ${bearer}` }
    return (await fetch(`${url}${path}`, { method: 'POST', headers })).status
  }
  const history = async (from = 0) => {
    const text = await (await fetch(`${url}/history?from=${from}`)).text()
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as HistoryEvent)
  }
  const startLoad = async () => {
    await waitUntil(() => driver.status().phase === 'ready')
    if ((await post('/load')) !== 202) throw new Error('the load was refused')
  }
  return {
    ...{ network, driver, config, url, post, history, startLoad },
    play: async () => {
      await startLoad()
      await driver.ended
      return await history()
    },
    [Symbol.asyncDispose]: async () => {
      await driver[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export async function waitUntil(condition: () => boolean, withinMs = 20_000): Promise<void> {
  const inTime = await until(time, condition, { withinMs, everyMs: 10, signal: new AbortController().signal })
  if (!inTime) throw new Error(`not within ${withinMs} ms: ${condition}`)
}

type Kind = HistoryEvent['type']

export function only<K extends Kind>(
  history: readonly HistoryEvent[],
  type: K,
): Extract<HistoryEvent, { type: K }>[] {
  return history.filter((event): event is Extract<HistoryEvent, { type: K }> => event.type === type)
}
