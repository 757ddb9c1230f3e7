import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Input } from '../../../nodes/consensus/input.ts'
import type { Vote } from '../../../nodes/consensus/types.ts'
import { EvidenceBook } from '../../../nodes/host/evidence-book.ts'
import { Listener } from '../../../nodes/host/listener.ts'
import { type Certificate, encodeFrame, encodeVotes, type Frame } from '../../../nodes/wire/frame.ts'
import { cheapCrypto, submitted } from '../../../simulator/crypto.ts'

const n = 7
const self = 0
const vote: Vote = { vertex: 'a'.repeat(64), exceptions: [] }
const bytes = encodeVotes([vote])
const everybody = Array.from({ length: n }, (_, node) => node)

/** A listener of node 0 with everything behind it replaced by records of what it was handed. */
function listening({ isOpen = true } = {}) {
  const steps: Input[] = []
  const counts = new Map<string, number>()
  const collected: number[] = []
  const gathered: number[] = []
  const evidence = new EvidenceBook(n, { areVotesFinal: true })
  const ports = {
    clock: { nowMs: () => 0 },
    crypto: cheapCrypto(self),
    metrics: { add: (name: string, amount = 1) => counts.set(name, (counts.get(name) ?? 0) + amount) },
    collector: { add: (from: number) => collected.push(from) },
    gatherer: { add: (from: number) => gathered.push(from), request: () => {} },
    conduct: { serves: true, issues: true },
    evidence,
    replica: { knows: () => true, isOpen: () => isOpen },
    standing: { isOverThreshold: false, greeted: () => {} },
    tallies: undefined,
    step: (input: Input) => steps.push(input),
  }
  const listener = new Listener(
    { index: self, n },
    ports as unknown as ConstructorParameters<typeof Listener>[1],
  )
  const receive = (from: number, frame: Frame) => listener.receive(from, encodeFrame(frame))
  const counted = () => steps.flatMap(step => (step.kind === 'votes' ? step.from : []))
  return { receive, steps, counted, counts, collected, gathered, evidence }
}

const tagOf = (from: number, to: number, over = bytes) => cheapCrypto(from).tags(over, [to])

function certificate(voters: readonly number[], tags: readonly Uint8Array[], votes = bytes): Certificate {
  return { votes, voters, tags: Buffer.concat(tags) }
}

describe('a certificate', () => {
  it('counts for those voters whose tags are good for this node, and for nobody else', () => {
    const { receive, counted, counts, evidence } = listening()
    receive(5, { certificates: [certificate([1, 2, 3], [tagOf(1, self), tagOf(2, 4), tagOf(3, self)])] })
    expect(counted()).toEqual([1, 3])
    expect(counts.get('tags_refused')).toBe(1)
    // The collector or the voter may have made the bad one.
    expect(evidence.caught).toEqual([])
  })

  it('counts for nobody when its votes differ in any byte from what was tagged', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const other = new Uint8Array(bytes)
      other[at] = other[at]! ^ 1
      const { receive, counted } = listening()
      receive(5, { certificates: [certificate([1, 2], [tagOf(1, self), tagOf(2, self)], other)] })
      expect(counted()).toEqual([])
    }
  })

  it('counts for nobody when a truncated hash of its votes is the same', () => {
    const short = (content: Uint8Array) => createHash('sha256').update(content).digest('hex').slice(0, 4)
    let other = bytes
    for (let i = 0; other === bytes || short(other) !== short(bytes); i += 1)
      other = encodeVotes([{ vertex: i.toString(16).padStart(64, '0'), exceptions: [0] }])
    const { receive, counted, counts } = listening()
    receive(5, { certificates: [certificate([1, 2], [tagOf(1, self), tagOf(2, self)], other)] })
    expect(counted()).toEqual([])
    expect(counts.get('tags_refused')).toBe(2)
  })

  it('counts for nobody whose tag this node has made itself', () => {
    const { receive, counted, counts } = listening()
    receive(1, { certificates: [certificate([1], [tagOf(self, 1)])] })
    expect(counted()).toEqual([])
    expect(counts.get('tags_refused')).toBe(1)
  })

  it('tells this node nothing about itself', () => {
    const { receive, counted } = listening()
    receive(1, { certificates: [certificate([self, 2], [tagOf(self, self), tagOf(2, self)])] })
    expect(counted()).toEqual([2])
  })

  it.each([
    ['without votes', { votes: new Uint8Array(), voters: [1], tags: new Uint8Array(8) }],
    ['with a voter beyond the roster', certificate([n], [tagOf(1, self)])],
    ['with fewer tags than voters', certificate([1, 2], [tagOf(1, self)])],
  ])('%s is garbage', (_what, broken) => {
    const { receive, steps, evidence } = listening()
    receive(5, { certificates: [broken] })
    expect(steps).toEqual([])
    expect(evidence.caught).toMatchObject([{ node: 5, offence: 'garbage' }])
  })
})

describe('a ballot', () => {
  it('is the vote of its sender, and is collected for others', () => {
    const { receive, counted, collected } = listening()
    receive(3, { ballots: [{ votes: bytes, tags: cheapCrypto(3).tags(bytes, everybody) }] })
    expect([counted(), collected]).toEqual([[3], [3]])
  })

  it('for some receivers goes to those who had it gathered', () => {
    const { receive, counted, collected, gathered } = listening()
    receive(3, { ballots: [{ votes: bytes, tags: cheapCrypto(3).tags(bytes, [1, 2]), receivers: [1, 2] }] })
    expect([counted(), collected, gathered]).toEqual([[3], [], [3]])
  })

  it.each([
    ['without a tag for each node', { votes: bytes, tags: new Uint8Array(8) }],
    ['without a tag for each receiver', { votes: bytes, tags: new Uint8Array(8 * n), receivers: [1, 2] }],
    ['without votes', { votes: new Uint8Array(), tags: new Uint8Array(8 * n) }],
  ])('%s is garbage', (_what, ballot) => {
    const { receive, steps, evidence } = listening()
    receive(3, { ballots: [ballot] })
    expect(steps).toEqual([])
    expect(evidence.caught).toMatchObject([{ node: 3, offence: 'garbage' }])
  })
})

describe('a request for votes', () => {
  it('may be for others', () => {
    const { receive, steps } = listening()
    receive(3, { content: { votes: [], wants: { ids: [vote.vertex], receivers: [1, 2] }, vertices: [] } })
    expect(steps).toMatchObject([{ kind: 'wants', from: 3, receivers: [1, 2] }])
  })

  it.each([
    ['a node beyond the roster', [1, n]],
    ['more nodes than there are', [...everybody, 0]],
  ])('for %s is garbage, and no tags are made', (_what, receivers) => {
    const { receive, steps, evidence } = listening()
    receive(3, { content: { votes: [], wants: { ids: [vote.vertex], receivers }, vertices: [] } })
    expect(steps).toEqual([])
    expect(evidence.caught).toMatchObject([{ node: 3, offence: 'garbage' }])
  })
})

describe('transactions that a peer wants issued', () => {
  it('are held against it when their owner did not sign them', () => {
    const { receive, steps, evidence } = listening()
    const forged = { ...submitted(1, 2), signature: Buffer.alloc(64, 7) }
    receive(3, { entrusted: [submitted(1, 1), forged] })
    expect(steps).toMatchObject([{ kind: 'entrusted', transactions: [{ nonce: 1 }] }])
    expect(evidence.caught).toMatchObject([{ node: 3, offence: 'bad-signature' }])
  })
})
