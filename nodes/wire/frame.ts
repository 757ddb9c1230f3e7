import type { Gossip } from '../consensus/input.ts'
import type { VertexId, Vote } from '../consensus/types.ts'
import type { TransactionFields } from '../contract/transaction.ts'
import { whiteout } from './messages.js'
import { fromHex, toHex } from './transaction.ts'

/** What one node tells another one or everybody. Vertices are encoded ones. */
export interface Content {
  readonly votes: readonly Vote[]
  readonly wants?: Wants
  readonly gossip?: Gossip
  readonly query?: Query
  readonly chits?: Chits
  readonly vertices: readonly Uint8Array[]
}

/** Vertices on which the receiver is asked to repeat its votes. */
interface Wants {
  readonly ids: readonly VertexId[]
  /** Given, the votes come as a ballot with a tag for each of these nodes. */
  readonly receivers?: readonly number[]
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

/** Votes of one node as bytes, with a tag for each node that they may be passed on to. */
export interface Ballot {
  /** Encoded with `encodeVotes`: the tags are made over exactly these bytes. */
  readonly votes: Uint8Array
  /** `tagBytes` for each receiver. */
  readonly tags: Uint8Array
  /** In the order of the tags; left out, the whole roster. */
  readonly receivers?: readonly number[]
}

/** The same votes of several nodes, with the tags that each of them made for the receiver. */
export interface Certificate {
  readonly votes: Uint8Array
  /** Ascending. */
  readonly voters: readonly number[]
  /** `tagBytes` for each voter. */
  readonly tags: Uint8Array
}

/** Length of a tag. */
export const tagBytes = 8

export interface Pull {
  readonly ids: readonly VertexId[]
  /** Given (also when empty), everything that leads to `ids` and is unknown to the asker is wanted. */
  readonly locator?: readonly VertexId[] | undefined
}

export interface Frame {
  readonly content?: Content
  readonly pull?: Pull
  readonly pulled?: readonly Uint8Array[]
  readonly ballots?: readonly Ballot[]
  readonly certificates?: readonly Certificate[]
  /** Vertices on which the sender wants the votes of all nodes collected. */
  readonly collect?: readonly VertexId[]
  /** Transactions that the sender wants issued, unchecked. */
  readonly entrusted?: readonly TransactionFields[]
}

/** While it is put together. */
type Writable<Message> = { -readonly [Field in keyof Message]: Message[Field] }

/** Lists in one message beyond this are not from a correct node. */
const listLimit = 4_096

export function encodeFrame(frame: Frame): Uint8Array {
  const { content, pull, pulled, ballots, certificates, collect, entrusted } = frame
  return whiteout.Frame.encode({
    content: content ? toContent(content) : null,
    pull: pull ? fromPull(pull) : null,
    pulled: pulled ? [...pulled] : null,
    ballots:
      ballots?.map(each => ({ ...each, receivers: each.receivers ? [...each.receivers] : null })) ?? null,
    certificates:
      certificates?.map(({ votes, voters, tags }) => ({ votes, voters: bitsOf(voters), tags })) ?? null,
    collect: collect ? collect.map(fromHex) : null,
    entrusted: entrusted ? [...entrusted] : null,
  }).finish()
}

/** @returns undefined when the bytes are not a frame that a correct node would send */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  return guarded(() => {
    const { content, pull, pulled, ballots, certificates, collect, entrusted } = whiteout.Frame.decode(bytes)
    // Assigned one by one: every frame passes here, and spreading a field that is not there costs as much as one that is.
    const frame: Writable<Frame> = {}
    if (content) frame.content = fromContent(content)
    if (pull) frame.pull = { ids: ids(pull.ids), locator: pull.stretch ? ids(pull.have) : undefined }
    if (pulled?.length) frame.pulled = bounded(pulled)
    if (ballots?.length) frame.ballots = bounded(ballots).map(fromBallot)
    if (certificates?.length) frame.certificates = bounded(certificates).map(fromCertificate)
    if (collect?.length) frame.collect = ids(collect)
    if (entrusted?.length) frame.entrusted = bounded(entrusted).map(fromTransaction)
    return frame
  })
}

