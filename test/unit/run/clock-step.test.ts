import { EventEmitter, on } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { readHistory } from '../../../harness/history/reader.ts'
import { historyFile, openHistory } from '../../../harness/history/writer.ts'
import { machineClocks } from '../../../harness/machine-clocks.ts'
import { createRunDirectory, writeInputs } from '../../../harness/records/directory.ts'
import { judgeDirectory } from '../../../harness/records/judge.ts'
import { beginEvent } from '../../../harness/run/begin.ts'
import type { WatchedContext } from '../../../harness/run/context.ts'
import { driverClient } from '../../../harness/run/driver-client.ts'
import { closeHistory } from '../../../harness/run/ending.ts'
import { startMonitor } from '../../../harness/run/monitor.ts'
import { createSituation } from '../../../harness/run/situation.ts'
import { collectStage } from '../../../harness/run/stages/collect.ts'
import { loadStage } from '../../../harness/run/stages/load.ts'
import { settleStage } from '../../../harness/run/stages/settle.ts'
import type { NodeState, RunningNetwork } from '../../../model/backend.ts'
import { RunClock } from '../../../model/clock.ts'
import type { ClockEvent, InstanceEvent } from '../../../model/event.ts'
import type { Verdict } from '../../../model/verdict.ts'
import { planOf } from '../../support/plan.ts'
import { type DrivenNetwork, driveNetwork, waitUntil } from '../driver/fixture.ts'

const nodes = 4
const plan = planOf(nodes, {
  scenario: {
    workload: { rate: 50, duration: '3s', warmup: '0s' },
    faults: [{ kind: 'kill', targets: 'node-3', at: '1s', for: '1s' }],
    expect: { throughput: 'measured' },
  },
})
/** A figure that depended on the clock would be off by a minute; a machine that others use as well is slower by far less. */
const slowMs = 30_000

/** In the middle of the fault. */
const setAfterMs = 1500

const { now: realNow } = Date
afterEach(() => {
  Date.now = realNow
})

