import { setTimeout as delay } from 'node:timers/promises'
import { ContainerFeed } from '../../chaos/faults/container-feed.ts'
import type { InstanceGroup } from '../../model/backend.ts'
import type { InstanceEvent } from '../../model/event.ts'

/** Lines of a container that are kept of a death nobody asked for. */
const lastLines = 12
/** The engine reads them from a file; what takes longer is not waited for. */
const outputWithinMs = 5000

/** What happens to the containers of a run, recorded and handed to whoever watches a fault. */
export interface ContainerWatch {
  readonly feed: ContainerFeed
  /** Nodes whose container does not run, with their last event. */
  readonly dead: ReadonlyMap<number, InstanceEvent>
  /** Resolves when the signal has aborted. @throws HarnessError `engine-gone` */
  readonly done: Promise<void>
}

/** Watches until the signal aborts; a death that nobody asked for is recorded with the last lines of its container. */
export function watchContainers(
  containers: InstanceGroup,
  record: (event: InstanceEvent) => void,
  signal: AbortSignal,
): ContainerWatch {
  const feed = new ContainerFeed()
  const dead = new Map<number, InstanceEvent>()
  const watch = async () => {
    for await (const event of containers.watch(signal)) {
      feed.tell(event)
      if (event.state === 'started') dead.delete(event.node)
      if (event.state === 'died') dead.set(event.node, event)
      record(await withOutput(containers, event))
    }
  }
  return { feed, dead, done: watch() }
}

async function withOutput(containers: InstanceGroup, event: InstanceEvent): Promise<InstanceEvent> {
  if (event.state !== 'died' || event.asked) return event
  const read = containers.outputOf(event.node, lastLines, event.at)
  // Its owner may have removed it at once.
  const late = delay(outputWithinMs, '', { ref: false })
  const output = await Promise.race([read.catch(() => ''), late])
  return output === '' ? event : { ...event, output }
}
