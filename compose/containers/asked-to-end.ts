import { constants } from 'node:os'
import type Docker from 'dockerode'
import { readPastEvents } from './events.ts'
import { asksToEnd } from './others.ts'

type Inspected = Docker.ContainerInspectInfo

/**
 * Whether somebody asked the last life of a container to end, as far as the engine remembers: it keeps 256 events. For those
 * who did not watch it.
 */
export async function wasAskedToEnd(
  docker: Docker,
  container: string,
  { StartedAt, FinishedAt }: Inspected['State'],
): Promise<boolean> {
  const deeds = await readPastEvents(docker, container, {
    since: Date.parse(StartedAt) / 1000,
    // `stop` is told a moment after the end.
    until: Date.parse(FinishedAt) / 1000 + 1,
  })
  return deeds.some(asksToEnd)
}

/** The same of a container that runs, which may have a signal of its own for that (stop_signal). */
export async function isAskedToEnd(
  docker: Docker,
  container: string,
  { State, Config }: Pick<Inspected, 'State' | 'Config'>,
): Promise<boolean> {
  // On the clock of the engine, which waits for a time that is to come.
  const { SystemTime } = (await docker.info()) as { readonly SystemTime: string }
  const deeds = await readPastEvents(docker, container, {
    since: Date.parse(State.StartedAt) / 1000,
    until: Date.parse(SystemTime) / 1000,
  })
  const own = signalNumber((Config as { readonly StopSignal?: string }).StopSignal)
  return deeds.some(deed => asksToEnd(deed) || (deed.action === 'kill' && deed.signal === own))
}

/** Number of the first signal for programs of their own (signal(7)). */
const firstRealTime = 34

/** The number, as text, of a signal as it is written in a Dockerfile or a Compose file: `SIGQUIT`, `QUIT`, `3`, `SIGRTMIN+3`. */
export function signalNumber(text: string | undefined): string | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text
  const name = text.toUpperCase().replace(/^(SIG)?/, 'SIG')
  const [, offset] = /^SIGRTMIN(?:\+(\d+))?$/.exec(name) ?? []
  if (name.startsWith('SIGRTMIN')) return String(firstRealTime + Number(offset ?? 0))
  const number = constants.signals[name as NodeJS.Signals]
  return number === undefined ? undefined : String(number)
}
