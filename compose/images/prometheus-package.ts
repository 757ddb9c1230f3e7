import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { aptError, aptGet } from '../engine/apt.ts'
import { type BaseImageOptions, ensureBaseImage } from './base-image.ts'
import { contentHash } from './content-hash.ts'
import { findArchive } from './debian-archive.ts'
import { buildImage } from './image-build.ts'
import { projectRoot } from './project-root.ts'
import { pruneImages } from './prune.ts'

const programs = ['prometheus', 'promtool']
/** Where the package has them. */
const programFolder = 'usr/bin'

/** Prometheus as this machine's distribution packages it, and the image that is made from it. */
export interface PrometheusPackage {
  readonly tag: string
  readonly dockerfile: string
}

/** The package that this machine can have; undefined where its packages are not Debian's or Ubuntu's. */
export async function findPrometheusPackage(): Promise<PrometheusPackage | undefined> {
  const archive = await findArchive()
  if (archive === undefined) return undefined
  const dockerfile = await readFile(join(projectRoot, 'prometheus', 'Dockerfile'), 'utf8')
  const { suite } = archive
  return { dockerfile, tag: `whiteout/prometheus:${suite}-${contentHash({ suite, dockerfile })}` }
}

/**
 * Makes an image of Prometheus without any registry. The package is taken apart and never installed.
 * @throws HarnessError `apt` or `image-build`
 */
export async function makePrometheusImage(
  { tag, dockerfile }: PrometheusPackage,
  options: BaseImageOptions,
): Promise<void> {
  const { engine, log, signal, provision } = options
  const base = await ensureBaseImage(options)
  log(`images: making ${tag} from the distribution's package prometheus`)
  const folder = await mkdtemp(join(tmpdir(), 'whiteout-prometheus-'))
  try {
    await chmod(folder, 0o755) // apt drops its privileges to download
    await download(folder, provision, signal)
    const [file] = (await readdir(folder)).filter(name => name.endsWith('.deb'))
    if (file === undefined) throw aptError('apt-get download prometheus left no package', '')
    await execa('dpkg', ['-x', join(folder, file), join(folder, 'content')])
    const files = programs.map(async name => {
      const content = await readFile(join(folder, 'content', programFolder, name))
      return [name, { content, executable: true }] as const
    })
    await buildImage({
      ...{ docker: engine.docker, tag, dockerfile, signal },
      purpose: 'prometheus',
      files: Object.fromEntries(await Promise.all(files)),
      arguments: { BASE: base },
      needsNetwork: false,
    })
    await pruneImages(engine.docker, 'prometheus')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The package lists of this machine are refreshed only when those present do not do, and only where that is allowed. */
async function download(folder: string, provision: boolean, signal: AbortSignal | undefined): Promise<void> {
  const get = () => aptGet(['download', 'prometheus'], signal, folder)
  let result = await get()
  signal?.throwIfAborted()
  if (result.failed && provision) {
    await aptGet(['update'], signal)
    result = await get()
    signal?.throwIfAborted()
  }
  if (result.failed) throw aptError('apt-get download prometheus failed', result.all)
}
