import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { Certificate } from '../wire/frame.ts'
import type { NodeIndex } from './ports.ts'

/** Certificates of the same votes, one for each receiver, by the receiver's place among those the tags were made for. */
export type Sealed = (place: number) => Certificate

/** The same votes of several nodes, with the tags that each of them made for each receiver. */
export class Said {
  readonly #votes: Uint8Array
  /** Two words a tag: an issuer copies one of each voter for each receiver. */
  readonly #tagsOf = new Map<NodeIndex, Uint32Array>()
  /** Voters that nobody has been told of. */
  #news = new Set<NodeIndex>()

  /** @param votes the encoded votes; a copy is kept */
  constructor(votes: Uint8Array) {
    this.#votes = new Uint8Array(votes)
  }

  /** @param tags one for each receiver, by its place; a copy is kept */
  add(voter: NodeIndex, tags: Uint8Array): void {
    this.#tagsOf.set(voter, new Uint32Array(new Uint8Array(tags).buffer))
    this.#news.add(voter)
  }

  delete(voter: NodeIndex): void {
    this.#tagsOf.delete(voter)
    this.#news.delete(voter)
  }

  /** All that was said; undefined when nobody said it. */
  seal(): Sealed | undefined {
    return this.#seal(this.#tagsOf.keys())
  }

  /** What was said since the last time; undefined when nobody has. */
  sealNews(): Sealed | undefined {
    const news = this.#news
    this.#news = new Set()
    return this.#seal(news)
  }

  #seal(saidBy: Iterable<NodeIndex>): Sealed | undefined {
    const voters = [...saidBy].sort((a, b) => a - b)
    if (voters.length === 0) return undefined
    const tagsOf = voters.map(voter => this.#tagsOf.get(voter)!)
    return place => {
      const tags = new Uint32Array(2 * voters.length)
      for (let i = 0; i < tagsOf.length; i += 1) {
        const each = tagsOf[i]!
        tags[2 * i] = each[2 * place]!
        tags[2 * i + 1] = each[2 * place + 1]!
      }
      return { votes: this.#votes, voters, tags: new Uint8Array(tags.buffer) }
    }
  }
}

/** What was said in exactly these encoded votes, among all that was said; made when it is new. */
export function saidIn(all: Map<string, Said>, votes: Uint8Array): Said {
  return getOrInsert(all, Buffer.from(votes).toString('latin1'), () => new Said(votes))
}
