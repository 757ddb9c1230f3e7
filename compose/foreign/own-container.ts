import { readFile } from 'node:fs/promises'

/** What an engine mounts into each container, from its folder for that container. */
const mounted = /\/containers\/([0-9a-f]{64})\/\S+ \/etc\/(?:hostname|hosts|resolv\.conf) /g

/**
 * The containers that this process runs in, by full id; none on a host. A development container beside the services that it uses, with the
 * engine's socket in it, is one of their project: frozen or killed, it could heal nothing.
 */
export async function ownContainers(): Promise<ReadonlySet<string>> {
  return containersIn(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''))
}

/** Reads /proc/PID/mountinfo (proc_pid_mountinfo(5)); that of a host has mounts of all containers, elsewhere. */
export function containersIn(mountinfo: string): ReadonlySet<string> {
  return new Set([...mountinfo.matchAll(mounted)].map(([, id]) => id!))
}
