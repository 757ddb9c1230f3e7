import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ticksPerSecond } from './cpu-times.ts'

/** Whose work a process does, as far as it belongs to a run but is in none of its containers. */
const owners = ['engine', 'harness', 'softirqs'] as const
export type Owner = (typeof owners)[number]

const engineNames: readonly string[] = ['dockerd', 'containerd', 'docker-proxy']
/** Names are cut off after 15 characters. */
const shimName = 'containerd-shim'
const shellNames: readonly string[] = ['sh', 'bash', 'dash']
const softirqName = /^ksoftirqd\//

/** A shim mostly sleeps, and 500 of them each second would cost what they use themselves: each is read every so many samples. */
const shimEvery = 10
/**
 * A shim reaps the commands that act on its container, some 50 ms each, and in the end the container itself, whose use is in its
 * cgroup already. More than this at a time is a container.
 */
const reapedSecondsMax = 0.5

interface Known {
  /** Undefined for a process of somebody else. */
  readonly owner: Owner | undefined
  readonly isShim: boolean
  readonly parent: number
  /** CPU seconds already counted. */
  own: number
  reaped: number
}

interface ProcessStat {
  readonly name: string
  readonly parent: number
  /** CPU seconds of the process, and of its children that ended. */
  readonly own: number
  readonly reaped: number
}

/**
 * CPU that engine, shims and harness use, from /proc. Processes are looked up once, when they appear, and found again by their number.
 */
export class Processes {
  readonly #proc: string
  readonly #isOurs: (container: string) => boolean
  readonly #seconds: Record<Owner, number> = { engine: 0, harness: 0, softirqs: 0 }
  #known: Map<number, Known>
  #samples = 0

  /**
   * @param isOurs whether a container, by its full id, is one of the run
   * @param harness process id of the harness; its children and the npm that started it count with it
   */
  constructor(isOurs: (container: string) => boolean, harness = process.pid, proc = '/proc') {
    this.#proc = proc
    this.#isOurs = isOurs
    this.#known = new Map(this.#fromNpm(harness))
    this.#known = this.#lookUp(false)
  }

  /** Whether the engine's processes can be seen: not from inside a container, nor as a user from whom they are hidden. */
  get seesEngine(): boolean {
    return [...this.#known.values()].some(({ owner, isShim }) => owner === 'engine' && !isShim)
  }

  /** CPU seconds of each owner since this was made. Takes some 3 ms with 500 containers. */
  read(): Readonly<Record<Owner, number>> {
    this.#known = this.#lookUp(true)
    this.#samples += 1
    for (const [pid, known] of this.#known) {
      if (known.owner === undefined) continue
      if (known.isShim && (pid + this.#samples) % shimEvery !== 0) continue
      this.#count(known, this.#stat(pid))
    }
    return { ...this.#seconds }
  }

  #count(known: Known, stat: ProcessStat | undefined): void {
    if (stat === undefined) return
    const reaped = stat.reaped - known.reaped
    const isContainer = known.isShim && reaped > reapedSecondsMax
    this.#seconds[known.owner!] += stat.own - known.own + (isContainer ? 0 : reaped)
    known.own = stat.own
    known.reaped = stat.reaped
  }

  /** All processes there are now. @param areNew those unknown so far were started since the last time, and count from their start */
  #lookUp(areNew: boolean): Map<number, Known> {
    const pids = readdirSync(this.#proc).map(Number).filter(Number.isInteger)
    const found = new Map<number, Known>()
    for (const pid of pids) {
      const known = this.#known.get(pid) ?? this.#meet(pid, found, areNew)
      if (known !== undefined) found.set(pid, known)
    }
    for (const [pid, known] of this.#known) if (!found.has(pid)) this.#forget(known, found)
    return found
  }

  /** What a process has used is added to its parent when it is reaped: where the parent is counted too, it must not count twice. */
  #forget({ owner, parent, own, reaped }: Known, found: ReadonlyMap<number, Known>): void {
    if (owner !== undefined && found.get(parent)?.owner === owner) this.#seconds[owner] -= own + reaped
  }

  #meet(pid: number, found: ReadonlyMap<number, Known>, isNew: boolean): Known | undefined {
    const stat = this.#stat(pid)
    if (stat === undefined) return undefined
    const { own, reaped } = isNew ? { own: 0, reaped: 0 } : stat
    const isShim = stat.name.startsWith(shimName)
    return { owner: this.#ownerOf(pid, stat, found), isShim, parent: stat.parent, own, reaped }
  }

  #ownerOf(pid: number, { name, parent }: ProcessStat, found: ReadonlyMap<number, Known>): Owner | undefined {
    if (engineNames.includes(name)) return 'engine'
    if (name.startsWith(shimName)) return this.#isShimOfOurs(pid) ? 'engine' : undefined
    if (softirqName.test(name)) return 'softirqs'
    return found.get(parent)?.owner === 'harness' ? 'harness' : undefined
  }

  /** A shim is told its container as an argument. */
  #isShimOfOurs(pid: number): boolean {
    const container = /\0-id\0([0-9a-f]{64})\0/.exec(this.#text(pid, 'cmdline') ?? '')?.[1]
    return container !== undefined && this.#isOurs(container)
  }

  /** The harness, and the npm that started it with the shell between them, where it was one. */
  #fromNpm(harness: number): (readonly [number, Known])[] {
    const chain: (readonly [number, Known])[] = []
    for (let pid = harness; ; ) {
      const stat = this.#stat(pid)
      if (stat === undefined) break
      chain.push([pid, { ...stat, owner: 'harness', isShim: false }])
      if (stat.name.startsWith('npm')) return chain
      if (pid !== harness && !shellNames.includes(stat.name)) break
      pid = stat.parent
    }
    return chain.slice(0, 1)
  }

  #stat(pid: number): ProcessStat | undefined {
    const text = this.#text(pid, 'stat')
    return text === undefined ? undefined : parseProcessStat(text)
  }

  /** Undefined for a process that has ended. */
  #text(pid: number, file: string): string | undefined {
    try {
      return readFileSync(join(this.#proc, String(pid), file), 'latin1')
    } catch {
      return undefined
    }
  }
}

/** Reads /proc/PID/stat (proc(5)); the name may contain spaces and parentheses. */
export function parseProcessStat(text: string): ProcessStat {
  const end = text.lastIndexOf(')')
  const name = text.slice(text.indexOf('(') + 1, end)
  const fields = text.slice(end + 2).split(' ')
  const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / ticksPerSecond
  return { name, parent: Number(fields[1]), own: seconds(11), reaped: seconds(13) }
}
