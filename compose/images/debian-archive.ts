import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { HarnessError } from '../../model/errors.ts'
import { aptInstall, tail } from '../engine/apt.ts'
import { readDistribution } from '../engine/distribution.ts'
import type { Engine, Log } from '../engine/engine.ts'
import { contentHash } from './content-hash.ts'
import { follow, imageError, imageLabel } from './image-build.ts'

/** What nodes, driver and shaper need of Debian beside its essential packages. nodes/runtime.Dockerfile names them too. */
const packages = ['iproute2', 'nftables', 'iputils-ping', 'libstdc++6']

/** Documentation is a sixth of the size and nobody reads it in a container. */
const excluded = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*']

/** Measured: 15 to 20 s, most of it unpacking; a slow mirror takes longer. */
const bootstrapWithinMs = 10 * 60_000

/** The package archive of this machine's own distribution, and the image that is made from it. */
export type Archive = { readonly distribution: string; readonly suite: string; readonly tag: string }

/** The archive of this machine; undefined where its packages are not Debian's or Ubuntu's. */
export async function findArchive(): Promise<Archive | undefined> {
  const distribution = await readDistribution()
  if (distribution?.family !== 'debian' || distribution.codename === '') return undefined
  const suite = distribution.codename
  const hash = contentHash({ suite, packages: packages.join(' '), excluded: excluded.join(' ') })
  return { distribution: distribution.id, suite, tag: `whiteout/base:${suite}-${hash}` }
}

/**
 * Makes the base image without any registry: mmdebstrap unpacks the packages into an archive, the engine imports it.
 *
 * @throws HarnessError `image-build`, or `image-unavailable` when mmdebstrap is missing and may not be installed
 */
export async function makeFromArchive(
  { distribution, suite, tag }: Archive,
  options: {
    readonly engine: Engine
    readonly provision: boolean
    readonly log: Log
    readonly signal?: AbortSignal | undefined
  },
): Promise<void> {
  const { engine, log, signal } = options
  await ensureMmdebstrap(options)
  log(`images: making ${tag} from the ${distribution} archive with mmdebstrap (about 20 s)`)
  const folder = await mkdtemp(join(tmpdir(), 'whiteout-base-'))
  try {
    const file = join(folder, 'base.tar')
    await bootstrap(suite, file, signal)
    await importTar(engine, file, tag)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function ensureMmdebstrap(options: {
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  if (!(await execa('mmdebstrap', ['--version'], { reject: false })).failed) return
  if (options.provision) return aptInstall({ packages: ['mmdebstrap'], ...options })
  throw new HarnessError({
    code: 'image-unavailable',
    message:
      'making the base image needs mmdebstrap, which is not installed, and --no-provision forbids to install it',
    next: 'run: sudo apt-get install mmdebstrap, or leave out --no-provision',
    exitCode: 69,
  })
}

async function bootstrap(suite: string, file: string, signal?: AbortSignal): Promise<void> {
  const args = [
    '--variant=essential',
    `--include=${packages.join(',')}`,
    ...excluded.map(path => `--dpkgopt=path-exclude=${path}`),
    // The archive is thrown away when this is interrupted, so nothing needs to reach the disk before the end.
    '--dpkgopt=force-unsafe-io',
    suite,
    file,
  ]
  const limits = { timeout: bootstrapWithinMs, ...(signal ? { cancelSignal: signal } : {}) }
  const made = await execa('mmdebstrap', args, { all: true, reject: false, ...limits })
  signal?.throwIfAborted()
  if (made.failed) {
    throw imageError(
      'mmdebstrap failed',
      tail(made.all ?? '', 12).split('\n'),
      made.shortMessage ?? made.message,
    )
  }
}

async function importTar({ docker }: Engine, file: string, tag: string): Promise<void> {
  const [repo, version] = tag.split(':') as [string, string]
  const lines: string[] = []
  try {
    const options = { repo, tag: version, changes: `LABEL ${imageLabel}=base` }
    await follow(docker, await docker.importImage(createReadStream(file), options), lines)
  } catch (cause) {
    throw imageError(`importing ${tag} failed`, lines, cause)
  }
}
