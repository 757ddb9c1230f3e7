import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ended, Shell } from './shell.ts'

/** The world as the shaper needs it; a fake one in tests. */
export interface Namespaces {
  /** A process of each running container by the container's id. */
  processes(): ReadonlyMap<string, number>
  /** Names of the network devices that lead out of a process's container. */
  devices(pid: number): readonly string[]
  /** Echo requests that have arrived, whether or not they are answered, as the kernel counts them. */
  echoes(pid: number): number
  /** A TCP port on which somebody listens to others; undefined where nobody does. */
  listens(pid: number): number | undefined
  /** Runs a program in the network namespace of a process. */
  run(pid: number, argv: readonly string[], input: string): Promise<Ended>
}

/** A container's id, wherever the engine's cgroup driver puts it in the path (cgroups(7), both versions). */
const idInPath = /([0-9a-f]{64})/

/** Containers by process, as found the last time: each is looked up once, where 500 each second would take 3 % of a core. */
let known = new Map<number, string | undefined>()

/** Namespaces of this machine, which takes the host's process ids and the right to enter (nsenter(1)). */
export const hostNamespaces: Namespaces = {
  processes: () => {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
    known = new Map(pids.map(pid => [pid, known.get(pid) ?? containerOf(pid)]))
    const found = new Map<string, number>()
    for (const [pid, id] of known) if (id !== undefined && !found.has(id)) found.set(id, pid)
    return found
  },
  devices: pid =>
    [...readFileSync(`/proc/${pid}/net/dev`, 'utf8').matchAll(/^\s*([^\s:]+):/gm)]
      .map(([, name]) => name!)
      // Engines name what leads out of a container so; kernels put idle tunnels of their own beside it.
      .filter(name => /^eth\d+$/.test(name)),
  echoes: pid => parseEchoes(readFileSync(`/proc/${pid}/net/snmp`, 'utf8')),
  listens: pid =>
    ['tcp', 'tcp6']
      .map(table => parseListener(textOf(`/proc/${pid}/net/${table}`)))
      .find(port => port !== undefined),
  run: async (pid, argv, input) => {
    const shell = idle.pop() ?? new Shell(mkdtempSync(join(tmpdir(), 'shell-')))
    try {
      return await shell.run(['nsenter', '-t', String(pid), '-n', ...argv], input)
    } finally {
      if (!shell.hasEnded) idle.push(shell)
    }
  },
}

/** Shells that run nothing now: there are as many as programs have run at the same time. */
const idle: Shell[] = []

function containerOf(pid: number): string | undefined {
  try {
    return idInPath.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1]
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

/** `InEchos` of /proc/PID/net/snmp: counted before the kernel decides whether to answer (proc_pid_net(5)). */
export function parseEchoes(snmp: string): number {
  const [names, values] = snmp
    .split('\n')
    .filter(line => line.startsWith('Icmp: '))
    .map(line => line.split(' '))
  return Number(values?.[names?.indexOf('InEchos') ?? -1] ?? 0)
}

const listening = '0A'
/** Every address, of either family, as /proc/PID/net/tcp and tcp6 write it. */
const anyAddress = /^0+$/

/** The first port on which a process listens on every address. */
export function parseListener(table: string): number | undefined {
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state === listening && anyAddress.test(address)) return Number.parseInt(port, 16)
  }
  return undefined
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // No IPv6 in this kernel, or the process has ended.
    return ''
  }
}
