import type { Effect, Want } from '../consensus/effect.ts'
import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { Input } from '../consensus/input.ts'
import type { Replica } from '../consensus/replica.ts'
import type { NodeIndex, Vertex, VertexId, Vote } from '../consensus/types.ts'
import { type Ballot, type Content, encodeVotes, tagBytes } from '../wire/frame.ts'
import { fromHex } from '../wire/transaction.ts'
import type { EncodedVertex } from '../wire/vertex.ts'
import type { Collector } from './collector.ts'
import type { Committer } from './committer.ts'
import type { Conduct } from './conduct.ts'
import type { Links } from './links.ts'
import type { NodeOptions, NodePorts } from './node-options.ts'
import type { Succession } from './succession.ts'

/** Open vertices whose votes a peer hears again over a new link. */
const greetedMax = 512
/** Most nodes that exchange heartbeats with everybody. */
const hubsMax = 4

interface SpeakerPorts extends Pick<NodePorts, 'clock' | 'crypto' | 'metrics'> {
  readonly collector: Collector
  readonly committer: Committer
  readonly conduct: Conduct
  readonly links: Links
  readonly replica: Replica
  readonly succession: Succession
  /** Peers with a link, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
  step(input: Input): void
}

/** What a correct node says to its peers: its votes and vertices, what it asks for and answers, and now and then what it has. */
export class Speaker {
  readonly #options: NodeOptions
  readonly #ports: SpeakerPorts
  readonly #everybody: readonly NodeIndex[]
  readonly #hubs: readonly NodeIndex[]
  /** By issuer: ballots that go in one frame, because one write made all of them safe to send. */
  #ballots = new Map<NodeIndex, Ballot[]>()
  #cancelHeartbeat: (() => void) | undefined

  constructor(options: NodeOptions, ports: SpeakerPorts) {
    this.#options = options
    this.#ports = ports
    this.#everybody = Array.from({ length: options.n }, (_, node) => node)
    this.#hubs = options.order.slice(0, Math.min(options.collectors, hubsMax))
  }

