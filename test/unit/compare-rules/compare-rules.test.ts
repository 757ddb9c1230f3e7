import { describe, expect, it } from '@jest/globals'
import { rowsOf, verdictOf } from '../../../harness/compare-rules/compare.ts'
import { expectedRounds } from '../../../harness/compare-rules/expected.ts'
import { type Measured, measurePhases } from '../../../harness/compare-rules/measure.ts'
import { phasesOf, scenarioOf } from '../../../harness/compare-rules/phases.ts'
import { repeatOf } from '../../../harness/compare-rules/repeat.ts'
import { namedRules } from '../../../harness/compare-rules/rules.ts'
import { comparisonTable } from '../../../harness/compare-rules/table.ts'
import { asTheory } from '../../../harness/compare-rules/theory.ts'
import { resolve } from '../../../harness/plan/resolve.ts'
import type { RunOutcome } from '../../../harness/run/run.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { machine } from '../../support/plan.ts'

const comparison = { nodes: 20, fractions: [0, 0.3, 0.33], phaseMs: 10_000, rate: 10 }
const planFor = (name: string) =>
  resolve(scenarioOf(namedRules.find(rule => rule.name === name)!, comparison), 'seed', machine)

describe('phases', () => {
  it('pause the nearest number of nodes, one share after the other, none at once with another', () => {
    const { faults, workload } = planFor('census')
    expect(faults.map(({ targets }) => targets.length)).toEqual([6, 7])
    const [first, second] = faults
    expect(first!.atMs + first!.forMs).toBeLessThan(second!.atMs)
    expect(second!.atMs + second!.forMs).toBeLessThan(workload.durationMs)
  })

  it.each(namedRules.map(({ name }) => name))('make a scenario of the rule %s that can be played', name => {
    expect(planFor(name).nodes).toHaveLength(20)
  })
})

describe('expected rounds', () => {
  it('tell 30 from 33 percent for the census, and say never where no poll can succeed', () => {
    const { consensus } = planFor('census')
    expect([0, 6, 7].map(silent => expectedRounds(consensus, 20, silent))).toEqual([
      1,
      1,
      Number.POSITIVE_INFINITY,
    ])
    const sampled = planFor('20/15/15/20').consensus
    expect([0, 5, 6].map(silent => expectedRounds(sampled, 20, silent))).toEqual([
      20,
      20,
      Number.POSITIVE_INFINITY,
    ])
  })

  it('grow with the silent share where polls ask a part of the roster', () => {
    const { consensus } = planFor('10/7/7/10')
    const rounds = [0, 2, 4, 6].map(silent => expectedRounds(consensus, 20, silent))
    expect(rounds[0]).toBe(10)
    expect(rounds.toSorted((a, b) => a - b)).toEqual(rounds)
    expect(rounds[3]).toBeGreaterThan(100)
  })
})

/** A load that begins at 0 and one phase of the plan, with one transaction a second at two nodes that run and one that is silent. */
function history(latencyMs: (transaction: number) => number | undefined): HistoryEvent[] {
  const [fault] = planFor('census').faults
  const silent = fault!.targets[0]!
  const [first] = planFor('census').nodes.filter(({ index }) => !fault!.targets.includes(index))
  const at = fault!.atMs
  const events: HistoryEvent[] = [
    { type: 'stage', at: 0, stage: 'load', state: 'begin' },
    { type: 'transactions', at: 0, first: 0, ids: Array.from({ length: 21 }, (_, index) => `${index}`) },
    { type: 'fault', at, id: fault!.id, step: 'inject' },
    { type: 'fault', at: at + 500, id: fault!.id, step: 'injected', attested: true },
  ]
  for (let transaction = 0; transaction < 10; transaction += 1) {
    const sent = at + 600 + transaction * 1000
    const node = transaction === 1 ? silent : first!.index
    const latency = latencyMs(transaction)
    events.push({
      type: 'submission',
      at: sent,
      node,
      transactions: [transaction],
      intendedAt: [sent],
      result: 'ok',
    })
    if (latency !== undefined && node !== silent)
      events.push({
        type: 'decisions',
        at: sent + latency,
        node,
        sequence: transaction,
        transactions: [transaction],
      })
  }
  events.push({ type: 'fault', at: at + 10_000, id: fault!.id, step: 'heal' })
  return events
}

const measured = async (latencyMs: (transaction: number) => number | undefined) => {
  const phase = phasesOf(comparison)[1]!
  return (await measurePhases(planFor('census'), [phase], history(latencyMs)))[0]
}

