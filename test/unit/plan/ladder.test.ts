import { describe, expect, it } from '@jest/globals'
import { rungOf } from '../../../harness/cli/output/ladder.ts'
import { mainAttacks, mainFractions, planLadder } from '../../../harness/plan/ladder.ts'
import { ladderChecks } from '../../../harness/report/ladder-checks.ts'
import { ladderTable } from '../../../harness/report/ladder-table.ts'
import { checkScenario } from '../../../harness/scenario/read.ts'
import { collectorsOf } from '../../../model/plan.ts'
import type { CheckResult, Verdict, VertexFigures } from '../../../model/verdict.ts'
import { machine } from '../../support/plan.ts'

const scenario = checkScenario(
  { name: 'ladder', nodes: 20, workload: { conflictShare: 0.1 } },
  () => undefined,
)
const ladder = (attacks: readonly string[] = mainAttacks, fractions: readonly number[] = mainFractions) =>
  planLadder({ scenario, seed: 'seed', machine, attacks, fractions })
const namesOf = (cells: readonly { name: string }[]) => cells.map(({ name }) => name)

describe('a ladder', () => {
  it('is a cell to warm up, every attack with no node and with every share, and the violation', () => {
    const { cells } = ladder()
    expect(cells).toHaveLength(1 + mainAttacks.length * (1 + mainFractions.length) + 1)
    expect(cells[1]).toMatchObject({ name: 'always-reject-0', byzantine: 0, expected: 'FINAL' })
    expect(cells.at(-1)).toMatchObject({ name: 'two-faced-40', byzantine: 8, expected: 'VIOLATED' })
    expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length)
    const stalled = cells.filter(({ plan }) => plan.scenario.expect.stall).map(({ name }) => name)
    expect(stalled).toEqual(['always-reject-33', 'silent-33'])
  })

  it('climbs: the nodes of a smaller share are among those of a larger one, for every attack the same', () => {
    const { plan, cells } = ladder()
    for (const one of cells) {
      for (const other of cells) {
        if (one.byzantine > other.byzantine) continue
        expect(other.plan.byzantine ?? []).toEqual(expect.arrayContaining([...(one.plan.byzantine ?? [])]))
      }
      expect(one.plan.nodes.map(({ address }) => address)).toEqual(plan.nodes.map(({ address }) => address))
      expect(one.plan.tuning).toEqual(plan.tuning)
    }
    expect(plan.byzantine).toHaveLength(8)
  })

  it('has a collector among the Byzantine nodes of every cell, also where few nodes are collectors', () => {
    const many = checkScenario({ name: 'ladder', nodes: 150, workload: { rate: 5 } }, () => undefined)
    for (const seed of ['1', '2', '3']) {
      const climb = { scenario: many, seed, machine, attacks: ['silent', 'equivocate'] }
      const { cells, plan } = planLadder({ ...climb, fractions: [0.01, 0.1, 0.33] })
      expect(plan.succession.collectors).toBe(8)
      const attacked = cells.filter(({ byzantine }) => byzantine > 0)
      expect(attacked.map(({ byzantine }) => byzantine)).toEqual([1, 15, 50, 1, 15, 50])
      for (const cell of attacked) {
        expect(cell.collectors).toBe(
          cell.plan.byzantine!.filter(node => collectorsOf(plan).includes(node)).length,
        )
        expect(cell.collectors).toBeGreaterThan(0)
        expect(cell.plan.byzantine).toHaveLength(cell.byzantine)
        expect(plan.byzantine).toEqual(expect.arrayContaining([...cell.plan.byzantine!]))
      }
    }
  })

  it('leaves out a cell that is the same as another one, and the built-in violation stays', () => {
    const { cells, leftOut } = ladder(['two-faced', 'silent', 'silent'], [0.3, 0.304, 0.4])
    expect(namesOf(cells)).toEqual([
      ...['warm-up-0', 'two-faced-0', 'two-faced-30', 'silent-0', 'silent-30', 'silent-40', 'two-faced-40'],
    ])
    expect(cells.at(-1)!.plan.workload).toMatchObject({ conflictShare: 0.9, durationMs: 60_000 })
    expect(leftOut).toEqual([
      'two-faced 30.4 %: the same 6 of 20 nodes as two-faced 30 %',
      'two-faced 40 %: the same 8 of 20 nodes as the built-in row',
      'silent 30.4 %: the same 6 of 20 nodes as silent 30 %',
    ])
  })

  it('names cells apart that differ in their parameters, or by less than a percent of the nodes', () => {
    const named = ladder(['delay(by=200ms)', 'delay(by=2s)', 'delay'], [0.3]).cells
    expect(namesOf(named).slice(1)).toEqual([
      ...['delay-by-200ms-0', 'delay-by-200ms-30', 'delay-by-2s-0', 'delay-by-2s-30', 'delay-0', 'delay-30'],
    ])
    const many = checkScenario({ name: 'ladder', nodes: 500, workload: { rate: 5 } }, () => undefined)
    const climb = { scenario: many, seed: 's', machine, attacks: ['silent'] }
    const { cells } = planLadder({ ...climb, fractions: [0.3, 0.304, 0.2999] })
    expect(cells.slice(2).map(({ name, byzantine }) => [name, byzantine])).toEqual([
      ...[['silent-30', 150] as const, ['silent-30-4', 152] as const, ['silent-29-99', 149] as const],
    ])
  })

  it('leaves out a share that is no node', () => {
    const few = checkScenario({ name: 'ladder', nodes: 8 }, () => undefined)
    const climb = { scenario: few, seed: 's', machine, attacks: ['silent'] }
    const { cells, leftOut } = planLadder({ ...climb, fractions: mainFractions })
    expect(cells.map(({ byzantine }) => byzantine)).toEqual([0, 0, 1, 2, 3])
    expect(leftOut).toEqual(['silent 10 %: of 8 nodes this is no node'])
  })
})