  /** The issuer hears of a vote, with tags for everybody, and tells all others. */
  vote(vertex: Vertex, vote: Vote): void {
    this.#ports.metrics.add('votes_cast')
    // In polls nodes answer when they are asked, and only then.
    if (this.#options.rule?.rule !== 'sampled') this.cast(vote, vertex.issuer)
  }

  /** @param issuer of the vertex; left out, all peers hear the vote itself */
  cast(vote: Vote, issuer: NodeIndex | undefined): void {
    if (issuer === undefined) this.#ports.links.tellAll({ votes: [vote], vertices: [] })
    else this.castFor(vote, issuer, this.#everybody)
  }

  /** Gives the issuer of the vertex a ballot whose tags are good for these receivers alone. */
  castFor({ vertex, ...rest }: Vote, issuer: NodeIndex, receivers: readonly NodeIndex[]): void {
    const { collector, peers, replica } = this.#ports
    const ballot = this.#ballot({ vertex, ...rest }, receivers)
    if (issuer === this.#options.index) {
      collector.add(issuer, vertex, ballot, replica.isOpen(vertex))
      return
    }
    if (!peers.has(issuer)) return
    if (this.#ballots.size === 0) queueMicrotask(() => this.#flush())
    getOrInsert(this.#ballots, issuer, () => []).push(ballot)
  }

  push(vertex: EncodedVertex): void {
    this.#ports.links.tellAll({ votes: [], vertices: [vertex.bytes] })
  }

  /** Hands transactions to the collector whose turn it is, which may be this node. */
  forward({ transactions, failed }: Extract<Effect, { kind: 'forward' }>): void {
    const { clock, conduct, links, metrics, replica, succession, step } = this.#ports
    const nowMs = clock.nowMs()
    const issuer = succession.issuer(nowMs, failed)
    if (issuer === undefined) return
    replica.handed(transactions, issuer)
    if (issuer === this.#options.index) {
      if (conduct.issues) step({ kind: 'entrusted', nowMs, transactions })
      return
    }
    metrics.add('transactions_forwarded', transactions.length)
    links.send(issuer, { entrusted: transactions.map(each => ({ ...each, owner: fromHex(each.owner) })) })
  }

  /** A collector asks each peer for the votes it lacks itself; any other node asks a collector for those of all. */
  want(wants: readonly Want[]): void {
    const { links, metrics, peers, succession } = this.#ports
    if (succession.isCollector) {
      for (const peer of peers) {
        const ids = wants.filter(({ voters }) => !voters.has(peer)).map(({ id }) => id)
        if (ids.length > 0) links.tell(peer, { votes: [], wants: { ids }, vertices: [] })
      }
      return
    }
    const idsOf = new Map<NodeIndex, VertexId[]>()
    const next = succession.collector(wants[0]!.issuer, true)
    for (const { id, issuer, isRepeat } of wants) {
      const collector = isRepeat ? next : succession.collector(issuer, false)
      if (collector !== undefined) getOrInsert(idsOf, collector, () => []).push(id)
    }
    for (const [collector, collect] of idsOf) {
      metrics.add('collects_sent', collect.length)
      links.send(collector, { collect })
    }
  }

  answer({ to, votes, receivers }: Extract<Effect, { kind: 'answer' }>): void {
    const { crypto, links } = this.#ports
    if (!receivers) {
      links.tell(to, { votes, vertices: [] })
      return
    }
    const bytes = encodeVotes(votes)
    links.send(to, { ballots: [{ votes: bytes, tags: crypto.tags(bytes, receivers), receivers }] })
  }

  /**
   * A new link: what the peer may have missed. It hears votes on all that is open; those on vertices of its own with tags, so that it can
   * certify them.
   */
  greet(peer: NodeIndex): void {
    const { committer, conduct, links, replica, succession } = this.#ports
    const open = conduct.repeat(peer, replica.openVotes(), this.#nowMs())
    const gossip = conduct.gossip(replica.gossip(), this.#nowMs())
    if (!open && !gossip) return
    const own = new Set(succession.isFullMesh ? [] : this.#issuedBy(peer))
    const content: Content = {
      votes: open?.filter(({ vertex }) => !own.has(vertex)) ?? [],
      ...(gossip ? { gossip } : {}),
      vertices: [],
    }
    const ballots = open
      ?.filter(({ vertex }) => own.has(vertex))
      .map(vote => this.#ballot(vote, this.#everybody))
    committer.add([], [() => links.send(peer, { content, ...(ballots?.length ? { ballots } : {}) })])
  }

  /** From now on peers hear now and then what this node has: a few hubs tell everybody, and everybody else the hubs. */
  armHeartbeat(): void {
    const { clock, conduct, links, peers, replica } = this.#ports
    this.#cancelHeartbeat = clock.after(this.#options.heartbeatIntervalMs, () => {
      const gossip = conduct.gossip(replica.gossip(), this.#nowMs())
      if (gossip && replica.counters.vertices > 0) {
        const content: Content = { votes: [], gossip, vertices: [] }
        if (this.#hubs.includes(this.#options.index)) links.tellAll(content)
        else for (const hub of this.#hubs) if (peers.has(hub)) links.tell(hub, content)
      }
      this.armHeartbeat()
    })
  }

  stop(): void {
    this.#cancelHeartbeat?.()
  }

  #ballot(vote: Vote, receivers: readonly NodeIndex[]): Ballot {
    const votes = encodeVotes([vote])
    const good = this.#ports.crypto.tags(votes, receivers)
    if (receivers.length === this.#options.n) return { votes, tags: good }
    const tags = new Uint8Array(this.#options.n * tagBytes)
    receivers.forEach((receiver, i) => {
      tags.set(good.subarray(i * tagBytes, (i + 1) * tagBytes), receiver * tagBytes)
    })
    return { votes, tags }
  }

  #issuedBy(issuer: NodeIndex): VertexId[] {
    const open = this.#ports.replica.undecided(greetedMax)
    return open.filter(vertex => vertex.issuer === issuer).map(({ id }) => id)
  }

  #flush(): void {
    const waiting = this.#ballots
    this.#ballots = new Map()
    for (const [issuer, ballots] of waiting) this.#ports.links.send(issuer, { ballots })
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs()
  }
}
