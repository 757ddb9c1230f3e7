import type { VertexId } from '../consensus/types.ts'
import type { Store } from './ports.ts'
import { decodeVertexRecord, orderKey, prefixes } from './records.ts'

/** Most bytes of vertices in one answer. */
const answerBytes = 2 * 1024 * 1024

/**
 * Answers a pull from the store: the vertices asked for, and, when the asker names tips of its own that are known
 * here, the stretch that follows the oldest of them, oldest first so that each finds its parents there.
 */
export async function serveVertices(
  store: Store,
  pull: { readonly ids: readonly VertexId[]; readonly have: readonly VertexId[] },
): Promise<Uint8Array[]> {
  const asked = await ordersOf(store, pull.ids)
  if (asked.length === 0) return []
  const have = await ordersOf(store, pull.have)
  const served: Uint8Array[] = []
  let bytes = 0
  const add = (record: Uint8Array) => {
    const { vertex } = decodeVertexRecord(record)
    if (served.length > 0 && bytes + vertex.length > answerBytes) return false
    served.push(vertex)
    bytes += vertex.length
    return true
  }
  if (have.length > 0) {
    // What was asked for may come before the asker's tips here: orders differ from node to node.
    const from = orderKey(Math.min(Math.min(...have) + 1, ...asked))
    const to = Math.max(...asked) + 1
    for await (const [, record] of store.entries({ from, to: orderKey(to) })) if (!add(record)) return served
    return served
  }
  for (const order of asked.sort((a, b) => a - b)) {
    const record = await store.get(orderKey(order))
    if (record && !add(record)) break
  }
  return served
}

async function ordersOf(store: Store, ids: readonly VertexId[]): Promise<number[]> {
  const orders: number[] = []
  for (const id of ids) {
    const order = await store.get(prefixes.orders + id)
    if (order) orders.push(Number.parseInt(Buffer.from(order).toString(), 16))
  }
  return orders
}

/** What the index keeps for a vertex: its order, in hex. */
export function encodeOrder(order: number): Uint8Array {
  return Buffer.from(order.toString(16))
}
