import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../../model/errors.ts'
import type { Images } from '../../model/ports/backend.ts'
import type { Engine, Log } from '../engine/engine.ts'
import { takeLock } from '../engine/lock.ts'
import { ensureBaseImage } from './base-image.ts'
import { bundlePrograms, type Entries, programs } from './bundle.ts'
import { contentHash } from './content-hash.ts'
import { buildImage } from './image-build.ts'
import { nodeBinary, nodeVersion } from './node-binary.ts'
import { canRunNodes, platformNeed } from './platform.ts'
import { projectRoot } from './project-root.ts'
import { pruneImages } from './prune.ts'
import { imageExists } from './registry.ts'

/** What a container of the node image runs to be the driver: as a load generator it gets an ordinary heap. */
export const driverCommand: readonly string[] = ['node', '/app/driver.mjs']
/** And to be the shaper. */
export const shaperCommand: readonly string[] = ['node', '/app/shaper.mjs']

export type ImagesOptions = {
  readonly engine: Engine
  readonly log: Log
  /** False forbids to install mmdebstrap (--no-provision). Default true. */
  readonly provision?: boolean
  readonly signal?: AbortSignal | undefined
  /** Other programs than the project's own, for tests. */
  readonly entries?: Entries
}

/** Another run may be making the base image and both images on top. */
const imagesWithinMs = 20 * 60_000

/**
 * Makes sure the engine has the image of these very sources, and builds what is missing. The tag is the hash of the
 * content, so that an image that is there is right; a second run builds nothing.
 *
 * @throws HarnessError with exit code 69 when an image cannot be had, 70 when our sources do not compile.
 */
export async function ensureImages(options: ImagesOptions): Promise<Images> {
  const { engine, log, signal } = options
  requireSupported(engine)
  const wanted = await wantedImages(options.entries ?? programs)
  if (await imageExists(engine.docker, wanted.tag)) {
    log(`images: ${wanted.tag} is up to date`)
    return imagesOf(wanted.tag)
  }
  await using _lock = await takeLock('images', {
    withinMs: imagesWithinMs,
    onWait: () => log('images: waiting for another whiteout run that is building images'),
    signal,
  })
  if (!(await imageExists(engine.docker, wanted.tag))) await buildWanted(wanted, options)
  return imagesOf(wanted.tag)
}

type Wanted = Awaited<ReturnType<typeof wantedImages>>

async function wantedImages(entries: Entries) {
  const [version, runtimeDockerfile, nodeDockerfile, bundle] = await Promise.all([
    nodeVersion(),
    readFile(join(projectRoot, 'nodes', 'runtime.Dockerfile'), 'utf8'),
    readFile(join(projectRoot, 'nodes', 'Dockerfile'), 'utf8'),
    bundlePrograms(entries),
  ])
  const runtimeTag = `whiteout/runtime:${contentHash({ version, runtimeDockerfile })}`
  const tag = `whiteout/node:${contentHash({ ...bundle, runtimeTag, nodeDockerfile })}`
  return { version, runtimeDockerfile, nodeDockerfile, bundle, runtimeTag, tag }
}

async function buildWanted(wanted: Wanted, options: ImagesOptions): Promise<void> {
  const { engine, log, signal } = options
  const { docker } = engine
  const startedAt = performance.now()
  if (!(await imageExists(docker, wanted.runtimeTag))) {
    const base = await ensureBaseImage({ engine, log, signal, provision: options.provision ?? true })
    log(`images: building ${wanted.runtimeTag} (Node.js ${wanted.version} on ${base})`)
    await buildImage({
      docker,
      signal,
      tag: wanted.runtimeTag,
      purpose: 'runtime',
      dockerfile: wanted.runtimeDockerfile,
      files: { node: { content: await nodeBinary(wanted.version, signal), executable: true } },
      arguments: { BASE: base },
      needsNetwork: true,
    })
    await pruneImages(docker, 'runtime')
  }
  const files = Object.entries(wanted.bundle).map(([name, content]) => [`app/${name}`, { content }] as const)
  await buildImage({
    docker,
    signal,
    tag: wanted.tag,
    purpose: 'node',
    dockerfile: wanted.nodeDockerfile,
    files: Object.fromEntries(files),
    arguments: { RUNTIME: wanted.runtimeTag },
    needsNetwork: false,
  })
  await pruneImages(docker, 'node')
  log(`images: built ${wanted.tag} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

/** One image serves all three: a node by default, the others by their command. */
function imagesOf(tag: string): Images {
  return { node: tag, driver: tag, shaper: tag }
}

function requireSupported({ architecture }: Engine): void {
  if (canRunNodes(architecture)) return
  const { name, why, remedy } = platformNeed
  throw new HarnessError({
    code: 'engine-architecture',
    message: `the Docker Engine runs on ${architecture}, and the node image needs ${name}: ${why}`,
    next: remedy,
    exitCode: 69,
  })
}
