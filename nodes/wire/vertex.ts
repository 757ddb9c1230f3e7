import { maxParents, maxTransactionsPerVertex, type Vertex, type VertexBody } from '../consensus/types.ts'
import { payloadBytesMax } from '../contract/limits.ts'
import { sharedTransactionBytes } from '../contract/transaction.ts'
import { whiteout } from './messages.js'
import { fromHex, toHex, toTransaction } from './transaction.ts'

const signatureBytes = 2420

/** A vertex together with its encoded form, which is what is stored, served and relayed. */
export interface EncodedVertex extends Vertex {
  /** An encoded Vertex message: body and signature. */
  readonly bytes: Uint8Array
}

/** What a vertex can be wrong in; the text is for counters and logs. */
export type VertexFault = 'malformed' | 'signature' | 'transaction signature'

interface Checks {
  sha256Hex(bytes: Uint8Array): string
  verifyVertex(issuer: number, bytes: Uint8Array, signature: Uint8Array): boolean
  verifyTransaction(owner: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean
}

/** The bytes an issuer signs; their SHA-256 is the vertex' id. */
export function encodeBody(body: VertexBody): Uint8Array {
  return whiteout.VertexBody.encode({
    issuer: body.issuer,
    sequence: body.sequence,
    parents: body.parents.map(fromHex),
    transactions: body.transactions.map(each => ({
      owner: fromHex(each.owner),
      nonce: each.nonce,
      payload: each.payload,
      signature: each.signature,
    })),
    timestampMs: body.timestampMs,
  }).finish()
}

export function encodeVertex(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return whiteout.Vertex.encode({ body, signature }).finish()
}

/** An encoded vertex of which nothing has been checked. */
export interface SealedVertex {
  readonly id: string
  readonly body: Uint8Array
  readonly signature: Uint8Array
  readonly bytes: Uint8Array
}

/** Takes an encoded vertex apart and computes its id, before anything about it is believed; undefined when it is no vertex. */
export function unsealVertex(bytes: Uint8Array, sha256Hex: Checks['sha256Hex']): SealedVertex | undefined {
  const envelope = decodeEnvelope(bytes)
  return envelope && { id: sha256Hex(envelope.body), ...envelope, bytes }
}

/**
 * Decodes a vertex and checks all that can be checked without the DAG.
 * @param bytes an own copy: the vertex keeps it
 * @param trusted skips the signatures, for what comes out of this node's own store
 */
export function decodeVertex(
  bytes: Uint8Array,
  n: number,
  checks: Checks,
  trusted = false,
): EncodedVertex | VertexFault {
  const sealed = unsealVertex(bytes, checks.sha256Hex)
  return sealed ? checkVertex(sealed, n, checks, trusted) : 'malformed'
}

/** As `decodeVertex`, once the id is known. */
export function checkVertex(
  sealed: SealedVertex,
  n: number,
  checks: Checks,
  trusted = false,
): EncodedVertex | VertexFault {
  const body = decodeBody(sealed.body)
  if (!body || !wellFormed(body, n)) return 'malformed'
  if (!trusted && !checks.verifyVertex(body.issuer, sealed.body, sealed.signature)) return 'signature'
  const transactions = []
  for (const fields of body.transactions) {
    const { owner, nonce, payload, signature } = fields
    const complete = {
      owner: owner as Uint8Array,
      nonce: nonce ?? 0,
      payload: payload ?? new Uint8Array(),
      signature: signature as Uint8Array,
    }
    const { signed, identity } = sharedTransactionBytes(complete)
    if (!trusted && !checks.verifyTransaction(complete.owner, signed, complete.signature)) {
      return 'transaction signature'
    }
    transactions.push(toTransaction(checks.sha256Hex(identity), complete))
  }
  return {
    id: sealed.id,
    issuer: body.issuer,
    sequence: body.sequence,
    parents: body.parents.map(toHex),
    transactions,
    timestampMs: body.timestampMs,
    bytes: sealed.bytes,
  }
}

function decodeEnvelope(bytes: Uint8Array): { body: Uint8Array; signature: Uint8Array } | undefined {
  try {
    const { body, signature } = whiteout.Vertex.decode(bytes)
    return signature.length === signatureBytes ? { body, signature } : undefined
  } catch {
    return undefined
  }
}

function decodeBody(bytes: Uint8Array): whiteout.VertexBody | undefined {
  try {
    return whiteout.VertexBody.decode(bytes)
  } catch {
    return undefined
  }
}

function wellFormed(body: whiteout.VertexBody, n: number): boolean {
  return (
    body.issuer < n &&
    body.parents.length <= maxParents &&
    body.parents.every(parent => parent.length === 32) &&
    body.transactions.length >= 1 &&
    body.transactions.length <= maxTransactionsPerVertex &&
    Number.isFinite(body.timestampMs) &&
    body.transactions.every(
      each =>
        each.owner?.length === 32 &&
        each.signature?.length === 64 &&
        (each.payload?.length ?? 0) <= payloadBytesMax,
    )
  )
}
