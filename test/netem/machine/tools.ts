import { execa } from 'execa'
import { aptInstall, type Log } from '../../../compose/engine/apt.ts'
import { downloadFailure, Missing } from './missing.ts'

/** A command and the Debian package it comes in. */
type Tool = { readonly command: string; readonly debianPackage: string }

/** What runs the machine. setpriv ends QEMU when we are killed, see qemu.ts. */
export const toolsToRun: readonly Tool[] = [
  { command: 'qemu-system-x86_64', debianPackage: 'qemu-system-x86' },
  { command: 'setpriv', debianPackage: 'util-linux' },
]

/** What makes its disk, once. */
export const toolsToMake: readonly Tool[] = [
  { command: 'mmdebstrap', debianPackage: 'mmdebstrap' },
  { command: 'mke2fs', debianPackage: 'e2fsprogs' },
]

/** Tools like mke2fs are in folders that only root has on its PATH. */
export const environment = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' }

/** The machine runs the processor it emulates, and its files are of one architecture. @throws Missing */
export function requireLinux(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return
  throw new Missing(`Linux on x86_64 (this is ${process.platform} on ${process.arch})`)
}

/**
 * Makes sure that `tools` are installed, with apt-get where that is possible.
 *
 * @throws Missing when one is not there and cannot be installed
 */
export async function ensureTools(tools: readonly Tool[], log: Log): Promise<void> {
  const found = await Promise.all(tools.map(({ command }) => isCommand(command)))
  const absent = tools.filter((_, index) => !found[index])
  if (absent.length === 0) return
  const packages = absent.map(({ debianPackage }) => debianPackage)
  const names = absent.map(({ command }) => command).join(' and ')
  if (!(await isCommand('apt-get'))) throw new Missing(`${names}, and apt-get to install them`)
  if (!isRoot()) throw new Missing(`${names} (as root: apt-get install ${packages.join(' ')})`)
  await aptInstall({ packages, log }).catch(error => {
    throw downloadFailure(packages.join(' '), error)
  })
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

async function isCommand(name: string): Promise<boolean> {
  const found = await execa('sh', ['-c', 'command -v "$0"', name], { reject: false, env: environment })
  return !found.failed
}
