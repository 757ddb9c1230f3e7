import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { HarnessError } from '../model/errors.ts'
import type { ContainerEvent } from '../model/event.ts'
import { labels } from './labels.ts'

/** The part of the engine's event we read. */
interface EngineEvent {
  readonly Action: string
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> }
  /** Nanoseconds since the epoch, which a double cannot hold exactly; microseconds are left of it. */
  readonly timeNano: number
}

/** Times the event stream is opened although an engine that answers keeps ending it. */
const openedMax = 10

/**
 * Starts and deaths of a run's node containers from `since` (milliseconds since the epoch) until the signal aborts.
 * A stream that breaks is opened again from where it broke, so that no event is lost.
 * @throws HarnessError `engine-gone` when the engine does not come back
 */
export async function* watchContainers(
  docker: Docker,
  options: { readonly run: string; readonly since: number; readonly signal: AbortSignal },
): AsyncGenerator<ContainerEvent> {
  const { run, signal } = options
  let since = options.since / 1000
  for (let opened = 1; !signal.aborted; opened++) {
    let failure: unknown = new Error('its event stream ended')
    try {
      for await (const event of readEvents(docker, run, since, signal)) {
        since = event.timeNano / 1e9 + 1e-6
        const container = readEvent(event)
        if (container !== undefined) yield container
      }
    } catch (error) {
      failure = error
    }
    if (signal.aborted) return
    const answers = await docker.ping().then(
      () => true,
      () => false,
    )
    if (!answers || opened === openedMax) throw engineGone(failure)
  }
}

async function* readEvents(
  docker: Docker,
  run: string,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const filters = {
    type: ['container'],
    event: ['start', 'die', 'oom'],
    label: [`${labels.run}=${run}`, `${labels.role}=node`],
  }
  const stream = (await docker.getEvents({ since, filters: JSON.stringify(filters) })) as Readable
  const stop = () => stream.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) return
    for await (const line of lines(stream)) yield JSON.parse(line) as EngineEvent
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

function engineGone(cause: unknown): HarnessError {
  return new HarnessError({
    code: 'engine-gone',
    message: `the Docker Engine went away during the run (${(cause as Error).message})`,
    next: 'start the engine again ("docker info" must answer); what is left of this run is removed by the next one, or by "npm run down"',
    exitCode: 69,
    cause,
  })
}

const states: Readonly<Record<string, ContainerEvent['state']>> = {
  start: 'started',
  die: 'died',
  oom: 'oom',
}

/** An event of the engine in the words of the history; undefined for one that is none of ours. */
export function readEvent(event: EngineEvent): ContainerEvent | undefined {
  const { [labels.node]: node, exitCode } = event.Actor.Attributes
  const state = states[event.Action]
  if (node === undefined || state === undefined) return undefined
  return {
    type: 'container',
    at: event.timeNano / 1e6,
    node: Number(node),
    state,
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
  }
}

async function* lines(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()!
    for (const part of parts) if (part.trim() !== '') yield part
  }
}
