import type { Limited } from '../../model/shaper.ts'
import { type Cgroups, narrow, widen } from './cgroups.ts'

/** Limits that are to be held, and those that are in force. A container that restarts has a new cgroup, and is limited again. */
export class HeldLimits {
  readonly #cgroups: Cgroups
  #desired: ReadonlyMap<string, Limited> = new Map()
  readonly #applied = new Map<string, Limited & { readonly pid: number }>()

  constructor(cgroups: Cgroups) {
    this.#cgroups = cgroups
  }

  /** Nothing changes until the work is done. */
  desire(limits: readonly Limited[]): void {
    this.#desired = new Map(limits.map(each => [each.container, each]))
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

  /** What there is to do, by container; each throws when it cannot be done. */
  work(processes: ReadonlyMap<string, number>): [name: string, work: () => Promise<void>][] {
    const over = [...this.#applied.values()].filter(({ container }) => !this.#desired.has(container))
    const due = [...this.#desired.values()].filter(limited => {
      const [applied, pid] = [this.#applied.get(limited.container), processes.get(limited.container)]
      return pid !== undefined && (applied?.pid !== pid || !isSame(applied, limited))
    })
    return [
      ...over.map(limited => [limited.name, async () => this.#leave(limited, processes)] as const),
      ...due.map(limited => [limited.name, async () => this.#enter(limited, processes)] as const),
    ].map(([name, work]) => [name, work])
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
