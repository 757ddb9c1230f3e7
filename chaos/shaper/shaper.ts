import {
  diskOf,
  type ReadLimits,
  type ShapedNamespace,
  type ShapeRequest,
  type ShaperHeld,
  type ShaperReply,
  type ShaperRequest,
} from '../../model/shaper.ts'
import { Breaks } from './breaks.ts'
import { type Cgroups, widen } from './cgroups.ts'
import type { Disks } from './disks.ts'
import { HeldLimits } from './held-limits.ts'
import {
  change,
  connect,
  count,
  type NamespaceState,
  ping,
  purge,
  shown,
  untouched,
} from './namespace-state.ts'
import type { Namespaces } from './namespaces.ts'
import { nftRules } from './rules.ts'

/** Namespaces worked on at a time: entering costs CPU, and nothing is gained beyond a few for each core. */
const parallel = 16
/** A look at everything that is held takes at most this share of the time, with hundreds of namespaces, too. */
const lookShare = 0.25

export interface ShaperOptions {
  readonly namespaces: Namespaces
  readonly disks: Disks
  readonly cgroups: Cgroups
  /** One line for each change: what was asked, done, and healed by itself. */
  readonly journal: (entry: Readonly<Record<string, unknown>>) => void
  /** Milliseconds, never backwards. */
  readonly now: () => number
}

interface Desired extends NamespaceState {
  readonly name: string
}

/** What is in force in a namespace: the process it was entered by tells a restarted container from the old one. */
interface Applied extends Desired {
  readonly pid: number
  /** As the kernel printed it when it was made: what is printed otherwise was changed by somebody else. */
  readonly shown: string
}

/**
 * Keeps every namespace and disk as the last document says, for as long as somebody renews the lease. A container that restarts
 * gets its rules again with the next `tend`; when the lease ends all is healed, so that a harness that died leaves nothing.
 */
