import { describe, expect, it } from '@jest/globals'
import { Collector } from '../../../nodes/host/collector.ts'
import { Gatherer } from '../../../nodes/host/gatherer.ts'
import type { Links } from '../../../nodes/host/links.ts'
import { Said } from '../../../nodes/host/said.ts'
import { encodeVotes, type Frame } from '../../../nodes/wire/frame.ts'
import { VirtualClock } from '../../../simulator/clock.ts'

const n = 7
const alpha = 5
const self = 0
const peers = new Set([1, 2, 3, 4, 5, 6])
const id = 'a'.repeat(64)
const everybody = Array.from({ length: n }, (_, node) => node)
const yes = encodeVotes([{ vertex: id, exceptions: [] }])
const no = encodeVotes([{ vertex: id, exceptions: [0] }])

/** The tag of one node for another is two numbers, and nothing else. */
const tag = (from: number, to: number) => Uint8Array.from([from, to, 0, 0, 0, 0, 0, 0])
const ballot = (from: number, votes = yes, receivers: readonly number[] = everybody) => ({
  ...{ votes, tags: Buffer.concat(receivers.map(to => tag(from, to))), receivers },
})

function collecting({ isOpen = true, certifies = true } = {}) {
  const clock = new VirtualClock()
  const state = { isOpen, certifies }
  const told: { readonly to: number; readonly frame: Frame }[] = []
  const answered: string[] = []
  const links = {
    send: (to: number, frame: Frame) => told.push({ to, frame }),
    tellAll: (content: Frame['content']) => {
      for (const to of peers) told.push({ to, frame: { content: content! } })
    },
  } as unknown as Links
  const common = { clock, links, peers, isOpen: () => state.isOpen, certifies: () => state.certifies }
  const collector = new Collector({ n, alpha }, common)
  const gatherer = new Gatherer({ alpha }, { ...common, collector, answer: to => answered.push(`${to}`) })
  const add = (from: number, votes = yes) => collector.add(from, id, ballot(from, votes), state.isOpen)
  /** Voters by receiver, of all that it was told. */
  const heard = (to: number) =>
    told
      .filter(each => each.to === to)
      .flatMap(({ frame }) => frame.certificates?.flatMap(({ voters }) => voters) ?? [])
  return { clock, state, told, answered, collector, gatherer, add, heard }
}

describe('what is said by several', () => {
  it('is kept, whatever becomes of the frame that it came in', () => {
    const frame = Buffer.concat([yes, ballot(3).tags])
    const said = new Said(frame.subarray(0, yes.length))
    said.add(3, frame.subarray(yes.length))
    frame.fill(255)
    expect(said.seal()!(5)).toEqual({ votes: new Uint8Array(yes), voters: [3], tags: tag(3, 5) })
  })
})