describe('measured phases', () => {
  it('are final when all that was submitted in their first half to nodes that run was', async () => {
    expect(await measured(transaction => 100 + transaction)).toEqual({
      ...{ outcome: 'FINAL', submitted: 4, final: 4, p50Ms: 102, p95Ms: 104 },
    })
  })

  it('count from the request that a running node took, not from one that a silent node never answered', async () => {
    const [fault] = planFor('census').faults
    const at = fault!.atMs + 1000
    const node = planFor('census').nodes.find(({ index }) => !fault!.targets.includes(index))!.index
    const retry: HistoryEvent[] = [
      {
        ...{ type: 'submission', at, node, transactions: [20], result: 'ok' },
        intendedAt: [at - 10_000],
      },
      { type: 'decisions', at: at + 40, node, sequence: 20, transactions: [20] },
    ]
    const phase = phasesOf(comparison)[1]!
    const events = [...history(() => 60), ...retry]
    expect((await measurePhases(planFor('census'), [phase], events))[0]).toMatchObject({
      submitted: 5,
      p95Ms: 60,
    })
  })

  it('are stalled when nothing was before the heal, and slow when some of it was', async () => {
    expect(await measured(() => 20_000)).toMatchObject({ outcome: 'STALLED', final: 0, p50Ms: null })
    expect(await measured(transaction => (transaction < 3 ? 50 : undefined))).toMatchObject({
      ...{ outcome: 'SLOW', submitted: 4, final: 2, p50Ms: 50, p95Ms: null },
    })
  })

  it('are not measured when the nodes were never seen to be silent', async () => {
    const events = history(() => 50).filter(event => event.type !== 'fault')
    const phase = phasesOf(comparison)[1]!
    expect((await measurePhases(planFor('census'), [phase], events))[0]?.outcome).toBe('NOT MEASURED')
  })
})

describe('beside theory', () => {
  const phaseMs = 15_000
  it.each([
    ['final in a round', 'FINAL', { rounds: 1, roundMs: 30 }, 'pass'],
    ['stalled where a round suffices', 'STALLED', { rounds: 1, roundMs: 30 }, 'fail'],
    ['stalled from the first share on', 'STALLED', { rounds: 20, roundMs: null }, 'pass'],
    [
      'stalled from the first share on with a rule of few rounds',
      'STALLED',
      { rounds: 2, roundMs: null },
      'fail',
    ],
    ['slow where rounds are many', 'SLOW', { rounds: 120, roundMs: 200 }, 'pass'],
    ['stalled where rounds are many', 'STALLED', { rounds: 120, roundMs: 200 }, 'pass'],
    ['stalled where it can never be', 'STALLED', { rounds: null, roundMs: 30 }, 'pass'],
    ['final where it can never be', 'FINAL', { rounds: null, roundMs: 30 }, 'fail'],
    ['one final where it can never be', 'SLOW', { rounds: null, roundMs: 30 }, 'fail'],
    ['final where it would take years', 'FINAL', { rounds: 1.6e8, roundMs: 30 }, 'fail'],
    ['not measured', 'NOT MEASURED', { rounds: 1, roundMs: 30 }, 'unknown'],
  ] as const)('%s', (_, outcome, expected, verdict) => {
    expect(asTheory({ outcome }, { ...expected, phaseMs })).toBe(verdict)
  })

  it('is the verdict of a comparison whose runs all passed', () => {
    const row = { verdict: 'pass', asTheory: 'pass' } as const
    expect(verdictOf([row, { ...row, asTheory: 'fail' }])).toBe('fail')
    expect(verdictOf([row, { ...row, asTheory: 'unknown' }])).toBe('unknown')
    expect(verdictOf([row, row])).toBe('pass')
    expect(verdictOf([])).toBe('unknown')
  })

  it('is judged in each row', () => {
    const rule = namedRules[0]!
    const outcome = { run: 'r', verdict: { verdict: 'pass' } } as unknown as RunOutcome
    const final: Measured = { outcome: 'FINAL', submitted: 9, final: 9, p50Ms: 30, p95Ms: 40 }
    const rows = rowsOf(
      { rule, plan: planFor('census'), outcome, measured: [final, final, final] },
      comparison,
    )
    expect(rows.map(row => [row.silent, row.expectedRounds, row.asTheory])).toEqual([
      [0, 1, 'pass'],
      [6, 1, 'pass'],
      [7, null, 'fail'],
    ])
  })

  it('has a command that repeats all of it', () => {
    const rules = namedRules.filter(({ name }) => name === 'census' || name === '5/4/4/5')
    expect(repeatOf({ ...comparison, rate: 4.5 }, rules, 's1')).toBe(
      'npm run byzantine -- --compare-rules --nodes 20 --rules census,5/4/4/5 --fractions 0,0.3,0.33 --phase 10s --rate 4.5 --seed s1',
    )
  })
})

describe('comparison table', () => {
  it('shows measured beside expected', () => {
    const row = { submitted: 90, verdict: 'pass', run: 'r' } as const
    const table = comparisonTable([
      {
        ...{ ...row, rule: 'census', fraction: 0.3, silent: 6, outcome: 'FINAL', final: 90 },
        ...{ p50Ms: 51.6, p95Ms: 1200, ratio: 1.26, expectedRounds: 1, expectedRatio: 1 },
        asTheory: 'pass',
      },
      {
        ...{ ...row, rule: '20/15/15/20', fraction: 0.33, silent: 7, outcome: 'STALLED', final: 0 },
        ...{ p50Ms: null, p95Ms: null, ratio: null, expectedRounds: 164_000_000, expectedRatio: 8.2e6 },
        asTheory: 'fail',
      },
    ])
    expect(`\n${table}\n`).toBe(`
rule           silent  outcome  final    p50       p95  x 0  theory: rounds  x 0  as theory  verdict
census       6 (30 %)    FINAL  90/90  52 ms  1,200 ms  1.3               1  1.0        yes     pass
20/15/15/20  7 (33 %)  STALLED   0/90  never     never    -             2e8  8e6         NO     pass
`)
  })
})
