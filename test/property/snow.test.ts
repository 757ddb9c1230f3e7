import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { SnowParameters } from '../../nodes/consensus/parameters.ts'
import { Snowball } from '../../nodes/consensus/snowball.ts'
import { Snowflake } from '../../nodes/consensus/snowflake.ts'

interface Poll {
  readonly colour: number
  readonly chits: number
}

const parameters: fc.Arbitrary<SnowParameters> = fc
  .tuple(fc.integer({ min: 3, max: 12 }), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 5 }))
  .map(([k, a, b, beta]) => {
    const alphaPreference = Math.floor(k / 2) + 1 + (a % (k - Math.floor(k / 2)))
    const alphaConfidence = alphaPreference + (b % (k - alphaPreference + 1))
    return { k, alphaPreference, alphaConfidence, beta }
  })

const polls = fc.array(fc.record({ colour: fc.integer({ min: 0, max: 3 }), chits: fc.nat({ max: 12 }) }), {
  maxLength: 60,
})

/** Snowflake from its definition: looks at the whole list of polls again for every answer. */
function naiveSnowflake(list: readonly Poll[], initial: number, p: SnowParameters) {
  let preference = initial
  for (let end = 0; end <= list.length; end += 1) {
    const seen = list.slice(0, end)
    const last = seen.findLast(each => each.chits >= p.alphaPreference)
    preference = last?.colour ?? initial
    let confidence = 0
    for (const each of seen.toReversed()) {
      if (each.chits < p.alphaConfidence || each.colour !== preference) break
      confidence += 1
    }
    if (confidence >= p.beta) return { preference, confidence, finalized: true, polls: end }
    if (end === list.length) return { preference, confidence, finalized: false, polls: end }
  }
  throw new Error('unreachable')
}

/** Snowball from its definition: counts all successful polls of every colour, the first to lead keeps a tie. */
function naiveSnowball(list: readonly Poll[], initial: number, p: SnowParameters) {
  const flake = naiveSnowflake(list, initial, p)
  if (flake.finalized) return flake
  let preference = initial
  const wins = (colour: number, end: number) =>
    list.slice(0, end).filter(each => each.colour === colour && each.chits >= p.alphaPreference).length
  for (let end = 1; end <= list.length; end += 1) {
    const { colour } = list[end - 1]!
    if (wins(colour, end) > wins(preference, end)) preference = colour
  }
  return { ...flake, preference }
}

describe.each([
  ['Snowflake', Snowflake, naiveSnowflake],
  ['Snowball', Snowball, naiveSnowball],
] as const)('%s', (_name, Snow, naive) => {
  it('agrees with its naive twin on every list of polls', () => {
    fc.assert(
      fc.property(parameters, polls, (p, list) => {
        const snow = new Snow<number>(p, 0)
        for (const { colour, chits } of list) snow.recordPoll(colour, chits)
        const { preference, confidence, finalized } = naive(list, 0, p)
        expect({
          preference: snow.preference,
          confidence: snow.confidence,
          finalized: snow.finalized,
        }).toEqual({ preference, confidence, finalized })
      }),
      { numRuns: 500 },
    )
  })

  it('never changes once it is finalized', () => {
    fc.assert(
      fc.property(parameters, polls, polls, (p, before, after) => {
        const snow = new Snow<number>(p, 0)
        for (let i = 0; i < p.beta; i += 1) snow.recordPoll(2, p.k)
        expect(snow.finalized).toBe(true)
        for (const { colour, chits } of [...before, ...after]) snow.recordPoll(colour, chits)
        expect(snow.preference).toBe(2)
      }),
    )
  })
})
