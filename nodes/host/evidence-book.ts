import { Window } from '../byzantine/window.ts'
import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { NodeIndex, Transaction, Vertex, VertexId, Vote } from '../consensus/types.ts'
import { Voters } from '../consensus/voters.ts'

/** What a peer can be caught at: each proves that it is Byzantine, whatever the network did. */
export type Offence =
  /** Two vertices with one number, both well signed. */
  | 'equivocation'
  /** Two different votes on one vertex. */
  | 'contradictory-votes'
  /** A vertex that its issuer or an owner did not sign, sent by the peer itself. */
  | 'bad-signature'
  /** A frame that is none. */
  | 'garbage'

/** What a peer was caught at, and how often. */
export interface Caught {
  readonly node: NodeIndex
  readonly offence: Offence
  readonly count: number
  /** What was seen the first time. */
  readonly first: string
}

/** A vertex with a transaction that has a rival, and who voted how on it as far as this node heard. */
export interface ContestedVertex {
  readonly vertex: VertexId
  readonly issuer: NodeIndex
  /** The contested ones among its transactions, by their positions; those with the same `set` exclude each other. */
  readonly transactions: readonly { readonly position: number; readonly id: string; readonly set: string }[]
  readonly votes: readonly { readonly exceptions: readonly number[]; readonly voters: readonly NodeIndex[] }[]
}

/** What a book holds. */
export interface Recorded {
  readonly caught: readonly Caught[]
  readonly contested: readonly ContestedVertex[]
}

const vertexLimit = 2_048
const setLimit = 4_096
/** Contested vertices that are told of, and undecided ones. */
export const toldLimit = 256

interface Seen {
  readonly vertex: Vertex | undefined
  /** Who said what, by the text of the exceptions. */
  readonly votes: Map<string, Voters>
}

/**
 * What a node has seen its peers do that no correct node does. A vote of a correct node never changes where votes are final (census, beta = 1), and what comes straight from a
 * peer is its own word: the channel proves it. What was relayed without a proof of who sent it is held against nobody.
 */
export class EvidenceBook {
  readonly #n: number
  readonly #areVotesFinal: boolean
  readonly #caught = new Map<string, { node: NodeIndex; offence: Offence; count: number; first: string }>()
  readonly #numbers = new Window<VertexId>(vertexLimit)
  readonly #seen = new Window<Seen>(vertexLimit)
  readonly #contested = new Map<VertexId, Vertex>()
  readonly #sets = new Window<Map<string, VertexId[]>>(setLimit)

  constructor(n: number, { areVotesFinal }: { readonly areVotesFinal: boolean }) {
    this.#n = n
    this.#areVotesFinal = areVotesFinal
  }

  /** Distinct peers that were caught. */
  get offenders(): number {
    return new Set([...this.#caught.values()].map(({ node }) => node)).size
  }

  /** A vertex whose signatures have been checked. */
  vertex(vertex: Vertex): void {
    const number = `${vertex.issuer}/${vertex.sequence}`
    const other = this.#numbers.getOrSet(number, () => vertex.id)
    if (other !== vertex.id)
      this.catch(vertex.issuer, 'equivocation', `number ${vertex.sequence}: ${other} and ${vertex.id}`)
    const votes = this.#seen.get(vertex.id)?.votes ?? new Map<string, Voters>()
    this.#seen.set(vertex.id, { vertex, votes })
    for (const transaction of vertex.transactions) this.#note(transaction, vertex)
  }

  /** The same votes of one or many nodes, each proven to be theirs. */
  votes(from: readonly NodeIndex[], votes: readonly Vote[]): void {
    for (const vote of votes) {
      const seen = this.#seen.getOrSet(vote.vertex, () => ({ vertex: undefined, votes: new Map() }))
      const said = vote.exceptions.toSorted((a, b) => a - b).join()
      for (const node of from) {
        for (const [text, voters] of seen.votes) {
          if (text === said || !voters.has(node)) continue
          if (this.#areVotesFinal) {
            const both = `on ${vote.vertex}: against [${text}] and against [${said}]`
            this.catch(node, 'contradictory-votes', both)
          } else voters.delete(node)
        }
        getOrInsert(seen.votes, said, () => new Voters(this.#n)).add(node)
      }
    }
  }

  /** Whether a vertex is known to hold a transaction that has a rival. */
  isContested(vertex: VertexId): boolean {
    return this.#contested.has(vertex)
  }

  catch(node: NodeIndex, offence: Offence, first: string): void {
    const key = `${offence}/${node}`
    const known = getOrInsert(this.#caught, key, () => ({ node, offence, count: 0, first }))
    known.count += 1
  }

  get caught(): readonly Caught[] {
    return [...this.#caught.values()]
  }

  read(): Recorded {
    return {
      caught: this.caught,
      contested: [...this.#contested.values()].slice(-toldLimit).map(vertex => this.#describe(vertex)),
    }
  }

  /** Remembers who carries a transaction; with its rival all carriers of both are contested. */
  #note(transaction: Transaction, vertex: Vertex): void {
    const set = this.#sets.getOrSet(transaction.key, () => new Map())
    const carriers = getOrInsert(set, transaction.id, () => [])
    if (!carriers.includes(vertex.id)) carriers.push(vertex.id)
    if (set.size < 2) return
    for (const id of [...set.values()].flat()) {
      const carrier = this.#seen.get(id)?.vertex
      if (carrier) this.#contested.set(id, carrier)
    }
    while (this.#contested.size > vertexLimit) this.#contested.delete(this.#contested.keys().next().value!)
  }

  #describe({ id, issuer, transactions }: Vertex): ContestedVertex {
    const nodes = Array.from({ length: this.#n }, (_, node) => node)
    return {
      vertex: id,
      issuer,
      transactions: transactions.flatMap((each, position) =>
        (this.#sets.get(each.key)?.size ?? 0) > 1 ? [{ position, id: each.id, set: each.key }] : [],
      ),
      votes: [...(this.#seen.get(id)?.votes ?? [])].map(([text, voters]) => ({
        exceptions: text === '' ? [] : text.split(',').map(Number),
        voters: nodes.filter(node => voters.has(node)),
      })),
    }
  }
}
