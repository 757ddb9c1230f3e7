import { describe, expect, it } from '@jest/globals'
import type { Vote } from '../../../nodes/consensus/types.ts'
import { type Content, decodeFrame, decodeVote, encodeFrame, encodeVote } from '../../../nodes/wire/frame.ts'

const id = (byte: number) => byte.toString(16).padStart(2, '0').repeat(32)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bare: Content = { votes: [], vertices: [] }

/** Messages and the bytes they must be, as a node in another language would have to make them. */
const votes: [string, Vote, string][] = [
  ['a first vote', { vertex: id(1), exceptions: [] }, `0a20${id(1)}`],
  ['a vote against two', { vertex: id(1), exceptions: [0, 300] }, `0a20${id(1)}120300ac02`],
  ['a changed vote', { vertex: id(1), exceptions: [2], round: 3 }, `0a20${id(1)}1201022003`],
  [
    'a locked vote with one position open',
    { vertex: id(1), exceptions: [2], round: 1, locked: true, open: [5] },
    `0a20${id(1)}12010220012801320105`,
  ],
]

const frames: [string, Content, string][] = [
  ['a query', { ...bare, query: { poll: 7, ids: [id(1)] } }, `12262a2408071220${id(1)}`],
  [
    'chits',
    { ...bare, chits: { poll: 7, votes: [{ vertex: id(1), exceptions: [4] }] } },
    `122b3229080712250a20${id(1)}120104`,
  ],
]

describe('wire format', () => {
  it.each(votes)('of %s is as documented', (_name, vote, bytes) => {
    expect(hex(encodeVote(vote))).toBe(bytes)
    expect(decodeVote(Buffer.from(bytes, 'hex'))).toEqual(vote)
  })

  it.each(frames)('of %s is as documented', (_name, content, bytes) => {
    expect(hex(encodeFrame({ content }))).toBe(bytes)
    expect(decodeFrame(Buffer.from(bytes, 'hex'))?.content).toEqual(content)
  })

  it('refuses chits with a vote on something that is no vertex', () => {
    const frame = Buffer.from('12093207080712030a0101', 'hex')
    expect(decodeFrame(frame)).toBeUndefined()
  })
})
