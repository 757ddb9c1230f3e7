import { type Break, type KernelLimits, type Limited, limitsOf } from '../../model/shaper.ts'
import { type Cgroups, changed, narrow, widen } from './cgroups.ts'

type FoundBreak = Omit<Break, 'agoMs'>

/** Limits that are to be held, and those that are in force. A container that restarts has a new cgroup, and is limited again. */
export class HeldLimits {
  readonly #cgroups: Cgroups
  #desired: ReadonlyMap<string, Limited> = new Map()
  readonly #applied = new Map<string, Limited & { readonly pid: number }>()
  /** Containers whose limits are not as they were set. */
  readonly #broken = new Set<string>()

  constructor(cgroups: Cgroups) {
    this.#cgroups = cgroups
  }

  /** Nothing changes until the work is done. */
  desire(limits: readonly Limited[]): void {
    this.#desired = new Map(limits.map(each => [each.container, each]))
    for (const container of this.#broken) if (!this.#desired.has(container)) this.#broken.delete(container)
  }

  /** Whether limits of a container are to be held, or are in force. */
  knows(container: string): boolean {
    return this.#desired.has(container) || this.#applied.has(container)
  }

  get desired(): number {
    return this.#desired.size
  }

  get applied(): number {
    return this.#applied.size
  }

  /** Forgets what is in force, which somebody else undoes. */
  forgetApplied(): void {
    this.#applied.clear()
  }

  /** Limits that somebody else has changed, and those that are back, since the last look. They are left to whoever changed them. */
  look(processes: ReadonlyMap<string, number>): FoundBreak[] {
    return [...this.#applied.values()].flatMap(({ name, container, pid, was, set }): FoundBreak[] => {
      const now = this.#desired.has(container) && processes.get(container) === pid && this.#read(pid)
      if (!now) return []
      const other = changed(was, set).find(file => now[file] !== set[file])
      if ((other !== undefined) === this.#broken.has(container)) return []
      if (other === undefined) {
        this.#broken.delete(container)
        return [{ name: limitsOf(name), holds: true, evidence: 'they are back' }]
      }
      this.#broken.add(container)
      const evidence = `changed by somebody else, ${other} is ${now[other]}, not ${set[other]}`
      return [{ name: limitsOf(name), holds: false, evidence }]
    })
  }

  /** Nothing of a process that has ended meanwhile, whose cgroup went with it. */
  #read(pid: number): KernelLimits | undefined {
    try {
      return this.#cgroups.read(pid)
    } catch {
      return undefined
    }
  }

  /** What there is to do, by container; each throws when it cannot be done. */
  work(
    processes: ReadonlyMap<string, number>,
  ): [limited: Pick<Limited, 'name' | 'container'>, work: () => Promise<void>][] {
    const over = [...this.#applied.values()].filter(({ container }) => !this.#desired.has(container))
    const due = [...this.#desired.values()].filter(limited => {
      const [applied, pid] = [this.#applied.get(limited.container), processes.get(limited.container)]
      return pid !== undefined && (applied?.pid !== pid || !isSame(applied, limited))
    })
    return [
      ...over.map(limited => [limited, async () => this.#leave(limited, processes)] as const),
      ...due.map(limited => [limited, async () => this.#enter(limited, processes)] as const),
    ].map(([limited, work]) => [limited, work])
  }

  #enter(limited: Limited, processes: ReadonlyMap<string, number>): void {
    const pid = processes.get(limited.container)!
    narrow(this.#cgroups, pid, limited, this.#applied.get(limited.container)?.set)
    this.#applied.set(limited.container, { ...limited, pid })
  }

  /** By whatever process the container has now: its limits are put back where they are ours. */
  #leave(limited: Limited, processes: ReadonlyMap<string, number>): void {
    const pid = processes.get(limited.container)
    if (pid !== undefined) widen(this.#cgroups, pid, limited)
    this.#applied.delete(limited.container)
  }
}

function isSame(a: Limited, b: Limited): boolean {
  return JSON.stringify([a.was, a.set]) === JSON.stringify([b.was, b.set])
}
