import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { VertexId } from '../consensus/types.ts'
import { type Ballot, tagBytes } from '../wire/frame.ts'
import type { Links } from './links.ts'
import type { Clock, NodeIndex } from './ports.ts'
import { type Said, saidIn } from './said.ts'

/** Tags of ballots are kept for those who still lack some votes; beyond it the oldest vertices are forgotten. */
const heldBytesMax = 16 * 1024 * 1024
/** Votes that come after a certificate are told together, milliseconds. */
const laterMs = 200

export interface CollectorOptions {
  readonly n: number
  readonly alpha: number
}

interface CollectorPorts {
  readonly clock: Clock
  readonly links: Links
  /** Peers with a link, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
  /** Whether something in a vertex is undecided here. */
  isOpen(id: VertexId): boolean
  /** Whether certificates are sent at all; a correct node always does. */
  certifies(): boolean
}

/** The votes on one vertex, by what they say. */
interface Count {
  readonly said: Map<string, Said>
  /** What each voter said last. */
  readonly saidBy: Map<NodeIndex, Said>
  /** How many votes a node that asked was told. */
  readonly toldTo: Map<NodeIndex, number>
  isCertified: boolean
  isArmed: boolean
}

/**
 * Collects the ballots on vertices and tells everybody in certificates who voted how: at once when alpha nodes have, and whatever changes
 * later as long as something in the vertex is open. A vote of another node proves itself to each receiver by the tag made for it, so
 * a collector can withhold votes but not invent them.
 */
export class Collector {
  readonly #options: CollectorOptions
  readonly #ports: CollectorPorts
  readonly #counts = new Map<VertexId, Count>()
  readonly #cancels = new Set<() => void>()
  #heldBytes = 0

  constructor(options: CollectorOptions, ports: CollectorPorts) {
    this.#options = options
    this.#ports = ports
  }

  /**
   * Adds a ballot for the whole roster on one vertex, and certifies.
   * @param wasOpen whether something in the vertex was undecided before the vote in it was counted
   */
  add(from: NodeIndex, id: VertexId, ballot: Ballot, wasOpen: boolean): void {
    const { n, alpha } = this.#options
    const count = getOrInsert(this.#counts, id, newCount)
    const said = saidIn(count.said, ballot.votes)
    const before = count.saidBy.get(from)
    if (before === said) return
    before?.delete(from)
    count.saidBy.set(from, said)
    said.add(from, ballot.tags)
    if (!before) this.#hold(n * tagBytes)
    if (!count.isCertified) {
      if (count.saidBy.size >= alpha) this.#certify(count)
    } else if (this.#ports.isOpen(id)) this.#later(count)
    else if (wasOpen) this.#certify(count)
  }

  /**
   * Tells a node that asks all votes on a vertex that are held here.
   * @returns false when these are fewer than alpha, or no more than it was told when it asked before: then it lacks those of others
   */
  tell(to: NodeIndex, id: VertexId): boolean {
    const count = this.#counts.get(id)
    if (!count || !this.#ports.certifies()) return false
    const { size } = count.saidBy
    if (size < this.#options.alpha || size <= (count.toldTo.get(to) ?? 0)) return false
    count.toldTo.set(to, size)
    const certificates = [...count.said.values()].flatMap(said => said.seal()?.(to) ?? [])
    this.#ports.links.send(to, { certificates })
    return true
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel()
  }

  /** Tells everybody what has not been told yet. */
  #certify(count: Count): void {
    count.isCertified = true
    const news = [...count.said.values()].flatMap(said => said.sealNews() ?? [])
    if (news.length === 0 || !this.#ports.certifies()) return
    for (const peer of this.#ports.peers)
      this.#ports.links.send(peer, { certificates: news.map(certificate => certificate(peer)) })
  }

  #later(count: Count): void {
    if (count.isArmed) return
    count.isArmed = true
    const cancel = this.#ports.clock.after(laterMs, () => {
      this.#cancels.delete(cancel)
      count.isArmed = false
      this.#certify(count)
    })
    this.#cancels.add(cancel)
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes
    for (const [oldest, count] of this.#counts) {
      if (this.#heldBytes <= heldBytesMax) return
      this.#heldBytes -= count.saidBy.size * bytes
      this.#counts.delete(oldest)
    }
  }
}

function newCount(): Count {
  return { said: new Map(), saidBy: new Map(), toldTo: new Map(), isCertified: false, isArmed: false }
}
