import { stream } from '../model/random.ts'
import { censusParameters } from '../nodes/consensus/parameters.ts'
import type { RuleOptions } from '../nodes/consensus/replica.ts'
import type { Assigned } from '../nodes/host/conduct.ts'
import { MemoryStore } from '../nodes/host/memory-store.ts'
import { Node, type NodeOptions } from '../nodes/host/node.ts'
import type { CounterName, StoreOperation, Transport, TransportHandlers } from '../nodes/host/ports.ts'
import { VirtualClock } from './clock.ts'
import { cheapCrypto } from './crypto.ts'
import { Gate } from './gate.ts'
import { ProcessClock } from './process-clock.ts'

/** Where one node lives: what outlasts its processes, and the one it has. */
export interface Place {
  node: Node
  clock: ProcessClock
  /** Aborts when the process dies. */
  life: AbortController
  /** Closed while the process is frozen. */
  readonly gate: Gate
  readonly store: MemoryStore
  handlers: TransportHandlers | undefined
  /** Whom it wants links with. */
  neighbours: readonly number[]
  /** Whom it has links with. */
  readonly linked: Set<number>
  up: boolean
}

/** How long a transport takes to see that a link is dead, milliseconds. */
const linkTimeoutMs = 9000

/** Hosts of real nodes on virtual time: the real wire format, links and group commit, no sockets. */
export class HostNetwork {
  readonly clock = new VirtualClock()
  readonly places: Place[] = []
  readonly #options: Omit<NodeOptions, 'index' | 'rule'>
  readonly #rule: ((index: number) => RuleOptions) | undefined
  readonly #behaviours: ReadonlyMap<number, Assigned>
  /** Decides about every frame of so many bytes: undefined loses it, else milliseconds until it arrives. */
  link: (from: number, to: number, bytes: number) => number | undefined = () => 5
  /** What a Byzantine node that can do anything sends in place of a frame. */
  tamper: (from: number, to: number, frame: Uint8Array) => Uint8Array = (_from, _to, frame) => frame
  frames = 0
  /** Seconds that each node observed from the admission of a transaction to its acceptance. */
  readonly finality = new Map<number, number[]>()
  /** What all nodes counted, since the start or the last clearing. */
  readonly counts = new Map<CounterName, number>()
  #cut: ((from: number, to: number) => boolean) | undefined
  readonly #underWay = new Map<string, Uint8Array[]>()