export class Shaper {
  readonly #options: ShaperOptions
  /** By container. */
  #desired = new Map<string, Desired>()
  readonly #applied = new Map<string, Applied>()
  #fullDisks: ReadonlySet<string> = new Set()
  readonly #filled = new Set<string>()
  readonly #limits: HeldLimits
  #leaseMs = 0
  #expiresAt = Number.POSITIVE_INFINITY
  readonly #breaks: Breaks
  /** Containers and disks changed by somebody else and not yet restored. */
  readonly #broken = new Set<string>()
  #lookDueAt = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ShaperOptions) {
    this.#options = options
    this.#limits = new HeldLimits(options.cgroups)
    this.#breaks = new Breaks(options.now)
  }

  /** Changes and tending take turns: two changes of one namespace never cross. */
  handle(request: ShaperRequest): Promise<ShaperReply> {
    switch (request.kind) {
      case 'shape':
        return this.#inTurn(() => this.#shape(request))
      case 'probe':
        return this.#probe(request)
      case 'verify':
        return this.#inTurn(() => this.#verify(request))
      case 'count':
        return this.#count(request)
      case 'measure-disks':
        return this.#measure(request)
      case 'read-limits':
        return this.#inTurn(async () => this.#readLimits(request))
      case 'purge':
        return this.#inTurn(() => this.#purge(request))
    }
  }

  /** Nothing changes but the time that is left of what is held. */
  renew(): void {
    if (!this.#isIdle) this.#expiresAt = this.#options.now() + this.#leaseMs
  }

  get held(): ShaperHeld {
    return {
      namespaces: this.#desired.size,
      disks: this.#fullDisks.size,
      limits: this.#limits.desired,
      breaks: this.#breaks.count,
    }
  }

  /**
   * Called about once a second: heals when the lease has ended, shapes containers that have restarted, and finds and makes again what
   * somebody else has undone.
   */
  tend(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isIdle && this.#applied.size + this.#filled.size + this.#limits.applied === 0) return
      if (this.#options.now() > this.#expiresAt) {
        this.#options.journal({ event: 'lease ended', namespaces: this.#desired.size })
        this.#forget()
      }
      if (this.#options.now() >= this.#lookDueAt) await this.#look()
      await this.#reconcile()
    })
  }

  /** Heals everything, as a shaper that is stopped does. */
  async heal(): Promise<void> {
    await this.#inTurn(async () => {
      this.#forget()
      await this.#reconcile()
    })
  }

  get #isIdle(): boolean {
    return this.#desired.size + this.#fullDisks.size + this.#limits.desired === 0
  }

  #forget(): void {
    this.#desired = new Map()
    this.#fullDisks = new Set()
    this.#limits.desire([])
    this.#broken.clear()
    this.#expiresAt = Number.POSITIVE_INFINITY
  }

  async #shape(request: ShapeRequest): Promise<ShaperReply> {
    const beganAt = this.#options.now()
    const { leaseMs, namespaces, disks, limits = [], over } = request
    const written = new Map<string, string>()
    this.#desired = new Map(
      namespaces.map(({ name, container, isUnsegmented, ...rest }) => {
        // Few distinct documents for many namespaces: each is written once.
        const key = JSON.stringify(rest)
        const rules = written.get(key) ?? writeRules(rest, request)
        written.set(key, rules)
        const tree = rest.classes.map(({ quality }) => request.qualities[quality]!)
        return [container, { name, rules, tree, isUnsegmented }] as const
      }),
    )
    this.#fullDisks = new Set(disks)
    this.#limits.desire(limits)
    const held = new Set([...this.#desired.keys(), ...disks.map(diskOf)])
    for (const name of this.#broken) if (!held.has(name)) this.#broken.delete(name)
    this.#leaseMs = leaseMs
    this.#expiresAt = this.#isIdle ? Number.POSITIVE_INFINITY : beganAt + leaseMs
    const done = await this.#reconcile(over)
    return { kind: 'shaped', ...done, milliseconds: Math.round(this.#options.now() - beganAt) }
  }

  async #reconcile(over: ShapeRequest['over'] = { namespaces: [], limits: [] }) {
    const { namespaces, journal } = this.#options
    const processes = namespaces.processes()
    const failed: { name: string; reason: string }[] = []
    const attempt = (name: string, work: () => Promise<void>, container?: string) => async () =>
      work().then(
        () => true,
        (error: Error) => {
          const hasEnded = container !== undefined && this.#hasEnded(container, processes.get(container))
          if (!hasEnded) failed.push({ name, reason: error.message })
          return false
        },
      )
    const healed = [...this.#applied.keys()].filter(container => !this.#desired.has(container))
    const changed = [...this.#desired.keys()].filter(container =>
      this.#isDue(container, processes.get(container)),
    )
    const leave = healed.map(container =>
      attempt(this.#applied.get(container)!.name, () => this.#leave(container, processes), container),
    )
    const enter = changed.map(container =>
      attempt(this.#desired.get(container)!.name, () => this.#enter(container, processes), container),
    )
    const disks = this.#diskWork().map(([name, work]) => attempt(diskOf(name), work))
    const limits = this.#limits
      .work(processes)
      .map(([{ name, container }, work]) => attempt(name, work, container))
    const forgotten = this.#forgotten(over, processes).map(([name, work]) => attempt(name, work))
    const done = await mapInParallel([...leave, ...enter, ...disks, ...limits, ...forgotten], work => work())
    const count = (from: number, to: number) => done.slice(from, to).filter(Boolean).length
    const counts = {
      healed: count(0, leave.length),
      changed: count(leave.length, leave.length + enter.length),
    }
    if (leave.length + enter.length + limits.length + forgotten.length + failed.length > 0)
      journal({ event: 'changed', ...counts, failed })
    return { ...counts, failed }
  }

  /** What is over of which this shaper knows nothing, because an earlier one did it. */
  #forgotten(
    { namespaces: shaped, limits }: NonNullable<ShapeRequest['over']>,
    processes: ReadonlyMap<string, number>,
  ): [name: string, work: () => Promise<void>][] {
    const { namespaces, cgroups } = this.#options
    const isKnown = (container: string) => this.#applied.has(container) || this.#desired.has(container)
    const work = (name: string, container: string, undo: (pid: number) => void | Promise<void>) => {
      const pid = processes.get(container)
      // Rules and limits have gone with a container that does not run.
      return pid === undefined ? [] : [[name, async () => undo(pid)] as [string, () => Promise<void>]]
    }
    return [
      ...shaped
        .filter(({ container }) => !isKnown(container))
        .flatMap(({ name, container }) => work(name, container, pid => purge(namespaces, pid))),
      ...limits
        .filter(({ container }) => !this.#limits.knows(container))
        .flatMap(each => work(each.name, each.container, pid => widen(cgroups, pid, each))),
    ]
  }

  /** Whether a process has ended meanwhile: what it had went with it, and the next one has its turn with the next tending. */
  #hasEnded(container: string, pid: number | undefined): boolean {
    const { namespaces } = this.#options
    if (pid === undefined || namespaces.processes().get(container) !== pid) return true
    try {
      // Nothing can be read of one that has ended and is still listed, because nobody has waited for it.
      namespaces.devices(pid)
      return false
    } catch {
      return true
    }
  }

  #isDue(container: string, pid: number | undefined): boolean {
    const [applied, desired] = [this.#applied.get(container), this.#desired.get(container)!]
    if (pid === undefined) return false
    return applied?.pid !== pid || !isSame(applied, desired)
  }

  async #enter(container: string, processes: ReadonlyMap<string, number>): Promise<void> {
    const { namespaces } = this.#options
    const pid = processes.get(container)!
    const desired = this.#desired.get(container)!
    // A container that is being started has a process before it has a network: its turn comes with the next tending.
    const takesDevice = desired.tree.length > 0 || desired.isUnsegmented
    if (takesDevice && namespaces.devices(pid).length === 0) return
    const applied = this.#applied.get(container)
    // Rules live in the namespace: they went with a process that is gone.
    const before = applied?.pid === pid ? applied : undefined
    try {
      // What somebody else has changed is no state to change from.
      if (this.#broken.has(container)) await purge(namespaces, pid)
      await change(namespaces, pid, before, desired)
      this.#applied.set(container, { ...desired, pid, shown: await shown(namespaces, pid, desired) })
      if (this.#broken.delete(container)) this.#breaks.add(desired.name, true, 'its rules were restored')
    } catch (error) {
      // Half a change is none: what is there is removed, and the next tending begins anew.
      this.#applied.delete(container)
      await purge(namespaces, pid).catch(() => {})
      throw error
    }
  }

  async #leave(container: string, processes: ReadonlyMap<string, number>): Promise<void> {
    const applied = this.#applied.get(container)!
    if (processes.get(container) === applied.pid)
      await change(this.#options.namespaces, applied.pid, applied, untouched)
    this.#applied.delete(container)
  }

  /** Compares all that is held with what was made, and forgets what was changed, so that it is made again. */
  async #look(): Promise<void> {
    const { namespaces, disks, now, journal } = this.#options
    const beganAt = now()
    const processes = namespaces.processes()
    const held = [...this.#applied].filter(
      ([container, { pid }]) => this.#desired.has(container) && processes.get(container) === pid,
    )
    await mapInParallel(held, async ([container, applied]) => {
      const is = await shown(namespaces, applied.pid, applied).catch(() => '')
      if (is === applied.shown) return
      // A process that has ended meanwhile took its namespace along.
      if (namespaces.processes().get(container) !== applied.pid) return
      this.#applied.delete(container)
      this.#broken.add(container)
      const how = is === '' ? 'removed' : 'changed'
      this.#breaks.add(applied.name, false, `its rules were ${how} by somebody else`)
      journal({ event: 'broken', name: applied.name, how })
    })
    for (const name of this.#fullDisks) {
      if (!this.#filled.has(name) || (await disks.isFilled(name))) continue
      this.#breaks.add(diskOf(name), false, 'what filled it was removed by somebody else')
      this.#broken.add(diskOf(name))
    }
    for (const { name, holds, evidence } of this.#limits.look(processes))
      this.#breaks.add(name, holds, evidence)
    this.#lookDueAt = now() + (now() - beganAt) / lookShare
  }

  async #verify({ since }: Extract<ShaperRequest, { kind: 'verify' }>): Promise<ShaperReply> {
    await this.#look()
    await this.#reconcile()
    return { kind: 'verified', breaks: this.#breaks.since(since) }
  }

  /** A disk that is to be full is filled again each time: its owner may have given something back. */
  #diskWork(): [name: string, work: () => Promise<void>][] {
    const { disks } = this.#options
    const fill = async (name: string) => {
      this.#filled.add(name)
      await disks.fill(name)
      if (this.#broken.delete(diskOf(name))) this.#breaks.add(diskOf(name), true, 'it was filled again')
    }
    const empty = async (name: string) => {
      await disks.empty(name)
      this.#filled.delete(name)
    }
    const emptied = [...this.#filled].filter(name => !this.#fullDisks.has(name))
    return [
      ...[...this.#fullDisks].map(name => [name, () => fill(name)] as [string, () => Promise<void>]),
      ...emptied.map(name => [name, () => empty(name)] as [string, () => Promise<void>]),
    ]
  }

  async #probe({ pairs, train }: Extract<ShaperRequest, { kind: 'probe' }>): Promise<ShaperReply> {
    const { namespaces } = this.#options
    const processes = namespaces.processes()
    const pinged = await mapInParallel(pairs, async ({ container, address, port }) => {
      const pid = processes.get(container)
      if (pid === undefined)
        return { sent: 0, answered: 0, duplicates: 0, roundTripsMs: [], problem: 'it does not run' }
      if (port !== undefined) return connect(namespaces, pid, { address, port }, train)
      return ping(namespaces, pid, address, train)
    })
    return { kind: 'probed', pinged }
  }

  async #count({ containers }: Extract<ShaperRequest, { kind: 'count' }>): Promise<ShaperReply> {
    const { namespaces } = this.#options
    const processes = namespaces.processes()
    const counted = await mapInParallel(containers, async container => {
      const pid = processes.get(container)
      return pid === undefined ? null : count(namespaces, pid)
    })
    return { kind: 'counted', counted }
  }

  async #measure({ disks }: Extract<ShaperRequest, { kind: 'measure-disks' }>): Promise<ShaperReply> {
    return { kind: 'disks', disks: await Promise.all(disks.map(name => this.#options.disks.measure(name))) }
  }

  #readLimits({ containers }: Extract<ShaperRequest, { kind: 'read-limits' }>): ShaperReply {
    const processes = this.#options.namespaces.processes()
    const read = containers.map((container): ReadLimits => {
      const pid = processes.get(container)
      if (pid === undefined) return { problem: 'it does not run', isDown: true }
      try {
        return { limits: this.#options.cgroups.read(pid) }
      } catch (error) {
        return { problem: (error as Error).message }
      }
    })
    return { kind: 'limits', read }
  }

  async #purge({ containers, limits = [] }: Extract<ShaperRequest, { kind: 'purge' }>): Promise<ShaperReply> {
    this.#forget()
    this.#applied.clear()
    this.#limits.forgetApplied()
    const processes = this.#options.namespaces.processes()
    for (const limited of limits) {
      const pid = processes.get(limited.container)
      if (pid !== undefined) widen(this.#options.cgroups, pid, limited)
    }
    const running = containers.flatMap(container => processes.get(container) ?? [])
    await mapInParallel(running, pid => purge(this.#options.namespaces, pid))
    this.#options.journal({ event: 'purged', containers: running.length })
    return { kind: 'purged', containers: running.length }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

function writeRules(
  {
    from,
    to,
    losses,
    duplicates,
    classes,
    isAlone = false,
  }: Omit<ShapedNamespace, 'name' | 'container' | 'isUnsegmented'>,
  { sets }: ShapeRequest,
): string {
  return nftRules({
    unheard: sets[from] ?? [],
    unreached: sets[to] ?? [],
    losses: losses.map(({ from: set, share }) => ({ from: sets[set] ?? [], share })),
    duplicates: duplicates.map(({ to: set, share }) => ({ to: sets[set] ?? [], share })),
    classes: classes.map(({ to: set }) => sets[set] ?? []),
    isAlone,
  })
}

function isSame(a: NamespaceState, b: NamespaceState): boolean {
  return (
    a.rules === b.rules &&
    a.isUnsegmented === b.isUnsegmented &&
    JSON.stringify(a.tree) === JSON.stringify(b.tree)
  )
}

/** Results in the order of the items. */
async function mapInParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length)
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return results
}
