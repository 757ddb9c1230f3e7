import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Log } from '../../../compose/engine/apt.ts'
import { tail } from '../../../compose/engine/apt.ts'
import { takeLock } from '../../../compose/engine/lock.ts'
import { contentHash } from '../../../compose/images/content-hash.ts'
import { projectRoot } from '../../../compose/images/project-root.ts'
import { cacheFolder, isCached, removeUnused } from './cache.ts'
import { downloadFailure, Missing } from './missing.ts'
import { ensureTools, environment, isRoot, toolsToMake } from './tools.ts'

/** What a machine starts from: a kernel, and a disk with a Docker Engine for that kernel. */
export interface MachineFiles {
  readonly folder: string
  readonly kernel: string
  readonly disk: string
}

const suite = 'bookworm'

/**
 * Debian's kernel for virtual machines has netem, HTB, nftables, veth, bridge, overlay and virtio as modules, and ext4 and NVMe
 * built in: from an NVMe disk it starts without an initial RAM disk.
 */
const packages = [
  'linux-image-cloud-amd64',
  'docker.io',
  'iptables',
  'kmod',
  'iproute2',
  'mount',
  'bash',
  'coreutils',
]

/** Room for images; a file with holes, of which 0.5 GB are used at first. */
const diskSize = '6G'

/** Measured: 18 s beside other work. A slow mirror takes longer. */
const makeWithinMs = 10 * 60_000

/**
 * The files of the machine, made from Debian's archive the first time and kept in the cache folder.
 *
 * @throws Missing when they are not there and cannot be made here
 */
export async function ensureFiles(log: Log): Promise<MachineFiles> {
  const init = join(projectRoot, 'test', 'netem', 'machine', 'init.sh')
  const recipe = contentHash({ suite, diskSize, packages: packages.join(' '), init: await readFile(init) })
  const folder = join(cacheFolder(), `machine-${recipe}`)
  const files = { folder, kernel: join(folder, 'vmlinuz'), disk: join(folder, 'disk.ext4') }
  await using _lock = await takeLock('machine', { withinMs: makeWithinMs })
  if (await isCached(folder)) return files
  await ensureTools(toolsToMake, log)
  if (!isRoot()) throw new Missing('root, to make the disk of a virtual machine')
  await makeFiles(folder, init, log)
  return files
}

async function makeFiles(folder: string, init: string, log: Log): Promise<void> {
  log(`set-up: making a virtual machine from the Debian archive in ${folder} (about 30 s)`)
  const work = await mkdtemp(join(tmpdir(), 'whiteout-machine-'))
  try {
    await chmod(work, 0o755) // apt drops its privileges to download
    const root = join(work, 'root')
    await unpack(root)
    const version = await finish(root, init)
    const partial = `${folder}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    await copyFile(join(root, 'boot', `vmlinuz-${version}`), join(partial, 'vmlinuz'))
    // Nothing on it outlives a test, so that it needs no journal.
    const format = ['-q', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-d', root]
    await execa('mke2fs', [...format, join(partial, 'disk.ext4'), diskSize], { env: environment })
    await removeUnused(cacheFolder(), /^machine-/)
    await rename(partial, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Packages with all they depend on, unpacked but not configured: no script of theirs runs (mmdebstrap(1), variant extract). */
async function unpack(root: string): Promise<void> {
  const args = ['--variant=extract', '--format=directory', `--include=${packages.join(',')}`, suite, root]
  const made = await execa('mmdebstrap', args, {
    all: true,
    reject: false,
    timeout: makeWithinMs,
    env: environment,
  })
  if (made.failed)
    throw downloadFailure('mmdebstrap', new Error(`mmdebstrap failed:\n${tail(made.all ?? '', 12)}`))
}

/** Does what scripts of the packages would have done. @returns the version of the kernel */
async function finish(root: string, init: string): Promise<string> {
  await copyFile(init, join(root, 'init'))
  await chmod(join(root, 'init'), 0o755)
  await symlink('xtables-nft-multi', join(root, 'usr/sbin/iptables'))
  await symlink('xtables-nft-multi', join(root, 'usr/sbin/ip6tables'))
  const [version] = await readdir(join(root, 'lib/modules'))
  if (version === undefined) throw new Error('the kernel package brought no modules')
  await execa('chroot', [root, 'depmod', version], { env: environment })
  return version
}