/** The bytes of a ballot or certificate. */
export function encodeVotes(votes: readonly Vote[]): Uint8Array {
  return whiteout.Votes.encode({ votes: votes.map(toVote) }).finish()
}

/** @returns undefined when the bytes are not votes that a correct node would send */
export function decodeVotes(bytes: Uint8Array): Vote[] | undefined {
  return guarded(() => bounded(whiteout.Votes.decode(bytes).votes).map(fromVote))
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

function fromVote({ vertex, exceptions, claims, round, locked, open }: whiteout.Vote.$Properties): Vote {
  const vote: Writable<Vote> = { vertex: id(vertex), exceptions: bounded(exceptions) }
  if (claims?.length) vote.claims = bounded(claims)
  if (round) vote.round = round
  if (locked) vote.locked = true
  if (open?.length) vote.open = bounded(open)
  return vote
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
    wants: wants ? wants.ids.map(fromHex) : null,
    wantedFor: wants?.receivers ? [...wants.receivers] : null,
    query: query ? { poll: query.poll, vertices: query.ids.map(fromHex) } : null,
    chits: chits ? { poll: chits.poll, votes: chits.votes.map(toVote) } : null,
  }
}

function fromWants(wants: readonly Uint8Array[], receivers: readonly number[]): Wants {
  return receivers.length > 0 ? { ids: ids(wants), receivers } : { ids: ids(wants) }
}

function fromBallot({ votes, tags, receivers }: whiteout.Ballot.$Properties): Ballot {
  const whole = { votes: votes ?? new Uint8Array(), tags: tags ?? new Uint8Array() }
  return receivers?.length ? { ...whole, receivers: bounded(receivers) } : whole
}

function fromCertificate({ votes, voters, tags }: whiteout.Certificate.$Properties): Certificate {
  return {
    votes: votes ?? new Uint8Array(),
    voters: fromBits(voters ?? new Uint8Array()),
    tags: tags ?? new Uint8Array(),
  }
}

function fromTransaction(fields: whiteout.Transaction.$Properties): TransactionFields {
  const { owner, nonce, payload, signature } = fields
  return {
    owner: owner ?? new Uint8Array(),
    nonce: nonce ?? 0,
    payload: payload ?? new Uint8Array(),
    signature: signature ?? new Uint8Array(),
  }
}

/** Certificates of the same votes name the same voters to every receiver. */
const bitsOfVoters = new WeakMap<readonly number[], Uint8Array>()

function bitsOf(voters: readonly number[]): Uint8Array {
  const known = bitsOfVoters.get(voters)
  if (known) return known
  const bits = toBits(voters)
  bitsOfVoters.set(voters, bits)
  return bits
}

function toBits(voters: readonly number[]): Uint8Array {
  const bits = new Uint8Array(((voters.at(-1) ?? -1) >> 3) + 1)
  for (const voter of voters) bits[voter >> 3]! |= 1 << (voter & 7)
  return bits
}

function fromBits(bits: Uint8Array): number[] {
  if (bits.length * 8 > listLimit) throw new RangeError(`a roster of ${bits.length * 8} nodes`)
  const voters: number[] = []
  for (let at = 0; at < bits.length; at += 1) {
    // From one set bit to the next.
    for (let byte = bits[at]!; byte !== 0; byte &= byte - 1)
      voters.push(at * 8 + 31 - Math.clz32(byte & -byte))
  }
  return voters
}

function fromPull({ ids, locator }: Pull): whiteout.Pull.$Properties {
  return { ids: ids.map(fromHex), stretch: locator !== undefined, have: locator?.map(fromHex) ?? null }
}

function fromContent(content: whiteout.Content.$Properties): Content {
  const { votes, wants, wantedFor, gossip, query, chits, vertices } = content
  const given: Writable<Content> = { votes: bounded(votes).map(fromVote), vertices: bounded(vertices) }
  if (gossip) {
    given.gossip = { tips: ids(gossip.tips), accepted: gossip.accepted ?? 0, digest: id(gossip.digest) }
  }
  if (wants?.length) given.wants = fromWants(wants, bounded(wantedFor))
  if (query) given.query = { poll: query.poll ?? 0, ids: ids(query.vertices) }
  if (chits) given.chits = { poll: chits.poll ?? 0, votes: bounded(chits.votes).map(fromVote) }
  return given
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
