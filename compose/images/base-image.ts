import { HarnessError } from '../../model/errors.ts'
import type { Engine, Log } from '../engine/engine.ts'
import { findArchive, makeFromArchive } from './debian-archive.ts'
import { pullImage } from './pull.ts'
import { imageExists } from './registry.ts'

/** The image everything starts from where a registry answers. */
const registryBase = 'debian:bookworm-slim'

export type BaseImageOptions = {
  readonly engine: Engine
  /** False forbids to install mmdebstrap. */
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}

/**
 * An image to build on: Debian from the registry, or, where none answers, the same packages from the archive this
 * machine's own packages come from.
 *
 * @returns its name; the engine has it
 * @throws HarnessError `image-unavailable` when neither can be had
 */
export async function ensureBaseImage(options: BaseImageOptions): Promise<string> {
  const { engine, log, signal } = options
  const archive = await findArchive()
  // What was made before is used again, also when a registry answers by now: the same machine, the same image.
  if (archive !== undefined && (await imageExists(engine.docker, archive.tag))) return archive.tag
  const refusal = await pullImage(registryBase, options)
  if (refusal === undefined) return registryBase
  signal?.throwIfAborted()
  if (archive === undefined || process.getuid?.() !== 0) throw unavailable(refusal, archive !== undefined)
  log(`images: ${registryBase} cannot be pulled (${refusal})`)
  await makeFromArchive(archive, options)
  return archive.tag
}

function unavailable(reason: string, hasArchive: boolean): HarnessError {
  const see = 'let the engine reach a registry ("docker pull debian:bookworm-slim" shows why it does not)'
  return new HarnessError({
    code: 'image-unavailable',
    message: `the base image ${registryBase} cannot be had: ${reason}`,
    next: hasArchive
      ? `${see}, or run as root, so that it can be made from the Debian archive`
      : `${see}, or bring the image by hand with "docker load"`,
    exitCode: 69,
  })
}
