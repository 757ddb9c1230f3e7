import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  expectedOutcome,
  isAsTheory,
  undecidedShare,
  undecidedShareOf,
} from '../../../harness/theory/outcome.ts'
import { readBehaviour } from '../../../model/behaviour.ts'
import { planOf } from '../../support/plan.ts'

/** Every way in which B coins can fall, one by one: the share of them that leaves fewer than alpha votes. */
function enumerated({
  nodes,
  byzantine,
  f,
  against,
}: Record<'nodes' | 'byzantine' | 'f' | 'against', number>) {
  let share = 0
  for (let coins = 0; coins < 2 ** byzantine; coins += 1) {
    const votesFor = coins.toString(2).replaceAll('0', '').length
    const votes = nodes - byzantine + votesFor
    if (votes < nodes - f) share += (1 - against) ** votesFor * against ** (byzantine - votesFor)
  }
  return share
}

describe('the share of vertices that stays undecided', () => {
  it('is what going through all coins gives', () => {
    const shares = fc.record({
      nodes: fc.integer({ min: 12, max: 30 }),
      byzantine: fc.integer({ min: 0, max: 10 }),
      f: fc.integer({ min: 0, max: 9 }),
      against: fc.constantFrom(0, 0.1, 0.5, 0.9, 1),
    })
    fc.assert(
      fc.property(shares, share => {
        const behaviour = readBehaviour(`random-vote(probability=${share.against})`)
        expect(undecidedShare(behaviour, share)).toBeCloseTo(enumerated(share), 12)
      }),
      { numRuns: 60 },
    )
  })

  it('is 1 in 128 with 7 of 20 random voters and 1 in 131,072 with 17 of 50', () => {
    const random = readBehaviour('random-vote')
    expect(undecidedShare(random, { nodes: 20, byzantine: 7, f: 6 })).toBeCloseTo(1 / 128, 12)
    expect(undecidedShare(random, { nodes: 50, byzantine: 17, f: 16 })).toBeCloseTo(1 / 131_072, 12)
  })

  it.each([
    ['always-reject', 6, 0],
    ['always-reject', 7, 1],
    ['silent', 7, 1],
    ['random-vote(probability=1)', 7, 1],
    ['collude(side=reject)', 7, 1],
    // Clusters toss between rivals; what has none has their votes.
    ['collude', 7, 0],
    ['two-faced', 8, 0],
    ['always-accept', 12, 0],
  ])('of %s by %d of 20 is %d', (text, byzantine, share) => {
    expect(undecidedShare(readBehaviour(text), { nodes: 20, byzantine, f: 6 })).toBe(share)
  })

  it('makes a stall where it is all of them, and nothing else', () => {
    const outcome = (text: string, byzantine: number) =>
      expectedOutcome(readBehaviour(text), { nodes: 20, byzantine, f: 6 })
    expect(outcome('silent', 6)).toBe('FINAL')
    expect(outcome('silent', 7)).toBe('STALLED')
    expect(outcome('random-vote', 7)).toBe('FINAL')
    expect(outcome('two-faced', 7)).toBe('FINAL')
    expect(outcome('two-faced', 8)).toBe('VIOLATED')
  })
})

describe('the share that a whole plan leaves undecided', () => {
  const shareOf = (byzantine: object[], more: object = {}) =>
    undecidedShareOf(planOf(20, { scenario: { byzantine, ...more } }))
  const coins = (count: number, more: object = {}) => ({ behaviour: 'random-vote', count, ...more })

  it('is that of its behaviour where there is one', () => {
    expect(shareOf([coins(7)])).toBeCloseTo(1 / 128, 12)
    expect(shareOf([coins(6)])).toBe(0)
    expect(shareOf([{ behaviour: 'always-reject', count: 7 }])).toBe(1)
    expect(shareOf([])).toBe(0)
  })

  it('counts each node with its own chance', () => {
    // All six coins that matter fall against, beside one that refuses all.
    expect(shareOf([coins(6), { behaviour: 'silent', count: 1 }])).toBeCloseTo(1 / 64, 12)
    expect(shareOf([coins(7), { behaviour: 'twin', count: 3 }])).toBeCloseTo(1 / 128, 12)
    const sometimes = { behaviour: 'always-reject', trigger: { probability: 0.5 } }
    expect(shareOf([coins(4), { ...sometimes, count: 3 }])).toBeCloseTo(1 / 128, 12)
  })

  it('excuses nothing by what is not counted: windows, and rules in which votes change', () => {
    expect(shareOf([coins(7, { trigger: { until: '10s' } })])).toBe(0)
    expect(shareOf([coins(7)], { consensus: { beta: 2 } })).toBe(0)
  })
})

describe('a count of undecided vertices', () => {
  const counted = (undecided: number, vertices = 176, elsewhere = 0) => ({
    unconflicted: { least: vertices - 20, most: vertices },
    ...{ undecided, elsewhere },
  })

  it('is as theory as far as chance reaches, 99.9 times of 100', () => {
    // Of 156 with 1 in 128 each: 7 or more come 3 times of 10,000, 6 or more 15 times.
    expect([0, 1, 2, 6, 7].map(undecided => isAsTheory(counted(undecided), 1 / 128))).toEqual([
      ...[true, true, true, true],
      false,
    ])
  })

  it('is not when there are too few of them', () => {
    expect(isAsTheory(counted(0), 0.17)).toBe(false)
    expect(isAsTheory(counted(28), 0.17)).toBe(true)
  })

  it('is not when something else is undecided too', () => {
    expect(isAsTheory(counted(1, 176, 1), 1 / 128)).toBe(false)
  })

  it('leaves no room where theory leaves nothing undecided', () => {
    expect(isAsTheory(counted(1), 0)).toBe(false)
    expect(isAsTheory(counted(0), 0)).toBe(true)
  })
})
