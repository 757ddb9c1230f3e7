import { HarnessError } from '../../model/errors.ts'
import type { Engine, Log } from '../engine/engine.ts'
import { pullImage } from './pull.ts'

/**
 * Makes sure the engine has images that others build, and pulls those it lacks.
 * @throws HarnessError `image-missing` (exit code 69) naming the first one that cannot be had
 */
export async function requireImages(
  names: readonly string[],
  options: { readonly engine: Engine; readonly log: Log; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  for (const name of names) {
    const refusal = await pullImage(name, options)
    options.signal?.throwIfAborted()
    if (refusal === undefined) continue
    throw new HarnessError({
      code: 'image-missing',
      message: `the engine has no image ${name}, and it cannot be pulled: ${refusal}`,
      next: `build it ("docker build -t ${name} …") or load it ("docker load"), then try again; "docker images" lists what is there`,
      exitCode: 69,
    })
  }
}
