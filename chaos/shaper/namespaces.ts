import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ended, Shell } from './shell.ts'

/** The world as the shaper needs it; a fake one in tests. */
export interface Namespaces {
  /** The first process of each running container by the container's id. */
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

/** A process of a container. */
export interface Contained {
  /** The full id of the container. */
  readonly id: string
  /** Clock ticks since boot. */
  readonly startedAt: number
}

/** Processes as found the last time: each is looked up once, where 500 each second would take 3 % of a core. */
let known = new Map<number, Contained | undefined>()
let knownAt = Number.NEGATIVE_INFINITY
/** The kernel gives the number of a process that has ended to another one, which takes it a while to come to. */
const knownForMs = 5000

/**
 * The first process of each container by the container's id. It lives as long as the container, and is in the namespace that the engine
 * made, where what it started may end at once, have a lower number, or be in a namespace of its own.
 */
export function firstProcesses(found: Iterable<readonly [pid: number, Contained | undefined]>) {
  const first = new Map<string, { readonly pid: number; readonly startedAt: number }>()
  for (const [pid, contained] of found) {
    if (contained === undefined) continue
    const { id, startedAt } = contained
    const other = first.get(id)
    const isOlder =
      other === undefined || startedAt < other.startedAt || (startedAt === other.startedAt && pid < other.pid)
    if (isOlder) first.set(id, { pid, startedAt })
  }
  return new Map([...first].map(([id, { pid }]) => [id, pid]))
}

/** Namespaces of this machine, which takes the host's process ids and the right to enter (nsenter(1)). */
export const hostNamespaces: Namespaces = {
  processes: () => {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
    const before = performance.now() - knownAt < knownForMs ? known : new Map<number, Contained>()
    known = new Map(pids.map(pid => [pid, before.get(pid) ?? containerOf(pid)]))
    knownAt = performance.now()
    return firstProcesses(known)
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

function containerOf(pid: number): Contained | undefined {
  try {
    const id = idInPath.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1]
    if (id === undefined) return undefined
    return { id, startedAt: parseStart(readFileSync(`/proc/${pid}/stat`, 'utf8')) }
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); the second one is a name, which may hold anything. */
export function parseStart(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
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
