import { describe, expect, it } from '@jest/globals'
import { createSituation } from '../../../harness/run/situation.ts'
import { createTelemetry, startTelling } from '../../../harness/run/telemetry.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { planOf } from '../../support/plan.ts'
import { samplesOf } from '../../support/scrape.ts'
import { until } from '../../support/until.ts'

const faults = [
  { kind: 'kill', at: '5s', for: '5s' },
  { kind: 'pause', at: '20s', for: '5s' },
]
const plan = planOf(4, { scenario: { faults } })

/** Everything that a telemetry tells after these events. */
async function told(events: readonly HistoryEvent[], of = plan): Promise<Map<string, number>> {
  const situation = createSituation(of)
  const telemetry = createTelemetry(of, situation)
  for (const event of events) {
    situation.note(event)
    telemetry.note(event)
  }
  return samplesOf(await telemetry.text())
}

const step = (
  id: string,
  name: 'inject' | 'injected' | 'heal' | 'healed',
  attested?: boolean,
): HistoryEvent => ({
  ...{ type: 'fault', at: 0, id, step: name },
  ...(attested === undefined ? {} : { attested, evidence: '' }),
})

describe('what the harness tells Prometheus', () => {
  it('how many running nodes behave how: as planned, and as a fault has it while it is in force', async () => {
    const switched = planOf(4, {
      scenario: {
        byzantine: [{ behaviour: 'silent', targets: 'node-0' }],
        faults: [{ kind: 'behaviour', as: 'forge', targets: 'node-1', at: '5s', for: '5s' }],
      },
    })
    const behaving = async (...events: HistoryEvent[]) => {
      const found = await told(events, switched)
      return ['silent', 'forge'].map(name => found.get(`whiteout_behaving_nodes{behaviour="${name}"}`))
    }
    const [begun, over] = [step('behaviour-1', 'inject'), step('behaviour-1', 'healed', true)]
    expect(await behaving()).toEqual([1, 0])
    expect(await behaving(begun)).toEqual([1, 1])
    expect(await behaving(begun, { type: 'container', at: 0, node: 0, state: 'died' })).toEqual([0, 1])
    expect(await behaving(begun, over)).toEqual([1, 0])
  })

  it('a fault is in force from the begin of its injection to the measured end of its healing', async () => {
    const steps = [
      step('kill-1', 'inject'),
      step('kill-1', 'injected', true),
      step('kill-1', 'heal'),
      step('kill-1', 'healed', true),
    ]
    const inForce = await Promise.all(
      [0, 1, 2, 3, 4].map(async count =>
        (await told(steps.slice(0, count))).get('whiteout_fault_active{kind="kill",fault="kill-1"}'),
      ),
    )
    expect(inForce).toEqual([0, 1, 1, 1, 0])
  })

  it('every fault of the plan is there from the start, so that a chart knows of it', async () => {
    const names = [...(await told([])).keys()].filter(name => name.startsWith('whiteout_fault_active'))
    expect(names).toEqual([
      'whiteout_fault_active{kind="kill",fault="kill-1"}',
      'whiteout_fault_active{kind="pause",fault="pause-1"}',
    ])
  })

  it('steps that were not measured to have happened are counted apart', async () => {
    const counts = await told([step('kill-1', 'injected', true), step('pause-1', 'injected', false)])
    expect(counts.get('whiteout_fault_steps_total{step="injected",attested="true"}')).toBe(1)
    expect(counts.get('whiteout_fault_steps_total{step="injected",attested="false"}')).toBe(1)
    expect(counts.get('whiteout_fault_steps_total{step="healed",attested="false"}')).toBe(0)
  })

  it('a container that does not run uses nothing that could be told', async () => {
    const samples = await told([
      { type: 'resources', at: 0, memoryBytes: [1, 2, 3, 4], cpuSeconds: [0.5, 1, 1, 1] },
      { type: 'container', at: 0, node: 2, state: 'died' },
      { type: 'resources', at: 0, memoryBytes: [5, 6, null, 8], cpuSeconds: [0.75, 2, null, 2] },
    ])
    expect(samples.get('whiteout_container_memory_bytes{node="node-0"}')).toBe(5)
    expect(samples.get('whiteout_container_cpu_seconds_total{node="node-0"}')).toBe(0.75)
    expect([...samples.keys()].filter(name => name.includes('node-2'))).toEqual([])
    expect(samples.get('whiteout_nodes{state="crashed"}')).toBe(1)
    expect(samples.get('whiteout_nodes{state="correct"}')).toBe(3)
  })

  it('who used the cores, from the first sample on', async () => {
    const noise = (others: number): HistoryEvent => ({
      ...{ type: 'noise', at: 0, forMs: 1000, cores: 2, busy: 1 + others, steal: 0.125, throttled: 0 },
      ...{ containers: 0.5, engine: 0.25, harness: 0.25, interrupts: 0 },
      pressure: { cpu: 0.5, memory: 0, io: 0 },
    })
    expect([...(await told([])).keys()].filter(name => name.startsWith('whiteout_host'))).toEqual([])
    const samples = await told([noise(0.5), noise(0.25), noise(-0.125)])
    const of = (who: string) => samples.get(`whiteout_host_cpu_seconds_total{who="${who}"}`)
    expect(['containers', 'engine', 'harness', 'others', 'steal'].map(of)).toEqual([
      1.5, 0.75, 0.75, 0.75, 0.375,
    ])
    expect(samples.get('whiteout_host_cores')).toBe(2)
    expect(samples.get('whiteout_host_pressure_seconds_total{resource="cpu"}')).toBe(1.5)
  })

  it('a paused node is not one that takes part, and a crashed one is not paused', () => {
    const situation = createSituation(plan)
    const [paused] = plan.faults.find(({ id }) => id === 'pause-1')!.targets
    situation.note(step('pause-1', 'inject'))
    expect(situation.nodes).toEqual({ correct: 3, byzantine: 0, paused: 1, crashed: 0 })
    situation.note({ type: 'container', at: 0, node: paused!, state: 'died' })
    expect(situation.nodes).toEqual({ correct: 3, byzantine: 0, paused: 0, crashed: 1 })
    situation.note({ type: 'container', at: 0, node: paused!, state: 'started' })
    situation.note(step('pause-1', 'healed', true))
    expect(situation.nodes).toEqual({ correct: 4, byzantine: 0, paused: 0, crashed: 0 })
  })

  it('nodes are counted by their identities: a twin is one, also with one container down, and of a Sybil none is left', () => {
    const byzantine = [
      { behaviour: 'twin', targets: 'node-1' },
      { behaviour: 'silent', targets: 'node-2, node-3', identities: 2 },
    ]
    const situation = createSituation(planOf(6, { scenario: { byzantine } }))
    expect(situation.nodes).toEqual({ correct: 3, byzantine: 3, paused: 0, crashed: 0 })
    situation.note({ type: 'container', at: 0, node: 6, state: 'died' })
    expect(situation.nodes).toEqual({ correct: 3, byzantine: 3, paused: 0, crashed: 0 })
    for (const node of [2, 3]) situation.note({ type: 'container', at: 0, node, state: 'died' })
    expect(situation.nodes).toEqual({ correct: 3, byzantine: 1, paused: 0, crashed: 2 })
  })

  it('is told once for all that comes while a call is under way, and again after one that failed', async () => {
    const situation = createSituation(plan)
    const calls: { text: string; end: PromiseWithResolvers<void> }[] = []
    using telling = startTelling(createTelemetry(plan, situation), {
      putMetrics: text => {
        const end = Promise.withResolvers<void>()
        calls.push({ text, end })
        return end.promise
      },
    })
    const note = (event: HistoryEvent) => {
      situation.note(event)
      telling.note(event)
    }
    note(step('kill-1', 'inject'))
    await until('the first call', () => calls.length === 1)
    note(step('kill-1', 'injected', true))
    note(step('kill-1', 'heal'))
    note(step('kill-1', 'healed', true))
    calls[0]!.end.reject(new Error('no answer'))
    await until('the second call', () => calls.length === 2)
    expect(samplesOf(calls[1]!.text).get('whiteout_fault_active{kind="kill",fault="kill-1"}')).toBe(0)
    calls[1]!.end.resolve()
    note(step('pause-1', 'inject'))
    await until('the third call', () => calls.length === 3)
  })
})
