import { setTimeout as delay } from 'node:timers/promises'
import type { ContainerGroup } from '../../model/backend.ts'

/** A node that was just started answers after some seconds. */
const answerMs = 20_000

/**
 * Sets something through a node's test control, as soon as it answers. A node that does not run has nothing to set; it gets it when it
 * is started.
 * @throws Error what `set` threw last when it has not answered within 20 s
 */
export async function setNode(
  containers: ContainerGroup,
  node: number,
  set: () => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + answerMs
  for (;;) {
    if ((await containers.stateOf(node)) !== 'running') return
    const problem = await set().then(
      () => undefined,
      (error: Error) => error,
    )
    if (problem === undefined) return
    if (Date.now() > deadline) throw problem
    await delay(200)
  }
}
