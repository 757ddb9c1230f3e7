import type Docker from 'dockerode'
import { readPastEvents } from './events.ts'
import { asksToEnd } from './others.ts'

/**
 * Whether somebody asked the last life of a container to end, as far as the engine remembers: it keeps 256 events. For those
 * who did not watch it.
 */
export async function wasAskedToEnd(
  docker: Docker,
  container: string,
  { StartedAt, FinishedAt }: Docker.ContainerInspectInfo['State'],
): Promise<boolean> {
  const deeds = await readPastEvents(docker, container, {
    since: Date.parse(StartedAt) / 1000,
    // `stop` is told a moment after the end.
    until: Date.parse(FinishedAt) / 1000 + 1,
  })
  return deeds.some(asksToEnd)
}
