import type { Gossip } from '../consensus/input.ts'
import type { VertexId, Vote } from '../consensus/types.ts'
import { whiteout } from './messages.js'
import { fromHex, toHex } from './transaction.ts'

/** What one node tells another one or everybody. Vertices are encoded ones. */
export interface Content {
  readonly votes: readonly Vote[]
  /** Vertices whose votes the sender lacks: please repeat yours. */
  readonly wants?: readonly VertexId[]
  readonly gossip?: Gossip
  readonly query?: Query
  readonly chits?: Chits
  readonly vertices: readonly Uint8Array[]
}

/** A poll of the sampled rule asks for votes on these. */
interface Query {
  readonly poll: number
  readonly ids: readonly VertexId[]
}

/** The answer to a query. */
interface Chits {
  readonly poll: number
  readonly votes: readonly Vote[]
}

/** Content that travels over the lattice, see host/lattice.ts for the fields. */
export interface Parcel {
  readonly origins: readonly number[]
  readonly turn: number
  readonly hop: number
  readonly position: number
  /** Roster index, or undefined for everybody. */
  readonly target: number | undefined
  readonly content: Uint8Array
  readonly tags: Uint8Array
}

export interface Pull {
  readonly ids: readonly VertexId[]
  /** Given (also when empty), everything that leads to `ids` and is unknown to the asker is wanted. */
  readonly locator?: readonly VertexId[] | undefined
}

export interface Frame {
  readonly parcels?: readonly Parcel[]
  readonly content?: Content
  readonly pull?: Pull
  readonly pulled?: readonly Uint8Array[]
}

/** Lists in one message beyond this are not from a correct node. */
const listLimit = 4_096

export function encodeFrame(frame: Frame): Uint8Array {
  const { parcels, content, pull, pulled } = frame
  return whiteout.Frame.encode({
    parcels:
      parcels?.map(({ target, origins, ...rest }) => ({
        ...rest,
        origins: [...origins],
        target: target === undefined ? 0 : target + 1,
      })) ?? null,
    content: content ? toContent(content) : null,
    pull: pull ? fromPull(pull) : null,
    pulled: pulled ? [...pulled] : null,
  }).finish()
}

/** @returns undefined when the bytes are not a frame that a correct node would send */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  return guarded(() => {
    const { parcels, content, pull, pulled } = whiteout.Frame.decode(bytes)
    return {
      parcels: bounded(parcels).map(each => ({
        origins: bounded(each.origins),
        turn: each.turn ?? 0,
        hop: each.hop ?? 0,
        position: each.position ?? 0,
        target: each.target ? each.target - 1 : undefined,
        content: each.content ?? new Uint8Array(),
        tags: each.tags ?? new Uint8Array(),
      })),
      ...(content ? { content: fromContent(content) } : {}),
      ...(pull ? { pull: { ids: ids(pull.ids), locator: pull.stretch ? ids(pull.have) : undefined } } : {}),
      pulled: bounded(pulled),
    }
  })
}

export function encodeContent(content: Content): Uint8Array {
  return whiteout.Content.encode(toContent(content)).finish()
}

/** @returns undefined when the bytes are not a content that a correct node would send */
export function decodeContent(bytes: Uint8Array): Content | undefined {
  return guarded(() => fromContent(whiteout.Content.decode(bytes)))
}

/** A vote as it is stored, where it is not part of a vertex' record. */
export function encodeVote(vote: Vote): Uint8Array {
  return whiteout.Vote.encode(toVote(vote)).finish()
}

/** @throws RangeError or protobufjs' own error when the bytes are not a vote */
export function decodeVote(bytes: Uint8Array): Vote {
  return fromVote(whiteout.Vote.decode(bytes))
}

function toVote({ vertex, exceptions, claims, round, locked, open }: Vote): whiteout.Vote.$Properties {
  return {
    vertex: fromHex(vertex),
    exceptions: [...exceptions],
    claims: claims ? [...claims] : null,
    round: round ?? null,
    locked: locked ?? null,
    open: open ? [...open] : null,
  }
}

function fromVote(each: whiteout.Vote.$Properties): Vote {
  return {
    vertex: id(each.vertex),
    exceptions: bounded(each.exceptions),
    ...(each.claims?.length ? { claims: bounded(each.claims) } : {}),
    ...(each.round ? { round: each.round } : {}),
    ...(each.locked ? { locked: true } : {}),
    ...(each.open?.length ? { open: bounded(each.open) } : {}),
  }
}

function toContent(content: Content): whiteout.Content.$Properties {
  const { votes, wants, gossip, query, chits, vertices } = content
  return {
    votes: votes.map(toVote),
    gossip: gossip
      ? {
          tips: gossip.tips.map(fromHex),
          accepted: gossip.accepted,
          digest: fromHex(gossip.digest),
        }
      : null,
    vertices: [...vertices],
    wants: wants ? wants.map(fromHex) : null,
    query: query ? { poll: query.poll, vertices: query.ids.map(fromHex) } : null,
    chits: chits ? { poll: chits.poll, votes: chits.votes.map(toVote) } : null,
  }
}

function fromPull({ ids, locator }: Pull): whiteout.Pull.$Properties {
  return { ids: ids.map(fromHex), stretch: locator !== undefined, have: locator?.map(fromHex) ?? null }
}

function fromContent(content: whiteout.Content.$Properties): Content {
  const { votes, wants, gossip, query, chits, vertices } = content
  return {
    votes: bounded(votes).map(fromVote),
    ...(gossip
      ? {
          gossip: {
            tips: ids(gossip.tips),
            accepted: gossip.accepted ?? 0,
            digest: id(gossip.digest),
          },
        }
      : {}),
    vertices: bounded(vertices),
    ...(wants?.length ? { wants: ids(wants) } : {}),
    ...(query ? { query: { poll: query.poll ?? 0, ids: ids(query.vertices) } } : {}),
    ...(chits ? { chits: { poll: chits.poll ?? 0, votes: bounded(chits.votes).map(fromVote) } } : {}),
  }
}

function ids(list: readonly Uint8Array[] | null | undefined): string[] {
  return bounded(list).map(id)
}

function id(bytes: Uint8Array | null | undefined): string {
  if (bytes?.length !== 32) throw new RangeError(`an id has 32 bytes, not ${bytes?.length}`)
  return toHex(bytes)
}

function bounded<Item>(list: readonly Item[] | null | undefined): readonly Item[] {
  if (list && list.length > listLimit)
    throw new RangeError(`a list of ${list.length} items, more than ${listLimit}`)
  return list ?? []
}

function guarded<Result>(decode: () => Result): Result | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}