describe('a collector', () => {
  it('sends everybody the votes of alpha nodes with the tags made for each, and no fewer', () => {
    const { told, add } = collecting()
    for (const from of [self, 6, 2, 4]) add(from)
    expect(told).toEqual([])
    add(1)
    expect(told.map(({ to }) => to)).toEqual([...peers])
    for (const { to, frame } of told) {
      const [certificate] = frame.certificates!
      expect(certificate!.voters).toEqual([0, 1, 2, 4, 6])
      expect(certificate!.tags).toEqual(
        new Uint8Array(Buffer.concat([0, 1, 2, 4, 6].map(from => tag(from, to)))),
      )
    }
  })

  it('counts a voter once, with what it said last', () => {
    const { told, add, heard } = collecting()
    for (const from of [1, 2, 3, 4]) for (const _ of [1, 2]) add(from)
    add(4, no)
    expect(told).toEqual([])
    add(5, no)
    const votes = told.filter(({ to }) => to === 6).flatMap(({ frame }) => frame.certificates!)
    expect(votes.map(({ voters }) => voters)).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
    expect(heard(6)).toHaveLength(5)
  })

  it('tells late votes together as long as something is open, and then those that decided it at once', async () => {
    const { clock, state, add, heard, collector } = collecting()
    for (const from of [0, 1, 2, 3]) add(from)
    add(4, no)
    expect(heard(6)).toHaveLength(5)
    add(5)
    expect(heard(6)).toHaveLength(5)
    await clock.advance(200)
    expect(heard(6)).toEqual([0, 1, 2, 3, 4, 5])
    // The vote with which the vertex was decided here.
    state.isOpen = false
    collector.add(6, id, ballot(6), true)
    expect(heard(1).at(-1)).toBe(6)
    collector.stop()
  })

  it('keeps to itself what comes when everything is decided, and tells it to whoever asks', () => {
    const { state, add, heard, gatherer } = collecting()
    for (const from of [0, 1, 2, 3]) add(from)
    state.isOpen = false
    add(4)
    add(5)
    const before = heard(6)
    expect(before).not.toContain(5)
    gatherer.request(6, [id])
    expect(heard(6).slice(before.length)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('sends nothing when it withholds, and nothing to those who ask', () => {
    const { told, add, gatherer } = collecting({ certifies: false })
    for (const from of everybody) add(from)
    gatherer.request(6, [id])
    expect(told).toEqual([])
  })
})

describe('votes that nobody has collected', () => {
  it('are asked for once for all who want them, and told to each of them', async () => {
    const { clock, told, gatherer, heard, answered } = collecting()
    gatherer.request(5, [id])
    gatherer.request(2, [id])
    await clock.advance(50)
    const wants = told.map(({ frame }) => frame.content?.wants)
    expect(wants).toEqual([...peers].map(() => ({ ids: [id], receivers: [2, 5] })))
    // The collector's own votes need no tags.
    expect(answered).toEqual(['5', '2'])
    for (const from of [1, 2, 3]) gatherer.add(from, ballot(from, yes, [2, 5]))
    expect(heard(5)).toEqual([])
    gatherer.add(4, ballot(4, yes, [2, 5]))
    expect([heard(2), heard(5)]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ])
    const [certificate] = told.at(-1)!.frame.certificates!
    expect(certificate!.tags).toEqual(new Uint8Array(Buffer.concat([1, 2, 3, 4].map(from => tag(from, 5)))))
    gatherer.stop()
  })

  it('are told also when fewer than alpha answer, and later ones as they come', async () => {
    const { clock, gatherer, heard } = collecting()
    gatherer.request(5, [id])
    await clock.advance(50)
    gatherer.add(1, ballot(1, yes, [5]))
    await clock.advance(250)
    expect(heard(5)).toEqual([1])
    gatherer.add(1, ballot(1, no, [5]))
    gatherer.add(2, ballot(2, yes, [5]))
    gatherer.add(3, ballot(3, yes, [4]))
    await clock.advance(5000)
    expect(heard(5)).toEqual([1, 2])
    gatherer.stop()
  })

  it('are asked for when what was collected is not enough for a node', async () => {
    const { clock, told, add, heard, gatherer } = collecting()
    for (const from of [0, 1, 2, 3, 4]) add(from)
    gatherer.request(6, [id])
    await clock.advance(60)
    expect(heard(6)).toHaveLength(10)
    expect(told.some(({ frame }) => frame.content?.wants)).toBe(false)
    gatherer.request(6, [id])
    await clock.advance(60)
    expect(told.some(({ frame }) => frame.content?.wants?.receivers?.includes(6))).toBe(true)
    // More has come in the meantime.
    add(5)
    gatherer.request(5, [id])
    expect(heard(5).slice(-6)).toEqual([0, 1, 2, 3, 4, 5])
    gatherer.stop()
  })

  it('are not asked for twice while they are on their way', async () => {
    const { clock, told, gatherer } = collecting()
    for (const _ of [1, 2, 3]) {
      gatherer.request(5, [id])
      await clock.advance(60)
    }
    expect(told.length).toBe(peers.size)
    gatherer.stop()
  })
})