  constructor(
    n: number,
    tuning: {
      f?: number
      alpha?: number
      /** Collectors from the start; left out, everybody. */
      collectors?: number
      order?: readonly number[]
      issueIntervalMs?: number
      turnMs?: number
      heartbeatIntervalMs?: number
      rule?: (index: number) => RuleOptions
    },
    {
      newStore = () => new MemoryStore(),
      behaviours = new Map(),
      evidence,
    }: {
      newStore?: () => MemoryStore
      behaviours?: ReadonlyMap<number, Assigned>
      evidence?: NodeOptions['evidence']
    } = {},
  ) {
    this.#behaviours = behaviours
    const { f, alpha } = censusParameters(n)
    const { rule, ...rest } = tuning
    this.#rule = rule
    const order = Array.from({ length: n }, (_, node) => node)
    this.#options = {
      ...{
        n,
        f,
        alpha,
        order,
        collectors: n,
        issueIntervalMs: 20,
        turnMs: 20,
        heartbeatIntervalMs: 2000,
        version: 'simulated',
      },
      ...rest,
      evidence,
    }
    for (let index = 0; index < n; index += 1) {
      const store = newStore()
      const place = {
        ...{ store, handlers: undefined, neighbours: [], linked: new Set(), up: true },
        ...{ gate: new Gate(), life: new AbortController() },
      } as unknown as Place
      this.places.push(place)
      place.node = this.#node(index)
    }
  }

  /** Starts all nodes, and gives them the time to link up. */
  async start(): Promise<void> {
    await this.startAll()
    await this.clock.advance(50)
  }

  async startAll(): Promise<void> {
    await Promise.all(this.places.map(({ node }) => node.start()))
  }

  /** Loses every frame between the two sides, and breaks the links across a little later, as a real transport does. */
  async cut(isLeft: (index: number) => boolean): Promise<void> {
    this.beginCut((from, to) => isLeft(from) !== isLeft(to))
    await this.clock.advance(linkTimeoutMs)
  }

  /** The same for any directed links, without waiting for them to break; those that are free again are set up. */
  beginCut(isCut: (from: number, to: number) => boolean): void {
    this.#cut = isCut
    this.#linkAll()
    this.clock.after(linkTimeoutMs, () => {
      if (this.#cut !== isCut) return
      this.places.forEach(({ linked }, index) => {
        for (const peer of linked) if (isCut(index, peer)) this.#unlink(index, peer)
      })
    })
  }

  heal(): void {
    this.#cut = undefined
    this.#linkAll()
  }

  /** Whether a frame that is sent now would get there. */
  carries(from: number, to: number): boolean {
    return this.#cut?.(from, to) !== true
  }

  /** As SIGKILL: the process is gone, its store stays. */
  kill(index: number): void {
    const place = this.places[index]!
    place.up = false
    place.handlers = undefined
    place.gate.drop()
    place.life.abort()
    for (const peer of place.linked) this.#unlink(index, peer)
  }

  /** As SIGTERM: it writes what it has, and ends. */
  async stop(index: number): Promise<void> {
    await this.places[index]!.node.stop()
    this.kill(index)
  }

  /** As SIGSTOP: the process does nothing until it is thawed, and its links break a little later. */
  freeze(index: number): void {
    const { gate, life, linked } = this.places[index]!
    gate.close()
    this.clock.after(linkTimeoutMs, () => {
      if (!gate.isClosed || life.signal.aborted) return
      for (const peer of linked) this.#unlink(index, peer)
    })
  }

  thaw(index: number): void {
    this.places[index]!.gate.open()
    this.#linkWanted(index)
  }

  async restart(index: number): Promise<void> {
    const place = this.places[index]!
    place.up = true
    place.life = new AbortController()
    place.node = this.#node(index)
    await place.node.start()
  }

  /** The accepted transactions of a node, in its order. */
  async accepted(index: number): Promise<string[]> {
    const stop = new AbortController()
    const { node } = this.places[index]!
    const total = node.status().accepted
    const ids: string[] = []
    if (total === 0) return ids
    for await (const decisions of node.decisions(0, stop.signal)) {
      for (const { outcome, transaction } of decisions) if (outcome === 'accepted') ids.push(transaction)
      if (ids.length >= total) break
    }
    stop.abort()
    return ids
  }

  digests(): Set<string> {
    return new Set(this.places.filter(({ up }) => up).map(({ node }) => node.digest().digest))
  }

  #linkAll(): void {
    this.places.forEach((_, index) => {
      this.#linkWanted(index)
    })
  }

  /** Links a node with all that it wants a link with, or that want one with it, as far as they can be reached. */
  #linkWanted(index: number): void {
    const place = this.places[index]!
    this.places.forEach((other, peer) => {
      const isWanted = place.neighbours.includes(peer) || other.neighbours.includes(index)
      if (!isWanted || peer === index || place.linked.has(peer)) return
      if (!this.carries(index, peer) || !this.carries(peer, index)) return
      if (!place.handlers || !other.handlers || place.gate.isClosed || other.gate.isClosed) return
      place.linked.add(peer)
      other.linked.add(index)
      place.handlers.onPeer(peer, 'connected')
      other.handlers.onPeer(index, 'connected')
    })
  }

  #unlink(one: number, other: number): void {
    for (const [index, peer] of [[one, other] as const, [other, one] as const]) {
      const place = this.places[index]!
      if (place.linked.delete(peer)) place.gate.run(() => place.handlers?.onPeer(peer, 'disconnected'))
    }
  }

  #node(index: number): Node {
    const place = this.places[index]!
    const { store } = place
    // A killed process never closes its store, and writes nothing more to it either, though its object lives on here.
    const { life } = place
    const isAlive = () => !life.signal.aborted
    place.clock = new ProcessClock(this.clock, work =>
      place.gate.run(() => {
        if (isAlive()) work()
      }),
    )
    const open = {
      get: store.get.bind(store),
      write: (operations: readonly StoreOperation[]) =>
        isAlive() ? store.write(operations) : new Promise<void>(() => {}),
      entries: store.entries.bind(store),
    }
    const node = new Node(
      {
        ...{ ...this.#options, index, behaviour: this.#behaviours.get(index) },
        ...(this.#rule ? { rule: this.#rule(index) } : {}),
      },
      {
        transport: this.#transport(index, isAlive),
        store: { ...open, close: async () => {} },
        clock: place.clock,
        crypto: cheapCrypto(index),
        metrics: {
          add: (counter, amount = 1) => this.counts.set(counter, (this.counts.get(counter) ?? 0) + amount),
          observeFinality: seconds =>
            this.finality.set(index, [...(this.finality.get(index) ?? []), seconds]),
        },
        draw: (seed, name) => stream(seed, name).next(),
        onFatal: error => {
          throw error
        },
      },
    )
    return node
  }

  /** Frames that arrive together are read together, as from a socket: nothing runs between them. */
  #deliver(from: number, to: number, delay: number, frame: Uint8Array): void {
    const key = `${from}>${to}@${this.clock.nowMs() + delay}`
    const together = this.#underWay.get(key)
    if (together) {
      together.push(frame)
      return
    }
    const frames = [frame]
    this.#underWay.set(key, frames)
    this.clock.after(delay, () => {
      this.#underWay.delete(key)
      const { gate, handlers } = this.places[to]!
      // What reached a process that is gone reaches no other.
      gate.run(() => {
        if (this.places[to]!.handlers === handlers) for (const each of frames) handlers?.onFrame(from, each)
      })
    })
  }

  #transport(self: number, isAlive: () => boolean): Transport {
    const place = this.places[self]!
    return {
      start: async (neighbours, handlers) => {
        place.handlers = handlers
        place.neighbours = neighbours
        this.#linkWanted(self)
      },
      reach: peers => {
        place.neighbours = peers
        this.#linkWanted(self)
      },
      send: (to, frame) => {
        if (!isAlive() || !place.linked.has(to)) return false
        const delay = this.carries(self, to) ? this.link(self, to, frame.length) : undefined
        this.frames += 1
        if (delay === undefined) return true
        this.#deliver(self, to, delay, this.tamper(self, to, frame))
        return true
      },
      connected: () => [...place.linked],
      stop: async () => {},
    }
  }
}
