import type { Act, Lie } from '../byzantine/act.ts'
import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { VertexBody, Vote } from '../consensus/types.ts'
import { type EncodedVertex, encodeBody, encodeVertex } from '../wire/vertex.ts'
import type { Links } from './links.ts'
import type { Clock, Crypto, NodeIndex, Transport } from './ports.ts'
import type { Speaker } from './speaker.ts'

interface LiarPorts {
  readonly clock: Clock
  readonly crypto: Crypto
  readonly transport: Transport
  readonly links: Links
  readonly speaker: Pick<Speaker, 'castFor'>
  /** Peers with a direct connection, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
}

/**
 * Performs what only a Byzantine node does. A vote that only some are to believe goes to the issuer with tags good for these alone, and once
 * an interval straight to those of them that are peers.
 */
export class Liar {
  readonly #self: NodeIndex
  readonly #intervalMs: number
  readonly #ports: LiarPorts
  readonly #perform: (acts: readonly Act[]) => void
  readonly #cancels = new Set<() => void>()
  #votesTo = new Map<NodeIndex, Vote[]>()

  /** @param perform does acts that were put off */
  constructor(
    options: { self: NodeIndex; intervalMs: number },
    ports: LiarPorts,
    perform: (acts: readonly Act[]) => void,
  ) {
    this.#self = options.self
    this.#intervalMs = options.intervalMs
    this.#ports = ports
    this.#perform = perform
  }

  tell({ vote, issuer, to }: { vote: Vote; issuer?: NodeIndex; to: readonly NodeIndex[] }): void {
    if (issuer !== undefined && (to.includes(issuer) || issuer === this.#self))
      this.#ports.speaker.castFor(vote, issuer, to)
    if (this.#votesTo.size === 0) this.#after(this.#intervalMs, () => this.#flush())
    for (const peer of to) if (peer !== issuer) getOrInsert(this.#votesTo, peer, () => []).push(vote)
  }

  perform(lie: Exclude<Lie, { kind: 'keep' | 'tell' }>): void {
    switch (lie.kind) {
      case 'later':
        this.#after(lie.inMs, () => this.#perform(lie.acts(this.#ports.clock.nowMs())))
        return
      case 'tag':
        this.#ports.speaker.castFor(lie.vote, lie.issuer, lie.good)
        return
      case 'send':
        this.#send((lie.vertex as EncodedVertex).bytes, lie.to)
        return
      case 'fork': {
        const body = encodeBody(lie.body)
        this.#send(encodeVertex(body, this.#ports.crypto.signVertex(body)), lie.to)
        return
      }
      case 'forge':
        this.#send(this.#forged(lie.body), [...this.#ports.peers])
        return
      case 'garbage':
        for (const peer of this.#ports.peers) this.#ports.transport.send(peer, lie.bytes)
        return
      default:
        lie satisfies never
    }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel()
  }

  #send(vertex: Uint8Array, to: readonly NodeIndex[]): void {
    for (const peer of to) this.#ports.links.tell(peer, { votes: [], vertices: [vertex] })
  }

  /** Signed by this node, whoever the issuer is said to be, and over something else at that. */
  #forged(body: VertexBody): Uint8Array {
    const encoded = encodeBody(body)
    return encodeVertex(encoded, this.#ports.crypto.signVertex(encoded.subarray(1)))
  }

  #flush(): void {
    const votesTo = this.#votesTo
    this.#votesTo = new Map()
    for (const [peer, votes] of votesTo) this.#ports.links.tell(peer, { votes, vertices: [] })
  }

  #after(ms: number, action: () => void): void {
    const cancel = this.#ports.clock.after(ms, () => {
      this.#cancels.delete(cancel)
      action()
    })
    this.#cancels.add(cancel)
  }
}
