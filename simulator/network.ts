import { stream } from '../model/random.ts'
import { censusParameters } from '../nodes/consensus/parameters.ts'
import type { RuleOptions } from '../nodes/consensus/replica.ts'
import type { Assigned } from '../nodes/host/conduct.ts'
import { MemoryStore } from '../nodes/host/memory-store.ts'
import { Node, type NodeOptions } from '../nodes/host/node.ts'
import type { CounterName, StoreOperation, Transport, TransportHandlers } from '../nodes/host/ports.ts'
import { VirtualClock } from './clock.ts'
import { cheapCrypto } from './crypto.ts'

interface Place {
  node: Node
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
  /** Decides about every frame: undefined loses it, else milliseconds until it arrives. */
  link: (from: number, to: number) => number | undefined = () => 5
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
        version: 'test',
      },
      ...rest,
      evidence,
    }
    for (let index = 0; index < n; index += 1) {
      const store = newStore()
      const place = {
        store,
        handlers: undefined,
        neighbours: [],
        linked: new Set(),
        up: true,
      } as unknown as Place
      this.places.push(place)
      place.node = this.#node(index)
    }
  }

  async start(): Promise<void> {
    await Promise.all(this.places.map(({ node }) => node.start()))
    await this.clock.advance(50)
  }

  /** Loses every frame between the two sides, and breaks the links across a little later, as a real transport does. */
  async cut(isLeft: (index: number) => boolean): Promise<void> {
    this.beginCut((from, to) => isLeft(from) !== isLeft(to))
    await this.clock.advance(linkTimeoutMs)
  }

  /** The same for any links, without waiting for them to break. */
  beginCut(isCut: (from: number, to: number) => boolean): void {
    this.#cut = isCut
    this.clock.after(linkTimeoutMs, () => {
      if (this.#cut !== isCut) return
      this.places.forEach(({ linked }, index) => {
        for (const peer of linked) if (isCut(index, peer)) this.#unlink(index, peer)
      })
    })
  }

  heal(): void {
    this.#cut = undefined
    this.places.forEach((_, index) => {
      this.#linkWanted(index)
    })
  }

  /** As SIGKILL: the process is gone, its store stays. */
  kill(index: number): void {
    const place = this.places[index]!
    place.up = false
    place.handlers = undefined
    for (const peer of place.linked) this.#unlink(index, peer)
  }

  async restart(index: number): Promise<void> {
    const place = this.places[index]!
    place.up = true
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

  /** Links a node with all that it wants a link with, or that want one with it, as far as they can be reached. */
  #linkWanted(index: number): void {
    const place = this.places[index]!
    this.places.forEach((other, peer) => {
      const isWanted = place.neighbours.includes(peer) || other.neighbours.includes(index)
      if (!isWanted || peer === index || place.linked.has(peer) || this.#cut?.(index, peer)) return
      if (!place.handlers || !other.handlers || !place.up || !other.up) return
      place.linked.add(peer)
      other.linked.add(index)
      place.handlers.onPeer(peer, 'connected')
      other.handlers.onPeer(index, 'connected')
    })
  }

  #unlink(one: number, other: number): void {
    for (const [index, peer] of [[one, other] as const, [other, one] as const]) {
      const place = this.places[index]!
      if (place.linked.delete(peer)) place.handlers?.onPeer(peer, 'disconnected')
    }
  }

  #node(index: number): Node {
    const place = this.places[index]!
    const { store } = place
    // A killed process never closes its store, and writes nothing more to it either, though its object lives on here.
    const isAlive = () => place.up && place.node === node
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
        transport: this.#transport(index),
        store: { ...open, close: async () => {} },
        clock: this.clock,
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
      for (const each of frames) this.places[to]!.handlers?.onFrame(from, each)
    })
  }

  #transport(self: number): Transport {
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
        const delay = this.#cut?.(self, to) ? undefined : this.link(self, to)
        if (!place.linked.has(to)) return false
        this.frames += 1
        if (delay === undefined || !place.up) return true
        this.#deliver(self, to, delay, this.tamper(self, to, frame))
        return true
      },
      connected: () => [...place.linked],
      stop: async () => {},
    }
  }
}
