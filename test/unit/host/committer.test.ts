import { describe, expect, it } from '@jest/globals'
import { Committer } from '../../../nodes/host/committer.ts'
import type { Store, StoreOperation } from '../../../nodes/host/ports.ts'

/** A store whose writes end when the test says so. */
function gatedStore() {
  const writes: {
    operations: readonly StoreOperation[]
    finish: () => void
    fail: (error: Error) => void
  }[] = []
  const write = (operations: readonly StoreOperation[]) =>
    new Promise<void>((finish, fail) => {
      writes.push({ operations, finish, fail })
    })
  return { store: { write } as unknown as Store, writes }
}

const put = (key: string): StoreOperation => ({ kind: 'put', key, value: new Uint8Array() })
const turn = () => new Promise(resolve => setImmediate(resolve))

describe('committer', () => {
  it('lets nothing out before the write it rests on is done', async () => {
    const { store, writes } = gatedStore()
    const done: string[] = []
    const committer = new Committer(store, () => {})
    committer.add([put('a')], [() => done.push('a')])
    await turn()
    expect(done).toEqual([])
    writes[0]!.finish()
    await turn()
    expect(done).toEqual(['a'])
  })

  it('puts what arrives during a write into one next write, in order', async () => {
    const { store, writes } = gatedStore()
    const done: string[] = []
    const committer = new Committer(store, () => {})
    committer.add([put('a')], [() => done.push('a')])
    await turn()
    committer.add([put('b')], [() => done.push('b')])
    committer.add([put('c')], [() => done.push('c')])
    writes[0]!.finish()
    await turn()
    expect(writes[1]!.operations.map(each => each.key)).toEqual(['b', 'c'])
    writes[1]!.finish()
    await committer.drain()
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('reports a write that fails and lets nothing out', async () => {
    const { store, writes } = gatedStore()
    const done: string[] = []
    const errors: unknown[] = []
    const committer = new Committer(store, error => errors.push(error))
    committer.add([put('a')], [() => done.push('a')])
    await turn()
    writes[0]!.fail(new Error('disk full'))
    await turn()
    expect(done).toEqual([])
    expect(errors).toEqual([new Error('disk full')])
  })
})
