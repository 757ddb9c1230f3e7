import type { ShapeRequest, ShaperReply, ShaperRequest } from '../../model/shaper.ts'
import type { Namespaces } from './namespaces.ts'
import { nftHeal, nftRules } from './rules.ts'

/** Namespaces changed at a time: entering costs CPU, and nothing is gained beyond a few for each core. */
const parallel = 16

export interface ShaperOptions {
  readonly namespaces: Namespaces
  /** One line for each change: what was asked, done, and healed by itself. */
  readonly journal: (entry: Readonly<Record<string, unknown>>) => void
  /** Milliseconds, never backwards. */
  readonly now: () => number
}

/** What is in force in a namespace: the process it was entered by tells a restarted container from the old one. */
interface Applied {
  readonly name: string
  readonly pid: number
  readonly rules: string
}

/**
 * Keeps every namespace as the last document says, for as long as somebody renews the lease. A container that restarts gets its
 * rules again with the next `tend`; when the lease ends all is healed, so that a harness that died leaves nothing.
 */
export class Shaper {
  readonly #options: ShaperOptions
  /** Rules by container, and its name. */
  #desired = new Map<string, { readonly name: string; readonly rules: string }>()
  readonly #applied = new Map<string, Applied>()
  #expiresAt = Number.POSITIVE_INFINITY
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ShaperOptions) {
    this.#options = options
  }

  /** Requests and tending take turns: two changes of one namespace never cross. */
  handle(request: ShaperRequest): Promise<ShaperReply> {
    const { now } = this.#options
    switch (request.kind) {
      case 'shape':
        return this.#inTurn(() => this.#shape(request))
      case 'renew':
        if (this.#desired.size > 0) this.#expiresAt = now() + request.leaseMs
        return Promise.resolve({ kind: 'renewed', namespaces: this.#desired.size })
      case 'probe':
        return this.#probe(request)
    }
  }

  /** Called about once a second: heals when the lease has ended, and shapes containers that have restarted. */
  tend(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#desired.size === 0 && this.#applied.size === 0) return
      if (this.#options.now() > this.#expiresAt) {
        this.#options.journal({ event: 'lease ended', namespaces: this.#desired.size })
        this.#desired = new Map()
        this.#expiresAt = Number.POSITIVE_INFINITY
      }
      await this.#reconcile()
    })
  }

  async #shape({ leaseMs, sets, namespaces }: ShapeRequest): Promise<ShaperReply> {
    const beganAt = this.#options.now()
    // Few distinct documents for many namespaces: each is written once.
    const written = new Map<string, string>()
    this.#desired = new Map(
      namespaces.map(({ name, container, from, to }) => {
        const key = `${from}/${to}`
        const rules = written.get(key) ?? nftRules(sets[from] ?? [], sets[to] ?? [])
        written.set(key, rules)
        return [container, { name, rules }] as const
      }),
    )
    this.#expiresAt = namespaces.length > 0 ? beganAt + leaseMs : Number.POSITIVE_INFINITY
    const done = await this.#reconcile()
    return { kind: 'shaped', ...done, milliseconds: Math.round(this.#options.now() - beganAt) }
  }

  async #reconcile() {
    const processes = this.#options.namespaces.processes()
    const failed: { name: string; reason: string }[] = []
    const changes: (() => Promise<void>)[] = []
    let changed = 0
    let healed = 0
    const attempt = (name: string, pid: number, script: string, then: () => void) => async () => {
      try {
        await this.#options.namespaces.run(pid, ['nft', '-f', '-'], script)
        then()
      } catch (error) {
        failed.push({ name, reason: (error as Error).message })
      }
    }
    for (const [container, { name, pid }] of this.#applied) {
      if (this.#desired.has(container)) continue
      const forget = () => {
        this.#applied.delete(container)
        healed += 1
      }
      // Rules live in the namespace: they went with the process that is gone.
      if (processes.get(container) !== pid) forget()
      else changes.push(attempt(name, pid, nftHeal, forget))
    }
    for (const [container, { name, rules }] of this.#desired) {
      const pid = processes.get(container)
      const before = this.#applied.get(container)
      if (pid === undefined || (before?.pid === pid && before.rules === rules)) continue
      changes.push(
        attempt(name, pid, rules, () => {
          this.#applied.set(container, { name, pid, rules })
          changed += 1
        }),
      )
    }
    await inParallel(changes)
    if (changes.length > 0) this.#options.journal({ event: 'changed', changed, healed, failed })
    return { changed, healed, failed }
  }

  async #probe({ pairs, timeoutMs }: Extract<ShaperRequest, { kind: 'probe' }>): Promise<ShaperReply> {
    const processes = this.#options.namespaces.processes()
    const answered = pairs.map(() => false)
    const seconds = String(timeoutMs / 1000)
    await inParallel(
      pairs.map(({ container, address }, index) => async () => {
        const pid = processes.get(container)
        if (pid === undefined) return
        const ping = ['ping', '-n', '-q', '-c', '3', '-i', '0.2', '-w', seconds, address]
        answered[index] = await this.#options.namespaces.run(pid, ping, '').then(
          () => true,
          () => false,
        )
      }),
    )
    return { kind: 'probed', answered }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

async function inParallel(actions: readonly (() => Promise<void>)[]): Promise<void> {
  const queue = actions[Symbol.iterator]()
  const worker = async () => {
    for (const action of queue) await action()
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}