const pass = (name: string): CheckResult => ({ name, verdict: 'pass', message: 'fine' })
const verdict = (more: {
  checks?: CheckResult[]
  accepted?: number
  lost?: number
  p95?: number | null
  vertices?: VertexFigures
}): Verdict =>
  ({
    checks: more.checks ?? [pass('agreement'), pass('liveness')],
    metrics: {
      ...{ nodes: 20, accepted: more.accepted ?? 10, lost: more.lost ?? 0 },
      finalityMs: { p50: 20, p95: more.p95 === undefined ? 40 : more.p95, p99: null },
      contested: { accepted: 1, undecided: 2, violated: 0 },
      vertices: more.vertices ?? null,
    },
  }) as unknown as Verdict

describe('the outcome of a cell', () => {
  const cellOf = (name: string) => ladder().cells.find(cell => cell.name === name)!
  const failed = (name: string): CheckResult => ({ name, verdict: 'fail', message: 'why' })
  it.each([
    ['always-reject-30', verdict({}), 'FINAL', true],
    ['always-reject-30', verdict({ checks: [failed('liveness')], accepted: 0, lost: 10 }), 'STALLED', true],
    ['always-reject-30', verdict({ checks: [failed('liveness')], accepted: 9, lost: 1 }), 'PARTIAL', true],
    ['always-reject-33', verdict({ accepted: 0, lost: 10, p95: null }), 'STALLED', true],
    ['always-reject-33', verdict({ checks: [failed('liveness')], accepted: 9, lost: 1 }), 'PARTIAL', true],
    ['always-reject-33', verdict({ checks: [failed('liveness')] }), 'FINAL', true],
    ['two-faced-40', verdict({ checks: [failed('agreement'), pass('liveness')] }), 'VIOLATED', false],
  ] as const)('%s', (name, judged, outcome, safe) => {
    expect(rungOf(cellOf(name), judged, verdict({}))).toMatchObject({ outcome, safe })
  })

  const unknown = (name: string): CheckResult => ({ name, verdict: 'unknown', message: 'who knows' })
  const all = [pass('agreement'), pass('liveness')]
  const stall = { accepted: 0, lost: 10, p95: null }
  it.each([
    [
      'FINAL, but somebody was framed',
      'silent-30',
      verdict({ checks: [...all, failed('evidence')] }),
      'fail',
    ],
    [
      'FINAL, but the load was another',
      'silent-30',
      verdict({ checks: [...all, unknown('driver-health')] }),
      'unknown',
    ],
    [
      'FINAL, but nothing confirms it',
      'silent-30',
      verdict({ checks: [unknown('agreement'), pass('liveness')] }),
      'unknown',
    ],
    [
      'FINAL, but the attack was not seen',
      'silent-30',
      verdict({ checks: [...all, unknown('behaviours')] }),
      'unknown',
    ],
    [
      'a stall, which explains throughput',
      'silent-33',
      verdict({
        ...stall,
        checks: [...all, failed('throughput'), failed('recovery'), unknown('finality-p95')],
      }),
      'pass',
    ],
    [
      'a stall in which somebody was framed',
      'silent-33',
      verdict({ ...stall, checks: [...all, failed('evidence')] }),
      'fail',
    ],
    [
      'a stall that nobody waited for',
      'silent-33',
      verdict({ ...stall, checks: [pass('agreement'), unknown('liveness')] }),
      'unknown',
    ],
    [
      'nothing accepted where all was to be',
      'silent-30',
      verdict({ ...stall, checks: [unknown('agreement'), failed('liveness')] }),
      'fail',
    ],
    ['the violation', 'two-faced-40', verdict({ checks: [failed('agreement'), pass('liveness')] }), 'pass'],
    [
      'the violation, and one more',
      'two-faced-40',
      verdict({ checks: [failed('agreement'), failed('integrity')] }),
      'fail',
    ],
    [
      'the violation, and a driver that was starved',
      'two-faced-40',
      verdict({ checks: [failed('agreement'), unknown('driver-health')] }),
      'unknown',
    ],
    [
      'a violation where none is due',
      'silent-30',
      verdict({ checks: [failed('agreement'), unknown('liveness')] }),
      'fail',
    ],
  ] as const)('%s (%s)', (_, name, judged, expected) => {
    expect(rungOf(cellOf(name), judged, verdict({})).verdict).toBe(expected)
  })

  it('is told with what spoils it, in table and check', () => {
    const checks = [...all, failed('evidence'), unknown('driver-health')]
    const rung = rungOf(cellOf('silent-30'), verdict({ checks }), verdict({}))
    expect(ladderTable([rung])).toContain('| **FINAL, but evidence failed, driver-health unknown** | FINAL ')
    expect(ladderChecks([rung], [rung])).toEqual([
      {
        ...{ name: 'silent 30 %', verdict: 'fail' },
        message: 'FINAL, as theory expects, but evidence failed, driver-health unknown',
        evidence: ['evidence: why', 'driver-health: who knows'],
      },
    ])
  })

  it('bears what the coins leave undecided, and no more', () => {
    const vertices = (undecided: number, elsewhere = 0) => ({
      unconflicted: { least: 150, most: 170 },
      ...{ undecided, elsewhere },
    })
    const judged = (figures: VertexFigures) =>
      rungOf(
        cellOf('random-vote-33'),
        verdict({ checks: [failed('liveness')], accepted: 9, lost: 1, vertices: figures }),
        verdict({}),
      )
    const rung = judged(vertices(2))
    // What the coins leave explains that liveness fails.
    expect(rung).toMatchObject({ outcome: 'FINAL', expected: 'FINAL', safe: true, verdict: 'pass' })
    const [, , line] = ladderTable([rung]).split('\n')
    expect(line).toContain('| FINAL, 2 of 170 vertices undecided | FINAL, 1 of 128 vertices undecided |')
    expect(judged(vertices(20)).outcome).toBe('PARTIAL')
    expect(judged(vertices(2, 1)).outcome).toBe('PARTIAL')
    // Six nodes are no more than may be faulty: whatever they toss, nothing stays undecided.
    const six = verdict({ checks: [failed('liveness')], accepted: 9, lost: 1, vertices: vertices(1) })
    expect(rungOf(cellOf('random-vote-30'), six, verdict({})).outcome).toBe('PARTIAL')
  })

  it('is told relative to the cell without an attack, what is not as expected in bold', () => {
    const rungs = [
      rungOf(cellOf('silent-20'), verdict({ p95: 56 }), verdict({})),
      rungOf(cellOf('silent-33'), verdict({ checks: [failed('liveness')] }), verdict({})),
    ]
    expect(ladderTable(rungs)).toBe(
      [
        '| attack | share | nodes | collectors | outcome   | expected | p50           | p95           | safety | double-spends                       |',
        '| ------ | ----- | ----- | ---------- | --------- | -------- | ------------- | ------------- | ------ | ----------------------------------- |',
        '| silent | 20 %  | 4/20  | 4          | FINAL     | FINAL    | x1.00 (20 ms) | x1.40 (56 ms) | held   | 1 accepted, 2 undecided, 0 violated |',
        '| silent | 33 %  | 7/20  | 7          | **FINAL** | STALLED  | x1.00 (20 ms) | x1.00 (40 ms) | held   | 1 accepted, 2 undecided, 0 violated |',
      ].join('\n'),
    )
  })
})
