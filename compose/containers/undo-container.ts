import type Docker from 'dockerode'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { UndoEntryOf as Entry, UndoJournal } from '../../model/undo.ts'
import { isAskedToEnd, wasAskedToEnd } from './asked-to-end.ts'
import type { Others } from './others.ts'

type LimitedEntry = Entry<'limited-cpu' | 'limited-memory'>
type State = Docker.ContainerInspectInfo['State']

/** Whether the life that a fault ended is the last one: who started the container since, and what ended it then, is not ours. */
export function isStillEnded({ Running, StartedAt }: State, { startedAt }: Entry<'ended'>): boolean {
  return !Running && StartedAt === startedAt
}

/** Whether it is frozen, and has been since a fault froze it as far as can be told. */
export function isStillPaused({ Paused, StartedAt }: State, { startedAt }: Entry<'paused'>): boolean {
  return Paused && StartedAt === startedAt
}

/** Exit code of a process that SIGKILL ended, as the kernel does when there is no memory left; engines miss the reason at times. */
const killed = 137

/**
 * Whether it may be down because it wanted more memory than a fault left it: a signal of somebody else looks the same. The kernel may have killed a
 * child of it, and it came to its own end later.
 */
export function isStarved({ Running, OOMKilled, ExitCode }: State): boolean {
  return !Running && ExitCode !== 0 && (OOMKilled || ExitCode === killed)
}

/**
 * Starts a container that a fault ended, when it is still down of that; crossed out once it is known to have begun another life, or that
 * nobody asked it to end.
 * @returns whether it was started now
 * @throws Error while it has not ended yet, because it takes its time or the engine was asked a moment ago
 */
export async function undoEnding(
  docker: Docker,
  journal: UndoJournal,
  entry: Entry<'ended'>,
): Promise<boolean> {
  const container = docker.getContainer(entry.container)
  const { State, Config } = await container.inspect()
  if (State.Running && State.StartedAt === entry.startedAt) {
    const isAsked = entry.isAsked ?? (await isAskedToEnd(docker, entry.container, { State, Config }))
    if (isAsked) {
      // The engine forgets it soon.
      await journal.add([{ ...entry, isAsked }])
      throw stillEnding(entry)
    }
  }
  const isOurs = isStillEnded(State, entry)
  if (isOurs) await start(container, entry.startedAt)
  await journal.remove([entry])
  return isOurs
}

function stillEnding({ name }: Entry<'ended'>): HarnessError {
  return new HarnessError({
    code: 'still-ending',
    message: `${name} was asked to end and has not ended yet`,
    next: 'wait until it has, or end it with "docker kill"; then heal again',
    exitCode: exitCodes.unavailable,
  })
}

/** Thaws a container that a fault froze. @returns whether it was frozen still */
export async function undoPause(
  docker: Docker,
  journal: UndoJournal,
  entry: Entry<'paused'>,
): Promise<boolean> {
  const container = docker.getContainer(entry.container)
  const isOurs = isStillPaused((await container.inspect()).State, entry)
  if (isOurs) {
    await container.unpause()
    if ((await container.inspect()).State.Paused) throw new Error('it is still frozen')
  }
  await journal.remove([entry])
  return isOurs
}

/**
 * Starts a container that a limit of memory killed. Its limits are back already, which the shaper has seen.
 * @param others what was asked of containers, as far as that was watched
 * @returns whether it did
 */
export async function undoStarving(
  docker: Docker,
  journal: UndoJournal,
  entry: LimitedEntry,
  others?: Pick<Others, 'haveEnded'>,
): Promise<boolean> {
  const container = docker.getContainer(entry.container)
  const { State } = await container.inspect()
  const ended = journal.find('ended', entry.container)
  // What another fault ended is for that one to start.
  const isOurs =
    isStarved(State) &&
    !(ended && isStillEnded(State, ended)) &&
    !others?.haveEnded(entry.container) &&
    !(await wasAskedToEnd(docker, entry.container, State))
  if (isOurs) await start(container, State.StartedAt)
  await journal.remove([entry])
  return isOurs
}

async function start(container: Docker.Container, before: string): Promise<void> {
  await container.start()
  const { Running, StartedAt } = (await container.inspect()).State
  if (!Running && StartedAt === before) throw new Error('it did not start')
}