/** Containers around the nodes of a driven network: killing one ends its server. */
function containersOf({ network, url }: DrivenNetwork, clock: RunClock): RunningNetwork {
  const events = new EventEmitter()
  const states: NodeState[] = network.nodes.map(() => 'running')
  const become = (node: number, is: NodeState, state: InstanceEvent['state']) => {
    states[node] = is
    events.emit('event', { type: 'container', at: clock.now(), node, state, asked: true })
  }
  return {
    driverUrl: url,
    places: network.nodes.map((_, node) => ({ name: `node-${node}`, addresses: [], container: `${node}` })),
    stateOf: async (node: number) => states[node]!,
    kill: async (node: number) => {
      await network.nodes[node]!.kill()
      become(node, 'down', 'died')
    },
    revive: async (node: number) => {
      await network.nodes[node]!.start()
      become(node, 'running', 'started')
    },
    unpause: async () => {},
    watch: async function* (signal: AbortSignal) {
      const heard = on(events, 'event', { signal })
      try {
        for await (const [event] of heard) yield event
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
    sampleResources: async () => ({ type: 'resources', at: clock.now(), memoryBytes: [], cpuSeconds: [] }),
    openNoiseMeter: async () => ({ unobservable: 'in a test' }),
  } as unknown as RunningNetwork
}

interface Played {
  readonly verdict: Verdict
  /** What the person is told. */
  readonly lines: readonly string[]
  readonly clocks: readonly ClockEvent[]
}

/** Plays load, fault, settling and collection as a run does, and judges the history. */
async function played(setByMs: number, kernel: 'same' | 'another'): Promise<Played> {
  const root = await mkdtemp(join(tmpdir(), 'whiteout-step-'))
  const clock = new RunClock(machineClocks)
  const { workload } = plan
  const known = kernel === 'same' ? clock.origin! : { ...clock.origin!, boot: 'another' }
  await using driven = await driveNetwork({ nodes, workload, clock: known })
  const { run, directory } = await createRunDirectory(root, 'step')
  await writeInputs(directory, plan, '', clock.origin)
  const history = await openHistory(directory)
  const situation = createSituation(plan)
  const never = new AbortController().signal
  const interrupts = { stop: never, hurry: never, [Symbol.dispose]: () => {} }
  const engine = { cpus: 2, memoryBytes: 2 ** 30, kernel: 'k', version: 'v', isLocal: true }
  const lines: string[] = []
  const reporter = {
    ...{ stage: () => {}, progress: () => {}, close: async () => {} },
    line: (line: string) => void lines.push(line),
  }
  const context = {
    ...{ plan, run, directory, clock, history, situation, interrupts, reporter, engine },
  } as unknown as WatchedContext
  history.append(await beginEvent({ engine, run, clock }))
  try {
    await waitUntil(() => driven.driver.status().phase === 'ready')
    const network = containersOf(driven, clock)
    const driver = driverClient(driven.url, 'token-of-the-run')
    const timer = setTimeout(() => {
      Date.now = () => realNow() + setByMs
    }, setAfterMs)
    {
      await using monitor = startMonitor(context, network, driver)
      await loadStage(context, network, driver, monitor)
      await settleStage(context, driver, monitor)
      await collectStage(context, driver, monitor)
    }
    clearTimeout(timer)
    await closeHistory(context, undefined, interrupts)
    const clocks: ClockEvent[] = []
    for await (const event of readHistory(join(directory, historyFile)))
      if (event.type === 'clock') clocks.push(event)
    return { verdict: (await judgeDirectory(directory)).verdict, lines, clocks }
  } finally {
    Date.now = realNow
    await rm(root, { recursive: true, force: true })
  }
}

describe('a clock on the wall that is set during a load', () => {
  it.each([
    [0, 'same', []],
    [60_000, 'same', ['forwards']],
    [-60_000, 'same', ['back']],
    [60_000, 'another', ['forwards']],
  ] as const)(
    'by %d ms with the driver on %s kernel changes no figure, and is named',
    async (setByMs, kernel, ways) => {
      const { verdict, lines, clocks } = await played(setByMs, kernel)
      const { metrics, checks } = verdict
      // Other tests share the cores with this driver.
      const judged = checks.filter(({ name }) => name !== 'driver-health')
      expect(judged.filter(check => check.verdict !== 'pass')).toEqual([])
      expect(metrics).toMatchObject({ submitted: 150, accepted: 150, lost: 0 })
      // The driver's own clock says how long its load was.
      expect(metrics.intendedTps).toBeCloseTo(50, 0)
      // With the step in it the load would have lasted for a minute: 2.4 TPS.
      expect(metrics.tps).toBeGreaterThan(4)
      expect(metrics.finalityMs.p95).toBeLessThan(slowMs)
      expect(checks.find(({ name }) => name === 'faults')?.message).toBe(
        '1 fault happened and healed, as measured',
      )
      const [recovery] = metrics.recoveries
      expect(recovery?.firstDecisionMs).toBeLessThan(slowMs)
      expect(recovery?.levelMs).toBeLessThan(slowMs)
      expect(metrics.clockSteps).toEqual(
        ways.map(() => ({ atSeconds: expect.any(Number), byMs: expect.any(Number) })),
      )
      for (const { byMs } of metrics.clockSteps!) expect(Math.abs(byMs - setByMs)).toBeLessThan(250)
      const after =
        kernel === 'same'
          ? 'no figure of this run depends on the wall clock'
          : "the driver's clock is compared again"
      expect(lines.filter(line => line.startsWith('the clock on the wall'))).toEqual(
        ways.map(way => `the clock on the wall was set ${way} by 60.0 s; ${after}`),
      )
      expect(clocks.map(({ is, when }) => [is, when])).toEqual(
        ['start', ...ways.map(() => 'step'), 'end'].map(when => [
          kernel === 'same' ? 'shared' : 'offset',
          when,
        ]),
      )
    },
  )
})
