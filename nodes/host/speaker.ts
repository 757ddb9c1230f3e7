import type { Want } from '../consensus/effect.ts'
import type { Replica } from '../consensus/replica.ts'
import type { NodeIndex, Vertex, Vote } from '../consensus/types.ts'
import type { Content } from '../wire/frame.ts'
import type { EncodedVertex } from '../wire/vertex.ts'
import type { Committer } from './committer.ts'
import type { Conduct } from './conduct.ts'
import type { NodeOptions, NodePorts } from './node-options.ts'
import { OutgoingVotes } from './outgoing-votes.ts'
import type { Router } from './router.ts'
import type { Standing } from './standing.ts'

interface SpeakerPorts extends Pick<NodePorts, 'clock' | 'metrics'> {
  readonly committer: Committer
  readonly conduct: Conduct
  readonly replica: Replica
  readonly router: Router
  readonly standing: Standing
  /** Peers with a direct connection, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
}

/** What a correct node says to its peers: its votes and vertices, what it asks for and answers, and now and then what it has. */
export class Speaker {
  readonly #options: NodeOptions
  readonly #ports: SpeakerPorts
  readonly #outgoing: OutgoingVotes
  #cancelHeartbeat: (() => void) | undefined

  constructor(options: NodeOptions, ports: SpeakerPorts) {
    this.#options = options
    this.#ports = ports
    this.#outgoing = new OutgoingVotes({ clock: ports.clock, intervalMs: options.voteIntervalMs }, content =>
      ports.router.tellAll({ ...content, vertices: [] }),
    )
  }

  /** The issuer hears at once, so that it can finalise in one round trip; everybody else with the next push. */
  vote(vertex: Vertex, vote: Vote): void {
    const { metrics, router } = this.#ports
    metrics.add('votes_cast')
    // In polls nodes answer when they are asked, and only then.
    if (this.#options.rule?.rule === 'sampled') return
    const own = vertex.issuer === this.#options.index
    if (this.#options.fullMesh && !own) router.tell(vertex.issuer, { votes: [vote], vertices: [] })
    // Nobody needs to hear an issuer's own vote, but with it all nodes say the same.
    this.#outgoing.vote(vote, vertex)
  }

  /** To everybody with the next push. */
  repeat(vote: Vote): void {
    this.#outgoing.vote(vote)
  }

  push(vertex: EncodedVertex): void {
    const { router } = this.#ports
    const content: Content = { votes: [], vertices: [vertex.bytes] }
    if (this.#options.fullMesh) router.tellPeers(content)
    else router.tellAll(content)
  }

  /**
   * In a full mesh whoever has not voted is asked alone: after a cut each half has its own votes, and everybody telling
   * everybody what is known would cost several times what is missing. Over a lattice all ask for the same in one parcel.
   */
  want(wants: readonly Want[]): void {
    const { peers, router, standing } = this.#ports
    if (!this.#options.fullMesh || peers.size < standing.neededPeers) {
      this.#outgoing.want(wants.map(({ id }) => id))
      return
    }
    for (const peer of peers) {
      const ids = wants.filter(({ voters }) => !voters.has(peer)).map(({ id }) => id)
      if (ids.length > 0) router.tell(peer, { votes: [], wants: ids, vertices: [] })
    }
  }

  /** Directly where there is a connection; else with the next push, which all who asked for the same share. */
  answer(to: NodeIndex, votes: readonly Vote[]): void {
    const { peers, router } = this.#ports
    if (peers.has(to)) router.tell(to, { votes, vertices: [] })
    else for (const vote of votes) this.#outgoing.vote(vote)
  }

  /** A new connection: what the peer may have missed. Votes on all that is open spare both a round of asking after a cut. */
  greet(peer: NodeIndex): void {
    const { committer, conduct, replica, router } = this.#ports
    const votes = conduct.repeat(peer, replica.openVotes(), this.#nowMs())
    const gossip = conduct.gossip(replica.gossip(), this.#nowMs())
    if (!votes && !gossip) return
    const content: Content = { votes: votes ?? [], ...(gossip ? { gossip } : {}), vertices: [] }
    committer.add([], [() => router.tell(peer, content)])
  }

  /** From now on neighbours hear now and then what this node has. */
  armHeartbeat(): void {
    const { clock, conduct, replica, router } = this.#ports
    this.#cancelHeartbeat = clock.after(this.#options.heartbeatIntervalMs, () => {
      const gossip = conduct.gossip(replica.gossip(), this.#nowMs())
      if (gossip && replica.counters.vertices > 0) router.tellNeighbours({ votes: [], gossip, vertices: [] })
      this.armHeartbeat()
    })
  }

  stop(): void {
    this.#cancelHeartbeat?.()
    this.#outgoing.stop()
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs()
  }
}
