import { describe, expect, it } from '@jest/globals'
import { Tallies } from '../../../nodes/host/tallies.ts'

function tallies(
  options: {
    contested?: readonly string[]
    old?: readonly string[]
    n?: number
    accepted?: () => number
  } = {},
) {
  const { contested = [], old = [], n = 4, accepted = () => 0 } = options
  return new Tallies(
    { n, since: 7 },
    { knows: id => old.includes(id), isContested: id => contested.includes(id), accepted },
  )
}
const vote = (vertex: string, exceptions: number[] = []) => ({ vertex, exceptions })

describe('tallies', () => {
  it('count one vote a peer and vertex, whether it refuses, and how long it took', () => {
    const book = tallies()
    book.vertex({ id: 'a', issuer: 0 }, 1000)
    book.vertex({ id: 'b', issuer: 0 }, 1000)
    book.votes([1, 2], [vote('a'), vote('b', [0])], 1050)
    book.votes([3], [vote('a')], 1500)
    book.votes([1], [vote('a', [0])], 3000)
    expect(book.read(2000, 0)).toMatchObject({
      ...{ since: 7, due: 2, votes: [2, 2, 2, 1], refused: [0, 1, 1, 0] },
      ...{ heard: [0, 2, 2, 1], over125: [0, 0, 0, 1], over500: [0, 0, 0, 1], over1000: [0, 0, 0, 0] },
    })
  })

  it('take a vertex for the vote of its issuer, which is neither early nor late', () => {
    const book = tallies()
    book.vertex({ id: 'a', issuer: 2 }, 1000)
    book.votes([2], [vote('a')], 1500)
    expect(book.read(2000, 0)).toMatchObject({
      votes: [0, 0, 1, 0],
      heard: [0, 0, 0, 0],
      over125: [0, 0, 0, 0],
    })
  })

  it('take votes that came before their vertex as its own; without one they are stray', () => {
    const book = tallies()
    book.votes([1], [vote('a', [0]), vote('made up'), vote('lost')], 1000)
    book.votes([2], [vote('lost')], 1000)
    book.vertex({ id: 'a', issuer: 0 }, 1200)
    expect(book.read(2000, 0)).toMatchObject({
      ...{ due: 1, votes: [1, 1, 0, 0], refused: [0, 1, 0, 0], stray: [0, 1, 0, 0] },
      ...{ heard: [0, 1, 0, 0], over125: [0, 0, 0, 0] },
    })
  })

  it('leave out what is too young, what is contested, and votes on what is known from long ago', () => {
    const book = tallies({ contested: ['b'], old: ['past'] })
    book.vertex({ id: 'a', issuer: 0 }, 1000)
    book.vertex({ id: 'b', issuer: 0 }, 1000)
    book.vertex({ id: 'c', issuer: 0 }, 1900)
    book.votes([1], [vote('a'), vote('b'), vote('c'), vote('past')], 1950)
    book.votes([1], [vote('unknown as yet')], 1950)
    expect(book.read(2000, 500)).toMatchObject({ due: 1, votes: [1, 1, 0, 0], stray: [0, 0, 0, 0] })
  })

  it('keep their counts when vertices are forgotten, in room that is fixed', () => {
    const book = tallies()
    for (let i = 0; i < 3000; i += 1) {
      book.vertex({ id: `v${i}`, issuer: 0 }, i)
      book.votes([1, 2], [vote(`v${i}`, i % 3 === 0 ? [0] : [])], i)
      book.votes([3], [vote(`x${i}`)], i)
    }
    expect(book.read(10_000, 0)).toMatchObject({
      ...{ due: 3000, votes: [3000, 3000, 3000, 0], refused: [0, 1000, 1000, 0], stray: [0, 0, 0, 3000] },
    })
  })

  it('tell how old it is what a peer tells of itself, by this node’s own way', () => {
    let accepted = 0
    const book = tallies({ accepted: () => accepted })
    const gossip = (accepted: number) => ({ tips: [], accepted, digest: '' })
    for (let second = 0; second <= 10; second += 1) {
      accepted = second
      book.gossip(1, gossip(second), second * 1000)
    }
    book.gossip(2, gossip(5), 10_000)
    const { gossips, gossipAgeMs } = book.read(10_000, 0)
    expect(gossips).toEqual([0, 11, 1, 0])
    expect(gossipAgeMs).toEqual([0, 0, 4000, 0])
  })

  it('cost less than half a megabyte with 500 nodes', () => {
    const n = 500
    const before = process.memoryUsage()
    const book = tallies({ n })
    const everybody = Array.from({ length: n }, (_, node) => node)
    for (let i = 0; i < 1024; i += 1) {
      const id = i.toString(16).padStart(64, '0')
      book.vertex({ id: id, issuer: 0 }, i)
      book.votes(everybody, [vote(id)], i)
    }
    const { arrayBuffers } = process.memoryUsage()
    expect(arrayBuffers - before.arrayBuffers).toBeLessThan(400_000)
    expect(book.read(2000, 0).votes).toEqual(everybody.map(() => 1024))
  })
})
