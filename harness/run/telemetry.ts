import { Counter, Gauge, Registry } from 'prom-client'
import type { FaultEvent, HistoryEvent, NoiseEvent, ResourcesEvent } from '../../model/event.ts'
import { othersOf } from '../../model/noise.ts'
import type { Plan } from '../../model/plan.ts'
import type { DriverClient } from './driver-client.ts'
import type { Situation } from './situation.ts'

/** What the harness knows and Prometheus could not ask anybody else: faults, containers and what they use. */
export interface Telemetry {
  /** Takes what the harness itself writes into the history. */
  note(event: HistoryEvent): void
  /** The Prometheus text. */
  text(): Promise<string>
}

export function createTelemetry({ nodes, faults }: Plan, situation: Situation): Telemetry {
  const registers = [new Registry()]
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `whiteout_${name}`, help, labelNames, registers })
  const active = gauge('fault_active', '1 while an occurrence of a fault is in force', ['kind', 'fault'])
  for (const { id, fault } of faults) active.set({ kind: fault.kind, fault: id }, 0)
  const steps = new Counter({
    name: 'whiteout_fault_steps_total',
    help: 'faults injected, seen by peers and healed, by whether that was measured to be so',
    labelNames: ['step', 'attested'],
    registers,
  })
  for (const step of ['injected', 'seen', 'healed'])
    for (const attested of ['true', 'false']) steps.inc({ step, attested }, 0)
  const states = gauge('nodes', 'nodes by what they are now', ['state'])
  const behaving = gauge('behaving_nodes', 'nodes by the behaviour they have now, as planned', ['behaviour'])
  const memory = gauge('container_memory_bytes', 'memory that a node holds alone, by its cgroup', ['node'])
  const cpu = new Counter({
    name: 'whiteout_container_cpu_seconds_total',
    help: 'CPU time of a node since its container started, by its cgroup',
    labelNames: ['node'],
    registers,
  })

  let machine: ReturnType<typeof machineMetrics> | undefined

  const noteFault = ({ step, attested }: FaultEvent) => {
    const inForce = new Set(situation.faults.map(({ id }) => id))
    for (const { id, fault } of faults) active.set({ kind: fault.kind, fault: id }, inForce.has(id) ? 1 : 0)
    if (attested !== undefined) steps.inc({ step, attested: String(attested) })
  }
  /** A container that does not run has no series: nothing looks as if it used nothing. */
  const noteResources = ({ memoryBytes, cpuSeconds }: ResourcesEvent) => {
    memory.reset()
    cpu.reset()
    for (const { index, name: node } of nodes) {
      const [bytes, seconds] = [memoryBytes[index] ?? null, cpuSeconds[index] ?? null]
      if (bytes !== null) memory.set({ node }, bytes)
      if (seconds !== null) cpu.inc({ node }, seconds)
    }
  }
  return {
    note: event => {
      if (event.type === 'fault') noteFault(event)
      if (event.type === 'resources') noteResources(event)
      if (event.type === 'noise') {
        machine ??= machineMetrics(registers)
        machine.note(event)
      }
    },
    text: () => {
      for (const [state, count] of Object.entries(situation.nodes)) states.set({ state }, count)
      for (const [behaviour, count] of Object.entries(situation.behaviours))
        behaving.set({ behaviour }, count)
      return registers[0]!.metrics()
    },
  }
}

/** Who uses the cores of the machine. Made with the first sample, so that there are no series where this cannot be observed. */
function machineMetrics(registers: Registry[]) {
  const cores = new Gauge({ name: 'whiteout_host_cores', help: 'cores of the machine', registers })
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: `whiteout_host_${name}_seconds_total`, help, labelNames, registers })
  const used = counter('cpu', 'CPU time of all cores by who had it', ['who'])
  const pressure = counter('pressure', 'time in which some task waited for a resource', ['resource'])
  const throttled = counter('throttled', 'CPU time that a quota around the run held back')
  return {
    note: (event: NoiseEvent) => {
      cores.set(event.cores)
      const { containers, engine, harness, interrupts, steal } = event
      const others = Math.max(0, othersOf(event))
      for (const [who, seconds] of Object.entries({ containers, engine, harness, interrupts, steal, others }))
        used.inc({ who }, seconds)
      for (const [resource, seconds] of Object.entries(event.pressure ?? {}))
        pressure.inc({ resource }, seconds)
      throttled.inc(event.throttled)
    },
  }
}

/** Keeps Prometheus told, by way of the driver, until disposed. */
interface Telling extends Disposable {
  /** Takes what the harness itself writes into the history. */
  note(event: HistoryEvent): void
}

/** The driver forgets what it has not heard of for three times as long. */
const tellEveryMs = 5000

/**
 * Tells the driver what the harness has to say to Prometheus after every event that matters to it, and every 5 s: one call at a time, and one
 * more for all that came meanwhile. A call that fails is made up for by the next.
 */
export function startTelling(telemetry: Telemetry, driver: Pick<DriverClient, 'putMetrics'>): Telling {
  let isTelling = false
  let isStale = false
  const tell = async () => {
    isStale = true
    if (isTelling) return
    isTelling = true
    while (isStale) {
      isStale = false
      await driver.putMetrics(await telemetry.text()).catch(() => {})
    }
    isTelling = false
  }
  const timer = setInterval(tell, tellEveryMs)
  return {
    note: event => {
      telemetry.note(event)
      if (['fault', 'resources', 'container', 'stage'].includes(event.type)) void tell()
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
