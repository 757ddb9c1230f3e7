import type { Outcome } from '../consensus/types.ts'
import { toHex } from '../wire/transaction.ts'

/*
 * Layout of the store:
 *   o/<order>     a vertex this node voted on, with its exceptions, in the order of the votes
 *   i/<vertex>    the order of a vertex
 *   v/<vertex>    this node's vote on a vertex where it is no longer the first one (lock votes)
 *   d/<sequence>  a decision, in local order
 *   q/<id>        an admitted transaction that is in no vertex yet
 *   m/summary     counts and digest, written with every decision: what verification compares with
 *   m/opens       how often the store was opened
 */

export const prefixes = {
  vertices: 'o/',
  orders: 'i/',
  votes: 'v/',
  decisions: 'd/',
  queue: 'q/',
} as const
export const summaryKey = 'm/summary'
export const opensKey = 'm/opens'

/** The first key after all that start with this prefix. */
export function endOf(prefix: string): string {
  return `${prefix}~`
}

export function orderKey(order: number): string {
  return `${prefixes.vertices}${order.toString(16).padStart(12, '0')}`
}

export function decisionKey(sequence: number): string {
  return `${prefixes.decisions}${sequence.toString(16).padStart(12, '0')}`
}

export function encodeVertexRecord(exceptions: readonly number[], vertex: Uint8Array): Uint8Array {
  const record = new Uint8Array(2 + exceptions.length * 2 + vertex.length)
  const view = new DataView(record.buffer)
  view.setUint16(0, exceptions.length)
  for (const [i, position] of exceptions.entries()) view.setUint16(2 + i * 2, position)
  record.set(vertex, 2 + exceptions.length * 2)
  return record
}

export function decodeVertexRecord(record: Uint8Array): { exceptions: number[]; vertex: Uint8Array } {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  const count = view.getUint16(0)
  const exceptions = Array.from({ length: count }, (_, i) => view.getUint16(2 + i * 2))
  return { exceptions, vertex: record.slice(2 + count * 2) }
}

export interface DecisionRecord {
  readonly id: string
  readonly owner: string
  readonly nonce: number
  readonly outcome: Outcome
  readonly atMs: number
}

/** Id, owner, nonce, outcome, time. */
const decisionBytes = 32 + 32 + 4 + 1 + 8

export function encodeDecision(decision: DecisionRecord): Uint8Array {
  const record = Buffer.allocUnsafe(decisionBytes)
  record.write(decision.id, 0, 'hex')
  record.write(decision.owner, 32, 'hex')
  record.writeUInt32BE(decision.nonce, 64)
  record[68] = decision.outcome === 'accepted' ? 1 : 0
  record.writeDoubleBE(decision.atMs, 69)
  return record
}

export function decodeDecision(record: Uint8Array): DecisionRecord {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  return {
    id: toHex(record.subarray(0, 32)),
    owner: toHex(record.subarray(32, 64)),
    nonce: view.getUint32(64),
    outcome: view.getUint8(68) === 1 ? 'accepted' : 'rejected',
    atMs: view.getFloat64(69),
  }
}

export interface Summary {
  readonly decisions: number
  readonly accepted: number
  readonly digest: string
}

export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

export function decodeJson<Value>(bytes: Uint8Array): Value {
  return JSON.parse(Buffer.from(bytes).toString()) as Value
}
