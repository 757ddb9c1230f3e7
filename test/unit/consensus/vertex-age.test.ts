import { describe, expect, it } from '@jest/globals'
import type { Input } from '../../../nodes/consensus/input.ts'
import { censusParameters } from '../../../nodes/consensus/parameters.ts'
import { Replica } from '../../../nodes/consensus/replica.ts'
import type { Vertex } from '../../../nodes/consensus/types.ts'
import { transaction } from '../../support/replica-network.ts'

const nowMs = 1_000_000

function vertex(timestampMs: number, issuer = 1): Vertex {
  const transactions = [transaction(1, 1, 0)]
  return { id: '1'.repeat(64), issuer, sequence: 0, parents: [], transactions, timestampMs }
}

/** Whether votes on a vertex are asked for at once, as on one that was decided elsewhere long ago. */
function isAskedFor(input: Input): boolean {
  const timing = { patienceMs: 1000, longestPauseMs: 1000, issueIntervalMs: 0 }
  const replica = new Replica({ index: 0, parameters: censusParameters(7), ...timing })
  replica.step(input)
  return replica.step({ kind: 'tick', nowMs }).some(({ kind }) => kind === 'want')
}

describe('the age of a vertex', () => {
  it('is that by its stamp', () => {
    expect(isAskedFor({ kind: 'vertex', nowMs, from: 1, vertex: vertex(nowMs - 10) })).toBe(false)
    expect(isAskedFor({ kind: 'vertex', nowMs, from: 1, vertex: vertex(nowMs - 60_000) })).toBe(true)
  })

  it.each([60_000, -60_000])('is by the clock that stamps it, which was set by %d ms', setByMs => {
    const wallMs = nowMs + setByMs
    const seen = (ageMs: number): Input => ({
      ...{ kind: 'vertex', nowMs, wallMs, from: 1 },
      vertex: vertex(wallMs - ageMs),
    })
    expect(isAskedFor(seen(10))).toBe(false)
    expect(isAskedFor(seen(60_000))).toBe(true)
  })

  it('is none of an own one, whatever it was stamped by', () => {
    expect(isAskedFor({ kind: 'issued', nowMs, vertex: vertex(nowMs - 60_000, 0) })).toBe(false)
  })
})
