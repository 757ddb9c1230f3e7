import type { Gossip } from '../consensus/input.ts'
import type { NodeIndex, Vertex, VertexId, Vote } from '../consensus/types.ts'
import { lateVoteColumns, type SeenColumn, seenColumns } from '../contract/seen-columns.ts'
import { type Ballot, Ballots } from './ballots.ts'
import { OwnProgress } from './own-progress.ts'

/** Vertices on which votes are still noted, and made-up or late ones. */
const knownLimit = 1_024
const unknownLimit = 512

/** Columns are by roster index. */
export interface Seen extends Readonly<Record<SeenColumn, readonly number[]>> {
  /** When counting began, by the clock on the wall: another time is another process. */
  readonly since: number
  /** Vertices without a double-spend that everybody should have voted on by now. */
  readonly due: number
  /** How far this node is itself. */
  readonly accepted: number
}

interface TalliesPorts {
  /** Whether a vertex is known here, however old. */
  knows(vertex: VertexId): boolean
  /** Whether it holds a transaction whose rival is known here: correct nodes differ on it. */
  isContested(vertex: VertexId): boolean
  /** Transactions this node has accepted. */
  accepted(): number
}

/**
 * What a node saw each of its peers do, as counts: nothing of it proves anything about a peer, which the network may have kept from
 * being heard; put beside what the others were seen to do it shows whether a Byzantine node does what it says. About 0.4 MB with 500 nodes.
 */
export class Tallies {
  readonly #n: number
  readonly #since: number
  readonly #ports: TalliesPorts
  readonly #columns: Record<SeenColumn, Float64Array>
  readonly #known: Ballots
  readonly #unknown: Ballots
  readonly #progress = new OwnProgress()
  #due = 0

  constructor({ n, since }: { readonly n: number; readonly since: number }, ports: TalliesPorts) {
    this.#n = n
    this.#since = since
    this.#ports = ports
    this.#columns = newColumns(n)
    this.#known = new Ballots(n, knownLimit, ballot => {
      this.#due += this.#addVotes(ballot, this.#columns)
    })
    this.#unknown = new Ballots(n, unknownLimit, ballot => this.#addStray(ballot, this.#columns))
  }

  frame(from: NodeIndex): void {
    this.#add('frames', from, 1)
  }

  /** A vertex that is new here and valid. It has its issuer's vote, which says nothing about when that one votes. */
  vertex({ id, issuer }: Pick<Vertex, 'id' | 'issuer'>, nowMs: number): void {
    this.#known.open(id, nowMs)
    this.#known.mark(id, issuer, false)
    const early = this.#unknown.close(id)
    if (!early) return
    for (let node = 0; node < this.#n; node += 1) {
      if (early.has(node) && this.#known.mark(id, node, early.refuses(node))) this.#add('heard', node, 1)
    }
  }

  /** The same votes of one or many nodes. */
  votes(from: readonly NodeIndex[], votes: readonly Vote[], nowMs: number): void {
    for (const { vertex, exceptions } of votes) {
      const openedMs = this.#known.openedMs(vertex)
      if (openedMs === undefined) {
        if (this.#ports.knows(vertex)) continue
        this.#unknown.open(vertex, nowMs)
        for (const node of from) this.#unknown.mark(vertex, node, exceptions.length > 0)
        continue
      }
      for (const node of from) {
        if (!this.#known.mark(vertex, node, exceptions.length > 0)) continue
        this.#add('heard', node, 1)
        for (const [name, ms] of lateVoteColumns) if (nowMs - openedMs >= ms) this.#add(name, node, 1)
      }
    }
  }

  gossip(from: NodeIndex, gossip: Gossip, nowMs: number): void {
    const accepted = this.#ports.accepted()
    this.#progress.note(accepted, nowMs)
    this.#add('gossips', from, 1)
    this.#add('gossipAgeMs', from, this.#progress.aheadOfMs(gossip.accepted, nowMs))
  }

  asked(peer: NodeIndex): void {
    this.#add('asked', peer, 1)
  }

  served(peer: NodeIndex): void {
    this.#add('served', peer, 1)
  }

  /** Everything so far. @param ageMs vertices that came later than so long ago are left out: votes on them may be on their way */
  read(nowMs: number, ageMs: number): Seen {
    const columns = newColumns(this.#n)
    for (const name of seenColumns) columns[name].set(this.#columns[name])
    let due = this.#due
    const isOld = ({ openedMs }: Ballot) => openedMs <= nowMs - ageMs
    for (const ballot of this.#known.all()) if (isOld(ballot)) due += this.#addVotes(ballot, columns)
    for (const ballot of this.#unknown.all()) if (isOld(ballot)) this.#addStray(ballot, columns)
    const told = seenColumns.map(name => [name, [...columns[name]].map(Math.round)])
    return {
      since: this.#since,
      due,
      accepted: this.#ports.accepted(),
      ...(Object.fromEntries(told) as Record<SeenColumn, number[]>),
    }
  }

  /** @returns 1 if the vertex counts */
  #addVotes(ballot: Ballot, { votes, refused }: Record<SeenColumn, Float64Array>): number {
    if (this.#ports.isContested(ballot.id)) return 0
    for (let node = 0; node < this.#n; node += 1) {
      if (!ballot.has(node)) continue
      votes[node]! += 1
      if (ballot.refuses(node)) refused[node]! += 1
    }
    return 1
  }

  /** What several have voted on is somewhere, and was lost on the way here. */
  #addStray(ballot: Ballot, { stray }: Record<SeenColumn, Float64Array>): void {
    let only: NodeIndex | undefined
    for (let node = 0; node < this.#n; node += 1) {
      if (!ballot.has(node)) continue
      if (only !== undefined) return
      only = node
    }
    if (only !== undefined) stray[only]! += 1
  }

  #add(column: SeenColumn, node: NodeIndex, amount: number): void {
    this.#columns[column][node]! += amount
  }
}

function newColumns(n: number): Record<SeenColumn, Float64Array> {
  return Object.fromEntries(seenColumns.map(name => [name, new Float64Array(n)])) as Record<
    SeenColumn,
    Float64Array
  >
}
