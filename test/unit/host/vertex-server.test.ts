import { describe, expect, it } from '@jest/globals'
import { MemoryStore } from '../../../nodes/host/memory-store.ts'
import { encodeVertexRecord, orderKey, prefixes } from '../../../nodes/host/records.ts'
import { encodeOrder, VertexServer } from '../../../nodes/host/vertex-server.ts'

const idOf = (order: number) => order.toString(16).padStart(64, '0')

/** A store with `count` vertices whose one distinguishing byte is their order, and a server that notes its answers. */
async function serverOf(count: number, vertexBytes = 1) {
  const store = new MemoryStore()
  for (let order = 0; order < count; order += 1) {
    const record = encodeVertexRecord([], new Uint8Array(vertexBytes).fill(order))
    await store.write([
      { kind: 'put', key: orderKey(order), value: record },
      { kind: 'put', key: prefixes.orders + idOf(order), value: encodeOrder(order) },
    ])
  }
  const answers: { to: number; orders: number[] }[] = []
  const server = new VertexServer(store, (to, vertices) =>
    answers.push({ to, orders: vertices.map(vertex => vertex[0]!) }),
  )
  return { server, answers }
}

describe('vertex server', () => {
  it('answers a burst of pulls with everything asked for, in few answers', async () => {
    const { server, answers } = await serverOf(100)
    await Promise.all(Array.from({ length: 60 }, (_, order) => server.serve(4, { ids: [idOf(order)] })))
    expect(answers.flatMap(({ orders }) => orders)).toEqual(Array.from({ length: 60 }, (_, order) => order))
    expect(answers.length).toBeLessThanOrEqual(2)
  })

  it('serves the stretch from what follows the newest vertex both know to what was asked for', async () => {
    const { server, answers } = await serverOf(20)
    await server.serve(4, { ids: [idOf(12), idOf(9)], locator: [idOf(99), idOf(98), idOf(7), idOf(5)] })
    expect(answers).toEqual([{ to: 4, orders: [8, 9, 10, 11, 12] }])
  })

  it('serves from the first vertex on to a peer that has nothing, or nothing that is known here', async () => {
    const { server, answers } = await serverOf(20)
    await server.serve(4, { ids: [idOf(2)], locator: [] })
    await server.serve(4, { ids: [idOf(1), idOf(2)], locator: [idOf(99)] })
    expect(answers.map(({ orders }) => orders)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  it('also serves what was asked for and comes before that here', async () => {
    const { server, answers } = await serverOf(20)
    await server.serve(4, { ids: [idOf(3), idOf(8)], locator: [idOf(6)] })
    expect(answers[0]!.orders).toEqual([3, 4, 5, 6, 7, 8])
  })

  it('answers single vertices before a stretch, and only the newest stretch of a peer', async () => {
    const { server, answers } = await serverOf(20)
    await Promise.all([
      server.serve(4, { ids: [idOf(1)] }),
      server.serve(4, { ids: [idOf(8)], locator: [idOf(6)] }),
      server.serve(4, { ids: [idOf(2)] }),
      server.serve(4, { ids: [idOf(9)], locator: [idOf(7)] }),
    ])
    expect(answers.map(({ orders }) => orders)).toEqual([[1], [2], [8, 9]])
  })

  it('sends at most 2 MiB at a time, and nothing at all for what it does not know', async () => {
    const { server, answers } = await serverOf(8, 600_000)
    await server.serve(4, { ids: [idOf(7)], locator: [] })
    await server.serve(5, { ids: [idOf(99)] })
    expect(answers).toEqual([{ to: 4, orders: [0, 1, 2] }])
  })
})
