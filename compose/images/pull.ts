import type { Engine, Log } from '../engine/engine.ts'
import { follow } from './image-build.ts'
import { askRegistry, imageExists } from './registry.ts'

const pullWithinMs = 10 * 60_000

/** Pulls an image if the engine lacks it; answers why that cannot be done, or undefined when it is there. */
export async function pullImage(
  image: string,
  {
    engine,
    log,
    signal,
  }: { readonly engine: Engine; readonly log: Log; readonly signal?: AbortSignal | undefined },
): Promise<string | undefined> {
  const { docker } = engine
  if (await imageExists(docker, image)) return undefined
  const answer = await askRegistry(docker, image)
  if (!answer.available) return answer.reason
  log(`images: pulling ${image}`)
  const within = AbortSignal.timeout(pullWithinMs)
  try {
    const abortSignal = signal ? AbortSignal.any([signal, within]) : within
    await follow(docker, await docker.pull(image, { abortSignal }), [])
    return undefined
  } catch (error) {
    // Such as a registry that answers questions but has had enough of this address.
    return (error as Error).message
  }
}
