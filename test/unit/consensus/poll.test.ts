import { describe, expect, it } from '@jest/globals'
import { ConflictSets } from '../../../nodes/consensus/conflict-set.ts'
import { Outstanding } from '../../../nodes/consensus/outstanding.ts'
import { Poll } from '../../../nodes/consensus/poll.ts'
import { transaction } from '../../support/replica-network.ts'

const parameters = { k: 5, alphaPreference: 3, alphaConfidence: 4, beta: 1 }
const [red, blue] = [transaction(1, 1, 0), transaction(1, 1, 1)]

/** Red in vertex r, blue in vertex b, both in one set. */
function contested() {
  const sets = new ConflictSets()
  sets.add(red, 'r', 0, red.id)
  sets.add(blue, 'b', 0, red.id)
  return sets.of(red)!
}

const vote = (vertex: string, isFor: boolean) => ({ vertex, exceptions: isFor ? [] : [0] })
const forRed = [vote('r', true), vote('b', false)]
const forBlue = [vote('r', false), vote('b', true)]

function poll(peers = [0, 1, 2, 3, 4]): Poll {
  return new Poll({ id: 1, askedMs: 0 }, ['r', 'b'], peers)
}

describe('poll', () => {
  it('counts one chit for each node that was asked, once', () => {
    const asked = poll()
    expect(asked.record(0, forRed)).toBe(true)
    expect(asked.record(0, forRed)).toBe(false)
    expect(asked.record(7, forRed)).toBe(false)
    expect(asked.colourOf(contested())).toEqual({ id: red.id, chits: 1 })
  })

  it('gives one chit to a conflict set by a node that is for both sides', () => {
    const asked = poll()
    asked.record(0, [vote('r', true), vote('b', true)])
    for (const peer of [1, 2]) asked.record(peer, forBlue)
    expect(asked.colourOf(contested())).toEqual({ id: blue.id, chits: 2 })
  })

  it.each([
    ['not while alphaPreference can still be reached', [forRed, forRed, forBlue], 0, false],
    ['not when alphaPreference is reached and alphaConfidence can be', [forRed, forRed, forRed], 0, false],
    ['as soon as alphaConfidence is reached', [forRed, forRed, forRed, forRed], 0, true],
    ['as soon as alphaConfidence is out of reach', [forRed, forRed, forRed, forBlue], 1, true],
    ['as soon as alphaPreference is out of reach', [forRed, forRed], 3, true],
    ['not when those who do not answer leave alphaPreference in reach', [forRed, forRed], 2, false],
    ['when everybody has answered', [forRed, forRed, forBlue, forBlue, forRed], 0, true],
  ])('ends %s', (_when, answers, dropped, isSettled) => {
    const asked = poll()
    answers.forEach((votes, peer) => {
      asked.record(peer, votes)
    })
    for (let peer = 4; peer > 4 - dropped; peer -= 1) asked.drop(peer)
    expect(asked.isAnswerable(parameters) && asked.isSettled([contested()], parameters)).toBe(isSettled)
  })
})

describe('outstanding queries', () => {
  it('are two to a peer at most, until they are answered or overdue', () => {
    const outstanding = new Outstanding()
    expect([0, 1, 2].map(id => outstanding.add(4, id, 100 * id))).toEqual([true, true, false])
    expect(outstanding.add(5, 2, 200)).toBe(true)
    outstanding.delete(4, 1)
    expect(outstanding.add(4, 3, 300)).toBe(true)
    expect(outstanding.add(4, 4, 400)).toBe(false)
    outstanding.expire(0)
    expect(outstanding.add(4, 5, 500)).toBe(true)
  })
})
