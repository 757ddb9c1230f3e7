import { readFile, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import { findRuns } from '../engine/leftovers.ts'
import { hasNetem, readInContainer } from './probe-container.ts'

/** What is known of the machine the engine runs on. `undefined` means that it could not be read, never a guess. */
export type Facts = {
  readonly composeVersion: string
  /** Of the engine's machine, as the engine names it. */
  readonly architecture: string
  readonly cpus: number
  readonly memoryTotalBytes: number
  readonly memoryAvailableBytes: number | undefined
  readonly engineDiskFreeBytes: number | undefined
  readonly runsDiskFreeBytes: number | undefined
  readonly engineFilesMax: number | undefined
  readonly sysctls: Readonly<Record<string, number | undefined>>
  /** Why a kernel parameter is not among them. */
  readonly sysctlsUnread: string
  readonly hasNetem: boolean | undefined
  /** Names of runs that have anything on this engine, other than the one that asks. */
  readonly otherRuns: readonly string[]
}

/**
 * Looks at the machine the engine runs on. Here its files are read directly; in a virtual machine or elsewhere through
 * a container of `image`, and not at all when there is no image yet.
 */
export async function collectFacts(options: {
  readonly engine: Engine
  readonly sysctls: readonly string[]
  readonly runsDirectory: string
  /** The node image, which has the tools to look from inside. */
  readonly image?: string | undefined
  /** The run that asks. */
  readonly run?: string | undefined
}): Promise<Facts> {
  const { engine, image } = options
  const paths = ['/proc/meminfo', ...options.sysctls.map(sysctlPath)]
  const texts = engine.isLocal
    ? await readHere(paths)
    : image
      ? await readInContainer(engine, image, paths)
      : new Map()
  const [runs, netem] = await Promise.all([
    findRuns(engine.docker),
    image ? hasNetem(engine, image) : undefined,
  ])
  return {
    composeVersion: engine.composeVersion,
    architecture: engine.architecture,
    cpus: engine.cpus,
    memoryTotalBytes: engine.memoryBytes,
    memoryAvailableBytes: memoryAvailable(texts.get('/proc/meminfo')),
    engineDiskFreeBytes: engine.isLocal ? await freeBytes(engine.rootDirectory) : undefined,
    runsDiskFreeBytes: await freeBytes(options.runsDirectory),
    engineFilesMax: engine.isLocal ? await engineFilesMax() : undefined,
    sysctls: Object.fromEntries(options.sysctls.map(key => [key, number(texts.get(sysctlPath(key)))])),
    sysctlsUnread: engine.isLocal
      ? 'this kernel has no such parameter'
      : 'cannot be read from here: the engine runs in another kernel',
    hasNetem: netem,
    // A network alone is no run: the engine may refuse to let it go until its next restart.
    otherRuns: runs
      .filter(({ run, instances }) => run !== options.run && instances > 0)
      .map(({ run }) => run),
  }
}

/** `net.core.somaxconn` -> `/proc/sys/net/core/somaxconn` */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`
}

async function readHere(paths: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) texts.set(path, text)
  }
  return texts
}

function memoryAvailable(meminfo: string | undefined): number | undefined {
  const kib = number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? '')?.[1])
  return kib === undefined ? undefined : kib * 1024
}

/** Free bytes of the file system that holds `path` or will hold it. */
async function freeBytes(path: string): Promise<number | undefined> {
  const stats = await statfs(path).catch(() => undefined)
  if (stats !== undefined) return stats.bavail * stats.bsize
  const parent = dirname(path)
  return parent === path ? undefined : freeBytes(parent)
}

/** How many files dockerd may open; undefined for a rootless engine, or for a process of another user. */
async function engineFilesMax(): Promise<number | undefined> {
  const pid = number(await readFile('/var/run/docker.pid', 'utf8').catch(() => undefined))
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '')
  return number(/^Max open files\s+(\d+)/m.exec(limits)?.[1])
}

function number(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? '', 10)
  return Number.isNaN(value) ? undefined : value
}
