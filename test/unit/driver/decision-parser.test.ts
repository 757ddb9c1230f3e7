import { hash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createDecisionParser } from '../../../harness/driver/decision-parser.ts'
import type { Decision } from '../../../model/ports/client.ts'
import { decisionLines } from '../../../workload/decision-lines.ts'
import { createTransactionIndex } from '../../../workload/transaction-index.ts'

const idOf = (index: number) => hash('sha256', `transaction ${index}`, 'buffer')

function indexOf(count: number) {
  const ids = createTransactionIndex()
  for (let index = 0; index < count; index++) ids.add(idOf(index))
  return ids
}

const ids = indexOf(10_000)

function parse(chunks: readonly (string | Buffer)[]): Decision[] {
  const parser = createDecisionParser(ids)
  const decisions: Decision[] = []
  for (const chunk of chunks) parser.push(Buffer.from(chunk), decision => decisions.push(decision))
  return decisions
}

const line = (sequence: number, index: number, outcome = 'accepted') =>
  `{"sequence":${sequence},"transaction":"${idOf(index).toString('hex')}","outcome":"${outcome}","atMs":1732160262123}\n`

describe('transaction index', () => {
  it('finds each of 10,000 ids and none that was not added', () => {
    for (let index = 0; index < 10_000; index++) {
      const digits = Buffer.from(idOf(index).toString('hex'))
      expect(ids.find(digits, 0)).toBe(index)
    }
    for (let index = 10_000; index < 12_000; index++) {
      expect(ids.find(Buffer.from(idOf(index).toString('hex')), 0)).toBe(-1)
    }
    expect(ids.idHex(77)).toBe(idOf(77).toString('hex'))
  })

  it('takes no other digits for an id, and none beyond the end', () => {
    const digits = idOf(3).toString('hex')
    expect(ids.find(Buffer.from(digits.toUpperCase()), 0)).toBe(-1)
    expect(ids.find(Buffer.from(`${digits.slice(0, 63)}g`), 0)).toBe(-1)
    expect(ids.find(Buffer.from(digits), 1)).toBe(-1)
  })
})

describe('decision parser', () => {
  it('reads lines however the bytes are cut', () => {
    const decisions = fc.array(fc.record({ index: fc.nat(9_999), isAccepted: fc.boolean() }), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(decisions, fc.array(fc.nat(4_000)), (all, cuts) => {
        const bytes = Buffer.from(
          all
            .map(({ index, isAccepted }, i) => line(i, index, isAccepted ? 'accepted' : 'rejected'))
            .join(''),
        )
        const edges = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
        expect(parse(chunks)).toEqual(all.map((decision, sequence) => ({ sequence, ...decision })))
      }),
    )
  })

  it('reads other spellings of the same fields', () => {
    const id = idOf(5).toString('hex')
    const spelled = `{ "atMs": 1, "outcome": "rejected", "transaction": "${id.toUpperCase()}", "sequence": 7 }\r\n`
    expect(parse([spelled, '\n', line(8, 6)])).toEqual([
      { sequence: 7, index: 5, isAccepted: false },
      { sequence: 8, index: 6, isAccepted: true },
    ])
  })

  it('keeps the id of a transaction that nobody made', () => {
    const foreign = idOf(20_000).toString('hex')
    expect(parse([line(0, 20_000)])).toEqual([{ sequence: 0, index: -1, isAccepted: true, id: foreign }])
    expect(parse(['{"sequence":1,"transaction":"abc","outcome":"accepted"}\n'])[0]).toMatchObject({
      id: 'abc',
    })
  })

  it.each([
    ['text', 'hello\n'],
    ['an array', '[1]\n'],
    ['another outcome', '{"sequence":0,"transaction":"aa","outcome":"maybe"}\n'],
    ['a fraction', '{"sequence":0.5,"transaction":"aa","outcome":"accepted"}\n'],
    ['a negative sequence', '{"sequence":-1,"transaction":"aa","outcome":"accepted"}\n'],
    ['a line without an end', 'x'.repeat(5_000)],
  ])('refuses %s', (_kind, bytes) => {
    expect(() => parse([bytes])).toThrow(/expected a decision|a line of more than/)
  })
})

describe('decision lines', () => {
  const decision = (sequence: number, index: number, isAccepted = true): Decision => ({
    sequence,
    index,
    isAccepted,
  })
  const lines = (decisions: Decision[]) => [...decisionLines({ at: 5, node: 2, decisions })]

  it('puts an unbroken row of sequences on one line', () => {
    expect(lines([decision(3, 10), decision(4, 12, false), decision(5, 11)])).toEqual([
      { type: 'decisions', at: 5, node: 2, sequence: 3, transactions: [10, 12, 11], rejected: [12] },
    ])
  })

  it('keeps gaps, repetitions and foreign transactions visible', () => {
    const foreign: Decision = { sequence: 8, index: -1, isAccepted: true, id: 'ff' }
    expect(lines([decision(3, 1), decision(6, 2), decision(6, 2), foreign, decision(9, 4)])).toEqual([
      { type: 'decisions', at: 5, node: 2, sequence: 3, transactions: [1] },
      { type: 'decisions', at: 5, node: 2, sequence: 6, transactions: [2] },
      { type: 'decisions', at: 5, node: 2, sequence: 6, transactions: [2] },
      { type: 'foreign-decision', at: 5, node: 2, sequence: 8, transaction: 'ff', outcome: 'accepted' },
      { type: 'decisions', at: 5, node: 2, sequence: 9, transactions: [4] },
    ])
  })
})
