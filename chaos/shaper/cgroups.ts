import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KernelLimits, type Limited, limitFiles } from '../../model/shaper.ts'

/** The limits of containers, by a process of each; a fake in tests. */
export interface Cgroups {
  /** @throws Error when they cannot be read, or could not be written */
  read(pid: number): KernelLimits
  /** @throws Error when the kernel does not take one of them */
  write(pid: number, file: keyof KernelLimits, text: string): void
}

/** Cgroups of this machine (cgroups(7)) as they are mounted under a folder, in either version. */
export function mountedCgroups(root: string): Cgroups {
  const fileOf = (pid: number, file: string) =>
    join(root, folderOf(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), file.split('.')[0]!), file)
  return {
    read: pid => {
      const present = limitFiles.filter(file => existsSync(fileOf(pid, file)))
      for (const controller of ['cpu.', 'memory.'])
        if (!present.some(file => file.startsWith(controller)))
          throw new Error(`no limit of ${controller.slice(0, -1)} is to be found in its cgroup`)
      for (const file of present) accessSync(fileOf(pid, file), constants.W_OK)
      return Object.fromEntries(present.map(file => [file, readFileSync(fileOf(pid, file), 'utf8').trim()]))
    },
    write: (pid, file, text) => writeFileSync(fileOf(pid, file), text),
  }
}

/** Up to the container's own group: what runs in it may make groups of its own below that one. */
const ofContainer = /^\/(.*?[0-9a-f]{64}[^/]*)/

/**
 * The folder of a container's cgroup, from /proc/PID/cgroup.
 * @throws Error when it is not one of a container
 */
export function folderOf(groups: string, controller: string): string {
  const lines = groups.split('\n').map(line => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    return { controllers: controllers.split(','), path }
  })
  const ofVersion1 = lines.find(({ controllers }) => controllers.includes(controller))
  const { path } = ofVersion1 ?? lines.find(({ controllers }) => controllers[0] === '') ?? { path: '' }
  const folder = ofContainer.exec(path)?.[1]
  if (folder === undefined || folder.includes('..')) throw new Error(`"${path}" is no cgroup of a container`)
  return ofVersion1 ? join(controller, folder) : folder
}

/**
 * Narrows limits down, and writes no file beside: its owner may have changed it meanwhile.
 * @param before what was in force so far
 * @throws Error when it cannot, or somebody else changed them; they stay as they are then
 */
export function narrow(cgroups: Cgroups, pid: number, { was, set }: Limited, before = was): void {
  const now = cgroups.read(pid)
  const narrowed = changed(was, set)
  for (const file of narrowed) {
    if (![was[file], set[file], before[file]].includes(now[file]))
      throw new Error(`somebody else set ${file} to ${now[file]}`)
  }
  // What another fault has let go of.
  const free = changed(was, before).filter(file => !narrowed.includes(file) && now[file] === before[file])
  try {
    bring(cgroups, pid, Object.fromEntries([...narrowed, ...free].map(file => [file, set[file]])))
  } catch (error) {
    bring(cgroups, pid, now)
    throw error
  }
}

/** Puts back what is still as it was set. @throws Error when the kernel does not take it */
export function widen(cgroups: Cgroups, pid: number, { was, set }: Limited): void {
  const now = cgroups.read(pid)
  const ours = changed(was, set).filter(file => now[file] === set[file])
  bring(cgroups, pid, Object.fromEntries(ours.map(file => [file, was[file]])))
}

/** Files that are to be other than they were. */
export function changed(was: KernelLimits, set: KernelLimits): (keyof KernelLimits)[] {
  return limitFiles.filter(file => was[file] !== set[file])
}

/**
 * The kernel takes some files in one order only, such as memory before memory with swap when it becomes less: what is refused is
 * written again after the others.
 */
function bring(cgroups: Cgroups, pid: number, to: KernelLimits): void {
  const wrong = () => {
    const now = cgroups.read(pid)
    return limitFiles.filter(file => to[file] !== undefined && to[file] !== now[file])
  }
  let problem: Error | undefined
  for (let round = 1; round <= 2; round += 1) {
    problem = undefined
    for (const file of wrong()) {
      try {
        cgroups.write(pid, file, to[file]!)
      } catch (error) {
        problem ??= new Error(`the kernel does not take ${to[file]} for ${file}: ${(error as Error).message}`)
      }
    }
  }
  if (problem) throw problem
  const [left] = wrong()
  if (left) throw new Error(`the kernel has ${left} at ${cgroups.read(pid)[left]}, not ${to[left]}`)
}
