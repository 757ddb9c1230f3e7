import { describe, expect, it } from '@jest/globals'
import type { Effect } from '../../../nodes/consensus/effect.ts'
import { censusParameters } from '../../../nodes/consensus/parameters.ts'
import { Replica } from '../../../nodes/consensus/replica.ts'
import type { Vertex, Vote } from '../../../nodes/consensus/types.ts'
import { transaction } from '../../support/replica-network.ts'

const [mine, rival] = [transaction(1, 1, 0), transaction(1, 1, 1)]

function replica(): Replica {
  const timing = { patienceMs: 1000, longestPauseMs: 1000, issueIntervalMs: 0 }
  return new Replica({ index: 0, parameters: censusParameters(7), ...timing })
}

function vertex(issuer: number, carried: typeof mine): Vertex {
  const id = `${issuer}`.repeat(64)
  return { id, issuer, sequence: 0, parents: [], transactions: [carried], timestampMs: 0 }
}

function votesIn(effects: readonly Effect[]): Vote[] {
  return effects.flatMap(effect => (effect.kind === 'vote' ? effect.vote : []))
}

describe('sticky votes', () => {
  it('survive a restart though the vertex voted against was stored before the one voted for', () => {
    const before = replica()
    const admitted = before.step({ kind: 'submit', nowMs: 0, transactions: [mine] })
    expect(admitted.map(({ kind }) => kind)).toEqual(['admission', 'forward'])
    const issue = before.step({ kind: 'entrusted', nowMs: 0, transactions: [mine] })
    expect(issue.map(({ kind }) => kind)).toEqual(['issue'])
    const [against] = votesIn(before.step({ kind: 'vertex', nowMs: 0, from: 1, vertex: vertex(1, rival) }))
    expect(against?.exceptions).toEqual([0])
    const [own] = votesIn(before.step({ kind: 'issued', nowMs: 0, vertex: vertex(0, mine) }))
    expect(own?.exceptions).toEqual([])

    const after = replica()
    after.restoreVertex(vertex(1, rival), against!, 0)
    after.restoreVertex(vertex(0, mine), own!, 0)
    const [onRival] = votesIn(after.step({ kind: 'vertex', nowMs: 0, from: 2, vertex: vertex(2, rival) }))
    const [onMine] = votesIn(after.step({ kind: 'vertex', nowMs: 0, from: 3, vertex: vertex(3, mine) }))
    expect(onRival?.exceptions).toEqual([0])
    expect(onMine?.exceptions).toEqual([])
  })
})
