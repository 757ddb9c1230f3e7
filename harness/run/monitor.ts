import { setTimeout as delay } from 'node:timers/promises'
import type { RunningNetwork } from '../../model/backend.ts'
import { NoiseTrack } from '../checkers/noise-track.ts'
import { pullHistory } from '../history/pull.ts'
import { watchClocks } from './clock-watch.ts'
import { type ContainerWatch, watchContainers } from './container-watch.ts'
import { note, type RunContext } from './context.ts'
import type { DriverClient } from './driver-client.ts'

/** What goes on beside the stages: events of containers, resources, and the driver's history as it comes. */
export interface Monitor extends AsyncDisposable, Pick<ContainerWatch, 'feed' | 'dead'> {
  /** Aborts when the run cannot go on, with the reason: the engine went away, the disk is full. */
  readonly trouble: AbortSignal
  /** Nodes whose output is worth keeping although they run, such as those that never got ready. */
  readonly suspects: Set<number>
  /** What other programs took of the cores so far. */
  readonly noise: NoiseTrack
  /** Resolves once the driver's history has been read to its end. */
  readonly collected: Promise<void>
}

/** Five samples of a short run tell more than one; 500 nodes cost some 20 ms of CPU each time. */
const sampleEveryMs = 5000
/** What others take comes in bursts that a longer sample would flatten. */
const noiseEveryMs = 1000

export function startMonitor(
  context: RunContext,
  network: RunningNetwork,
  driver: Pick<DriverClient, 'clock'>,
): Monitor {
  const { history, clock } = context
  const stop = new AbortController()
  const trouble = new AbortController()
  const noise = new NoiseTrack()
  const fail = (error: unknown) => {
    if (!stop.signal.aborted) trouble.abort(error)
  }

  const { feed, dead, done } = watchContainers(network, event => history.append(event), stop.signal)
  const sample = async () => {
    let isNoted = false
    while (!stop.signal.aborted) {
      const resources = await network.sampleResources()
      if (resources.memoryBytes.some(bytes => bytes !== null)) history.append(resources)
      else if (!isNoted) {
        isNoted = true
        note(
          context,
          'info',
          'memory and CPU of nodes cannot be read: the engine does not run on this kernel, or keeps its cgroups elsewhere',
        )
      }
      await delay(sampleEveryMs, undefined, { signal: stop.signal }).catch(() => {})
    }
  }
  const measureNoise = async () => {
    // A figure that cannot be had costs no run its verdict.
    const meter = await network.openNoiseMeter().catch(error => ({ unobservable: `${error.message}` }))
    if ('unobservable' in meter) {
      history.append({ type: 'noise-unobservable', at: clock.now(), reason: meter.unobservable })
      return
    }
    while (!stop.signal.aborted) {
      await delay(noiseEveryMs, undefined, { signal: stop.signal }).catch(() => {})
      const event = meter.sample()
      if (event === undefined) continue
      noise.add(event)
      history.append(event)
    }
  }
  const clocks = watchClocks(context, driver)
  const collected = pullHistory({
    url: network.driverUrl,
    history,
    timing: clocks.timing,
    signal: stop.signal,
  })
  const tasks = [done, sample(), measureNoise(), collected].map(task => task.catch(fail))
  history.failed.then(fail)

  return {
    trouble: trouble.signal,
    feed,
    dead,
    suspects: new Set(),
    noise,
    collected,
    [Symbol.asyncDispose]: async () => {
      await clocks[Symbol.asyncDispose]()
      stop.abort()
      await Promise.all(tasks)
    },
  }
}
