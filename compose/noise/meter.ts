import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import type Docker from 'dockerode'
import type { NoiseMeter } from '../../model/backend.ts'
import type { RunClock } from '../../model/clock.ts'
import type { NoiseEvent } from '../../model/event.ts'
import type { Engine } from '../engine/engine.ts'
import { findRunCgroup } from './cgroup.ts'
import { accountsForInterrupts, type CpuTimes, parseCpuTimes } from './cpu-times.ts'
import { readPressure } from './pressure.ts'
import { Processes } from './processes.ts'

/** Counters since some time in the past; what happened lies between two readings. */
export type Reading = Pick<
  NoiseEvent,
  'containers' | 'engine' | 'harness' | 'interrupts' | 'throttled' | 'pressure'
> &
  Pick<CpuTimes, 'cores' | 'idle' | 'steal'> & {
    /** Milliseconds of a monotonic clock. */
    readonly ms: number
  }

/**
 * Opens a meter of the machine that a run's containers share.
 *
 * @param containers full ids of all containers of the run
 * @param first a container of the run that runs
 * @param clock of the run
 * @returns the reason where the machine cannot be observed from here
 */
export async function openNoiseMeter(
  { isLocal }: Pick<Engine, 'isLocal'>,
  containers: ReadonlySet<string>,
  first: Docker.Container,
  clock: Pick<RunClock, 'now'>,
): Promise<NoiseMeter | { readonly unobservable: string }> {
  const unobservable = (reason: string) => ({ unobservable: reason })
  if (!isLocal) return unobservable('the engine runs in another kernel')
  if (readCpuTimes() === undefined) return unobservable('/proc/stat has no CPU times here')
  const { State } = await first.inspect()
  const group = findRunCgroup(readHere(`/proc/${State.Pid}/cgroup`) ?? '', readHere)
  if (group === undefined) return unobservable('the cgroups of its containers cannot be read from here')
  const processes = new Processes(id => containers.has(id))
  if (!processes.seesEngine) return unobservable("the engine's processes cannot be seen from here")
  const isApart = accountsForInterrupts(readHere, release())
  const read = (): Reading | undefined => {
    const ms = performance.now()
    const times = readCpuTimes()
    const used = group.used()
    if (times === undefined || used === null) return undefined
    const { engine, harness, softirqs } = processes.read()
    const pressure = readPressure(readHere)
    return {
      ms,
      ...{ cores: times.cores, idle: times.idle, steal: times.steal },
      ...{ containers: used, engine, harness },
      // Where interrupts are not accounted for apart, they are in the time of whom they interrupt, except for the kernel's own threads.
      interrupts: isApart ? times.interrupts : softirqs,
      throttled: group.throttled(),
      ...(pressure === undefined ? {} : { pressure }),
    }
  }
  let last = read()
  return {
    sample: () => {
      const now = read()
      const event = now && last && between(last, now, clock.now())
      last = now
      return event
    },
  }
}

/** What happened between two readings. Pure. */
export function between(before: Reading, now: Reading, at: number): NoiseEvent {
  const since = (name: Exclude<keyof Reading, 'pressure'>) => rounded(now[name] - before[name])
  const forMs = now.ms - before.ms
  const capacity = (now.cores * forMs) / 1000
  return {
    ...{ type: 'noise', at, forMs: Math.round(forMs), cores: now.cores },
    busy: rounded(Math.min(capacity, capacity - since('idle') - since('steal'))),
    ...{ containers: since('containers'), engine: since('engine'), harness: since('harness') },
    ...{ interrupts: since('interrupts'), steal: since('steal'), throttled: since('throttled') },
    ...(now.pressure && before.pressure ? { pressure: pressureBetween(before.pressure, now.pressure) } : {}),
  }
}

function pressureBetween(
  before: NonNullable<Reading['pressure']>,
  now: NonNullable<Reading['pressure']>,
): NonNullable<NoiseEvent['pressure']> {
  const since = (name: keyof typeof now) => rounded(now[name] - before[name])
  return { cpu: since('cpu'), memory: since('memory'), io: since('io') }
}

/** Counters never run backwards; some, such as that of waiting for disks, do it for a moment. To the millisecond: no counter is finer. */
function rounded(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1000) / 1000)
}

function readCpuTimes(): CpuTimes | undefined {
  return parseCpuTimes(readHere('/proc/stat') ?? '')
}

/** Files of proc and sysfs are short and never block. */
function readHere(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}
