import { getOrInsert } from '../consensus/get-or-insert.ts'
import { firstMissing } from '../consensus/locator.ts'
import type { NodeIndex, VertexId } from '../consensus/types.ts'
import type { Pull } from '../wire/frame.ts'
import type { Store } from './ports.ts'
import { decodeVertexRecord, orderKey, prefixes } from './records.ts'

/** Most bytes of vertices in one answer. */
const answerBytes = 2 * 1024 * 1024

/** Vertices one peer may have asked for and not yet got; beyond it they are dropped, and the peer asks again. */
const waitingLimit = 1_024

/** What a peer waits for: single vertices, and the stretch it asked for last. */
interface Request {
  readonly ids: Set<VertexId>
  stretch: Pull | undefined
}

/**
 * Answers the pulls of peers from the store, one answer at a time to each, so that a peer that asks for a thousand
 * vertices with as many frames gets them in a few, and one that asks without end costs no more than one that waits.
 */
export class VertexServer {
  readonly #store: Store
  readonly #answer: (to: NodeIndex, vertices: readonly Uint8Array[]) => void
  readonly #requests = new Map<NodeIndex, Request>()

  constructor(store: Store, answer: (to: NodeIndex, vertices: readonly Uint8Array[]) => void) {
    this.#store = store
    this.#answer = answer
  }

  /** Resolves when the peer has got everything it asked for so far; at once when an earlier call is at it already. */
  async serve(from: NodeIndex, pull: Pull): Promise<void> {
    const isServed = this.#requests.has(from)
    const request = getOrInsert(this.#requests, from, () => ({
      ids: new Set<VertexId>(),
      stretch: undefined,
    }))
    if (pull.locator) request.stretch = pull
    else for (const id of pull.ids) if (request.ids.size < waitingLimit) request.ids.add(id)
    if (isServed) return
    try {
      for (let next = take(request); next; next = take(request)) {
        const vertices = await serveVertices(this.#store, next)
        if (vertices.length > 0) this.#answer(from, vertices)
      }
    } finally {
      this.#requests.delete(from)
    }
  }
}

/** Single vertices first: orphans wait for them. */
function take(request: Request): Pull | undefined {
  if (request.ids.size > 0) {
    const ids = [...request.ids]
    request.ids.clear()
    return { ids }
  }
  const { stretch } = request
  request.stretch = undefined
  return stretch
}

/** The vertices asked for, or the whole stretch that leads to them, oldest first so that each finds its parents there. */
async function serveVertices(store: Store, { ids, locator }: Pull): Promise<Uint8Array[]> {
  const asked = await ordersOf(store, ids)
  if (asked.length === 0) return []
  const served: Uint8Array[] = []
  let bytes = 0
  const add = (record: Uint8Array) => {
    const { vertex } = decodeVertexRecord(record)
    if (served.length > 0 && bytes + vertex.length > answerBytes) return false
    served.push(vertex)
    bytes += vertex.length
    return true
  }
  if (locator) {
    // What was asked for may come before that here: orders differ from node to node.
    const orders: (number | undefined)[] = []
    for (const id of locator) orders.push(await orderOf(store, id))
    const from = Math.min(firstMissing(orders), ...asked)
    const range = { from: orderKey(from), to: orderKey(Math.max(...asked) + 1) }
    for await (const [, record] of store.entries(range)) if (!add(record)) break
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
    const order = await orderOf(store, id)
    if (order !== undefined) orders.push(order)
  }
  return orders
}

async function orderOf(store: Store, id: VertexId): Promise<number | undefined> {
  const order = await store.get(prefixes.orders + id)
  return order && Number.parseInt(Buffer.from(order).toString(), 16)
}

/** What the index keeps for a vertex: its order, in hex. */
export function encodeOrder(order: number): Uint8Array {
  return Buffer.from(order.toString(16))
}
