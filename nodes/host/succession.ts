import type { NodeIndex } from './ports.ts'

export interface SuccessionOptions {
  readonly self: NodeIndex
  /** The whole roster, in the order in which its nodes become collectors. */
  readonly order: readonly NodeIndex[]
  /** So many of them are collectors from the start, linked with everybody; twice as many with each step of the succession. */
  readonly collectors: number
  /** How long issuing is one collector's turn, milliseconds. */
  readonly turnMs: number
  /** Whatever waits for so long makes a node turn to the next collectors, milliseconds; a quarter of it when none of the first can be reached. */
  readonly takeoverMs: number
  /** Nodes that it never has a link with. */
  readonly unlinked: readonly NodeIndex[]
}

/** So long a collector is passed over that let a transaction wait, milliseconds, doubled this many times at most. */
const avoidMs = 15_000
const avoidDoublings = 3
/** A node that reaches no collector at all has reason to be quicker. */
const lonelyShare = 4
/** Further collectors are kept for at most so many takeover times. */
const holdsMax = 32

/**
 * Who collects votes and issues vertices, as this node sees it: the first of the order, taking turns. A node for which nothing moves
 * turns to more of them, and opens links with everybody when it is among these itself; when things move again it stands down. So with any
 * f nodes down or Byzantine somebody correct takes over, and links are opened only when that happens.
 */
export class Succession {
  readonly #options: SuccessionOptions
  /** Peers with a link, kept by the host. */
  readonly #peers: ReadonlySet<NodeIndex>
  #step = 0
  #stepMs = Number.NEGATIVE_INFINITY
  /** How long further collectors are kept, milliseconds, and when they were given up last. */
  #holdMs = 0
  #endedMs = Number.NEGATIVE_INFINITY
  #turn = 0
  /** Collectors that let transactions wait, how often, and until when they are passed over. */
  readonly #avoided = new Map<NodeIndex, { readonly times: number; readonly untilMs: number }>()

  constructor(options: SuccessionOptions, peers: ReadonlySet<NodeIndex>) {
    this.#options = options
    this.#peers = peers
  }

  /** Collectors at present. */
  get collectors(): readonly NodeIndex[] {
    const { order, collectors } = this.#options
    return order.slice(0, collectors * 2 ** this.#step)
  }

  get isCollector(): boolean {
    return this.collectors.includes(this.#options.self)
  }

  /** Whether everybody is a collector from the start, so that all are linked with all. */
  get isFullMesh(): boolean {
    const { order, collectors } = this.#options
    return collectors >= order.length
  }

  /** Whom to be linked with. */
  get neighbours(): NodeIndex[] {
    const { self, order, unlinked } = this.#options
    const linked = this.isCollector ? order : this.collectors
    return linked.filter(node => node !== self && !unlinked.includes(node)).sort((a, b) => a - b)
  }

  /**
   * Takes a step of the succession when something waits for too long, and each further one after twice the time of the one before. When
   * nothing waits that long and one of the first collectors can be reached, these alone are collectors again: after `takeoverMs`, and after
   * twice as long as the last time if they have soon failed again, because such as do nothing are not worth a deadline each time.
   * @param waitingSinceMs see `Replica.waitingSinceMs`
   * @returns whether there are more or fewer collectors now
   */
  review(waitingSinceMs: number | undefined, nowMs: number): 'more' | 'fewer' | undefined {
    const { order, takeoverMs } = this.#options
    const isCutOff = !this.#isFirstReached
    const patienceMs = isCutOff ? takeoverMs / lonelyShare : takeoverMs
    if (waitingSinceMs === undefined || nowMs - waitingSinceMs < patienceMs) {
      // Without any of the first ones it would only have to take the same steps once more.
      if (this.#step === 0 || isCutOff || nowMs - this.#stepMs < this.#holdMs) return undefined
      this.#step = 0
      this.#endedMs = nowMs
      return 'fewer'
    }
    const dueMs = this.#step === 0 ? nowMs : this.#stepMs + patienceMs * 2 ** this.#step
    if (nowMs < dueMs || this.collectors.length === order.length) return undefined
    if (this.#step === 0) {
      const isSoon = nowMs - this.#endedMs < 2 * Math.max(this.#holdMs, takeoverMs)
      this.#holdMs = isSoon ? Math.min(2 * this.#holdMs, holdsMax * takeoverMs) : takeoverMs
    }
    this.#step += 1
    this.#stepMs = nowMs
    return 'more'
  }

  /**
   * The collector whose turn it is to issue, or the next one that can be reached and has not let a transaction wait lately: everybody
   * finds the same one, so that what comes together shares a vertex.
   * @param failed collectors that have just let a transaction wait
   */
  issuer(nowMs: number, failed: readonly NodeIndex[] = []): NodeIndex | undefined {
    for (const node of failed) this.#avoid(node, nowMs)
    const { self, turnMs } = this.#options
    const { collectors } = this
    const turn = Math.floor(nowMs / turnMs)
    const inTurn = collectors.map((_, i) => collectors[(turn + i) % collectors.length]!)
    const able = inTurn.filter(node => node === self || this.#peers.has(node))
    return able.find(node => (this.#avoided.get(node)?.untilMs ?? nowMs) <= nowMs) ?? able[0]
  }

  /** A peer to ask for the votes on a vertex: first its issuer, then one after the other. */
  collector(issuer: NodeIndex, isRepeat: boolean): NodeIndex | undefined {
    if (!isRepeat && this.#peers.has(issuer)) return issuer
    return this.#reached[this.#nextTurn() % this.#reached.length]
  }

  /** Whether this node is one of the first collectors or has a link with one. */
  get #isFirstReached(): boolean {
    const { self, order, collectors } = this.#options
    return order.slice(0, collectors).some(node => node === self || this.#peers.has(node))
  }

  get #reached(): NodeIndex[] {
    return this.collectors.filter(node => this.#peers.has(node))
  }

  /** The more often it happens the longer it is passed over: a Byzantine issuer costs each node a few waits. */
  #avoid(node: NodeIndex, nowMs: number): void {
    const times = (this.#avoided.get(node)?.times ?? 0) + 1
    this.#avoided.set(node, { times, untilMs: nowMs + avoidMs * 2 ** Math.min(times - 1, avoidDoublings) })
  }

  #nextTurn(): number {
    this.#turn += 1
    return this.#turn
  }
}
