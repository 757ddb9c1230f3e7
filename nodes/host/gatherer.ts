import type { VertexId } from '../consensus/types.ts'
import type { Ballot } from '../wire/frame.ts'
import type { Collector } from './collector.ts'
import type { Links } from './links.ts'
import type { Clock, NodeIndex } from './ports.ts'
import { type Said, saidIn } from './said.ts'

/** Requests that come within so many milliseconds become one. */
const joinMs = 50
/** Answers that come after the first alpha are passed on together, milliseconds. */
const laterMs = 250
/** One round of requests and answers is over after this, milliseconds; whoever lacks something still asks again. */
const roundMs = 4000
/** Vertices and receivers of one round. */
const idsMax = 512
const receiversMax = 64

interface GathererPorts {
  readonly clock: Clock
  readonly collector: Collector
  readonly links: Links
  /** Peers with a link, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
  certifies(): boolean
  /** Has the votes of this node told to a peer. */
  answer(to: NodeIndex, ids: readonly VertexId[]): void
}

interface Round {
  readonly receivers: readonly NodeIndex[]
  readonly said: Map<string, Said>
  readonly answered: Set<NodeIndex>
  cancelTelling: (() => void) | undefined
  readonly cancelEnd: () => void
}

/**
 * Collects votes on behalf of nodes that cannot decide something and have no link with most others: after a restart or a cut, or when the
 * issuer of a vertex does not send its certificate. Everybody is asked once for all that was asked for, and answers with a tag for each
 * node that asked.
 */
export class Gatherer {
  readonly #alpha: number
  readonly #ports: GathererPorts
  #wanted = new Set<VertexId>()
  #askers = new Set<NodeIndex>()
  readonly #rounds = new Map<string, Round>()
  #cancelJoin: (() => void) | undefined

  constructor({ alpha }: { readonly alpha: number }, ports: GathererPorts) {
    this.#alpha = alpha
    this.#ports = ports
  }

  /** A node wants the votes of all on these. What the collector holds is told at once. */
  request(from: NodeIndex, ids: readonly VertexId[]): void {
    const { clock, collector } = this.#ports
    // A node that is being served asks for what it lacks then once more: it costs others no more than that.
    if (!this.#ports.certifies() || this.#isServed(from)) return
    const lacking = ids.slice(0, idsMax).filter(id => !collector.tell(from, id))
    this.#ports.answer(from, lacking)
    if (lacking.length === 0 || this.#wanted.size >= idsMax || this.#askers.size >= receiversMax) return
    for (const id of lacking) this.#wanted.add(id)
    this.#askers.add(from)
    this.#cancelJoin ??= clock.after(joinMs, () => this.#ask())
  }

  /** A ballot for those who asked. */
  add(from: NodeIndex, ballot: Ballot & { readonly receivers: readonly NodeIndex[] }): void {
    const round = this.#rounds.get(nameOf(ballot.receivers))
    if (!round || round.answered.has(from)) return
    saidIn(round.said, ballot.votes).add(from, ballot.tags)
    round.answered.add(from)
    if (round.answered.size === this.#alpha - 1) this.#tell(round)
    else round.cancelTelling ??= this.#ports.clock.after(laterMs, () => this.#tell(round))
  }

  stop(): void {
    this.#cancelJoin?.()
    for (const { cancelTelling, cancelEnd } of this.#rounds.values()) {
      cancelTelling?.()
      cancelEnd()
    }
  }

  #isServed(asker: NodeIndex): boolean {
    if (this.#askers.has(asker)) return false
    return [...this.#rounds.values()].some(
      ({ receivers, answered }) => receivers.includes(asker) && answered.size < this.#alpha - 1,
    )
  }

  #ask(): void {
    const { clock, links } = this.#ports
    const ids = [...this.#wanted].slice(0, idsMax)
    const receivers = [...this.#askers].sort((a, b) => a - b)
    this.#cancelJoin = undefined
    this.#wanted = new Set()
    this.#askers = new Set()
    const name = nameOf(receivers)
    this.#end(name)
    const cancelEnd = clock.after(roundMs, () => this.#end(name))
    this.#rounds.set(name, {
      receivers,
      said: new Map(),
      answered: new Set(),
      cancelTelling: undefined,
      cancelEnd,
    })
    links.tellAll({ votes: [], wants: { ids, receivers }, vertices: [] })
  }

  #tell(round: Round): void {
    round.cancelTelling?.()
    round.cancelTelling = undefined
    const news = [...round.said.values()].flatMap(said => said.sealNews() ?? [])
    if (news.length === 0) return
    round.receivers.forEach((receiver, place) => {
      this.#ports.links.send(receiver, { certificates: news.map(certificate => certificate(place)) })
    })
  }

  #end(name: string): void {
    const round = this.#rounds.get(name)
    if (!round) return
    this.#tell(round)
    round.cancelEnd()
    this.#rounds.delete(name)
  }
}

function nameOf(receivers: readonly NodeIndex[]): string {
  return receivers.join()
}
