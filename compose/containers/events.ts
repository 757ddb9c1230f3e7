import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { HarnessError } from '../../model/errors.ts'
import type { InstanceEvent } from '../../model/event.ts'
import type { EngineTimes } from '../engine/engine-times.ts'
import type { Asked } from './asked.ts'
import type { EngineDeed, Others } from './others.ts'

/** The part of the engine's event we read. */
interface EngineEvent {
  readonly Action: string
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> }
  /** Nanoseconds since the epoch, which a double cannot hold exactly; microseconds are left of it. */
  readonly timeNano: number
}

/** Times the event stream is opened although an engine that answers keeps ending it. */
const openedMax = 10

/** Which containers are watched, and for whom. */
export interface WatchedContainers {
  /** Milliseconds since the epoch: what happened earlier is of no interest. */
  readonly since: number
  /** Indexes of those that live in a container, by its full id; none where it is not one of the group. */
  readonly nodesIn: (container: string) => readonly number[]
  readonly asked: Asked
  readonly others: Others
  /** Called before the event of it is handed on, when somebody else has thawed a container. */
  readonly onThawed: (container: string) => Promise<void>
  /** Takes note of where a container is now. @returns whether it has other addresses than before, of somebody else's doing */
  readonly hasMoved: (container: string) => Promise<boolean>
  readonly times: Pick<EngineTimes, 'at'>
}

/**
 * What happens to containers until the signal aborts; what happens to one happens to all who live in it. A stream that breaks is
 * opened again from where it broke, so that no event is lost.
 * @throws HarnessError `engine-gone` when the engine does not come back
 */
export async function* watchContainers(
  docker: Docker,
  watched: WatchedContainers,
  signal: AbortSignal,
): AsyncGenerator<InstanceEvent> {
  let since = watched.since / 1000
  for (let opened = 1; !signal.aborted; opened++) {
    let failure: unknown = new Error('its event stream ended')
    try {
      for await (const event of readEvents(docker, since, signal)) {
        since = event.timeNano / 1e9 + 1e-6
        const read = readEvent(event, watched)
        const isForeign = (state: InstanceEvent['state']) =>
          read.some(each => each.state === state && !each.asked)
        if (isForeign('unpaused')) await watched.onThawed(containerOf(event))
        yield* read
        const mayMove = isForeign('started') || networkActions.includes(event.Action)
        if (mayMove && (await watched.hasMoved(containerOf(event)))) yield* movedEvents(event, watched)
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

async function* readEvents(docker: Docker, since: number, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  // Not by their labels: events of networks have none.
  const filters = {
    type: ['container', 'network'],
    event: [...Object.keys(states), 'kill', 'stop', ...networkActions],
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

/** What the engine remembers of requests to end a container between two times, in seconds since the epoch; both are over, or nearly. */
export async function readPastEvents(
  docker: Docker,
  container: string,
  between: { readonly since: number; readonly until: number },
): Promise<EngineDeed[]> {
  const filters = { type: ['container'], event: ['kill', 'stop'], container: [container] }
  const stream = (await docker.getEvents({ ...between, filters: JSON.stringify(filters) })) as Readable
  const found: EngineDeed[] = []
  for await (const line of lines(stream)) found.push(deedOf(JSON.parse(line) as EngineEvent))
  return found
}

function deedOf({ Action, Actor }: EngineEvent): EngineDeed {
  return { container: Actor.ID, action: Action, signal: Actor.Attributes.signal }
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

/** What is done to a network for a container, which is started or stopped, or which somebody moves. */
const networkActions = ['connect', 'disconnect']

function containerOf({ Action, Actor }: EngineEvent): string {
  return networkActions.includes(Action) ? (Actor.Attributes.container ?? '') : Actor.ID
}

function movedEvents(
  event: EngineEvent,
  { nodesIn, times }: Pick<WatchedContainers, 'nodesIn' | 'times'>,
): InstanceEvent[] {
  const at = times.at(event.timeNano / 1e6)
  return nodesIn(containerOf(event)).map(node => ({ type: 'container', at, node, state: 'moved' }))
}

const states: Readonly<Record<string, InstanceEvent['state']>> = {
  start: 'started',
  die: 'died',
  oom: 'oom',
  pause: 'paused',
  unpause: 'unpaused',
  destroy: 'removed',
}

/** An event of the engine in the words of the history, one line for each who lives in the container. */
export function readEvent(
  event: EngineEvent,
  { nodesIn, asked, others, times }: Pick<WatchedContainers, 'nodesIn' | 'asked' | 'others' | 'times'>,
): InstanceEvent[] {
  const { Action, Actor, timeNano } = event
  others.note(deedOf(event))
  const state = states[Action]
  const nodes = nodesIn(Actor.ID)
  if (state === undefined || nodes.length === 0) return []
  const { exitCode } = Actor.Attributes
  const isAsked = asked.caused({ container: Actor.ID, action: Action, timeNano })
  const isRequested = state === 'died' && !isAsked && others.haveEnded(Actor.ID)
  const at = times.at(timeNano / 1e6)
  return nodes.map(node => ({
    ...{ type: 'container', at, node, state },
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    ...(isAsked ? { asked: true } : {}),
    ...(isRequested ? { requested: true } : {}),
  }))
}

async function* lines(stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()!
    for (const part of parts) if (part.trim() !== '') yield part
  }
}
