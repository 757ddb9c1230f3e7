import { describe, expect, it } from '@jest/globals'
import { Dag } from '../../../nodes/consensus/dag.ts'
import type { Vertex } from '../../../nodes/consensus/types.ts'

function vertex(id: string, ...parents: string[]): Vertex {
  return { id, issuer: 0, sequence: 0, parents, transactions: [], timestampMs: 0 }
}

describe('dag', () => {
  it('lists as tips the vertices without children, newest first', () => {
    const dag = new Dag()
    for (const each of [vertex('a'), vertex('b', 'a'), vertex('c', 'a'), vertex('d', 'b')]) dag.add(each, [])
    expect(dag.tips(8)).toEqual(['d', 'c'])
    expect(dag.tips(1)).toEqual(['d'])
  })

  it('frees an orphan only when its last parent has come', () => {
    const dag = new Dag()
    const child = vertex('child', 'left', 'right')
    expect(dag.missingParents(child)).toEqual(['left', 'right'])
    dag.addOrphan(child, 7, ['left', 'right'])
    expect(dag.isOrphan('child')).toBe(true)
    dag.add(vertex('left'), [])
    expect(dag.adopt('left')).toEqual([])
    dag.add(vertex('right'), [])
    expect(dag.adopt('right')).toMatchObject([{ vertex: child, from: 7 }])
    expect(dag.isOrphan('child')).toBe(false)
  })

  it('refuses an orphan when 4,096 of them wait', () => {
    const dag = new Dag()
    for (let i = 0; i < 4096; i += 1) expect(dag.addOrphan(vertex(`o${i}`, 'gone'), 0, ['gone'])).toBe(true)
    expect(dag.addOrphan(vertex('one more', 'gone'), 0, ['gone'])).toBe(false)
  })

  it('has room for a missing parent that lacks parents itself when the table is full', () => {
    const dag = new Dag()
    for (let i = 0; i < 4096; i += 1) dag.addOrphan(vertex(`o${i}`, 'middle'), 0, ['middle'])
    expect(dag.addOrphan(vertex('middle', 'first'), 0, ['first'])).toBe(true)
    expect(dag.adopt('first').map(orphan => orphan.vertex.id)).toEqual(['middle'])
    expect(dag.adopt('middle')).toHaveLength(4096)
  })

  it('tells the own exceptions on a vertex, and nothing on one it does not know', () => {
    const dag = new Dag()
    dag.add(vertex('a'), [])
    dag.add(vertex('b'), [1, 3])
    expect(dag.ownExceptions('a')).toEqual([])
    expect(dag.ownExceptions('b')).toEqual([1, 3])
    expect(dag.ownExceptions('c')).toBeUndefined()
  })

  it('forgets the oldest vertices beyond 100,000, but never a tip', () => {
    const dag = new Dag()
    dag.add(vertex('old tip'), [])
    dag.add(vertex('0'), [])
    for (let i = 1; i <= 100_000; i += 1) dag.add(vertex(`${i}`, `${i - 1}`), [])
    expect(dag.has('old tip')).toBe(true)
    expect(dag.has('0')).toBe(false)
    expect(dag.has('100000')).toBe(true)
  })
})
