import { describe, expect, it } from '@jest/globals'
import { demandOf, overloadOf } from '../../../harness/plan/capacity.ts'
import { finalityObjective } from '../../../harness/plan/finality-objective.ts'
import { describeObjectives } from '../../../harness/plan/objectives.ts'
import { planOf } from '../../support/plan.ts'

const levels = { target: 3, acceptable: 2, critical: 1 }
const objectivesOf = (scenario: object, nodes = 20) => planOf(nodes, { scenario }).objectives!

describe('default objectives', () => {
  it('ask for shares of what is due, in time for the critical finality, and for a finality with its sum', () => {
    const { throughput, finalityP95Ms, finalityP99Ms } = objectivesOf({})
    expect(throughput).toEqual({
      ...{ unit: 'share', target: 0.95, acceptable: 0.9, critical: 0.8, withinMs: 2000 },
    })
    expect(finalityP95Ms).toMatchObject({
      ...{ source: 'cost model', target: 500, acceptable: 1000, critical: 2000 },
      sum: expect.stringContaining('50 ms for a batch to fill + '),
    })
    expect(finalityP99Ms).toEqual({ unjudged: 'expect.finalityP99Ms is not set' })
  })

  it.each([
    ['a stall is expected', { expect: { stall: true } }, 'expects a stall'],
    ['the limit is sought', { expect: { throughput: 'measured' } }, 'is "measured"'],
    [
      'coins leave something undecided for ever',
      { byzantine: [{ behaviour: 'random-vote', count: 7 }] },
      'undecided for ever',
    ],
  ])('are off where %s', (_, scenario, why) => {
    const { throughput, finalityP95Ms } = objectivesOf(scenario)
    expect(throughput).toEqual({ unjudged: expect.stringContaining(why) })
    expect(finalityP95Ms).toEqual(throughput)
  })

  it('give way to those of the scenario, which stay where others are off', () => {
    const finality = { target: 100, acceptable: 200, critical: 700 }
    expect(objectivesOf({ expect: { throughput: levels } }).throughput).toEqual({ ...levels, unit: 'tps' })
    expect(objectivesOf({ expect: { finalityP95Ms: finality } })).toMatchObject({
      throughput: { unit: 'share', withinMs: 700 },
      finalityP95Ms: { ...finality, source: 'scenario' },
    })
    const both = objectivesOf({ expect: { throughput: 'measured', finalityP95Ms: finality } })
    expect(both).toMatchObject({ throughput: { unjudged: /measured/ }, finalityP95Ms: finality })
  })

  it('are told in a plan, and those that an older one did not set are told to be none', () => {
    const plan = planOf(20)
    expect(describeObjectives(plan).join('\n')).toMatch(
      /95 \/ 90 \/ 80 % of what is due .* within 2,000 ms\n.*500 \/ 1,000 \/ 2,000 ms \(.* = \d+ ms, raised to 500 ms\)/,
    )
    const { objectives: _, ...old } = planOf(20, {
      scenario: { expect: { finalityP95Ms: { target: 1, acceptable: 2, critical: 3 } } },
    })
    expect(describeObjectives(old)).toEqual([
      'throughput is reported, not judged: the plan is of a version without default objectives',
      'finality p95 at the issuer: 1 / 2 / 3 ms (as the scenario says)',
    ])
  })
})

describe('the finality that a cost model expects', () => {
  const inputs = {
    ...{ batchMs: 2000, vertexMs: 191.2 },
    tuning: { voteIntervalMs: 8290, voteDimensions: 2, fullMesh: false },
    consensus: { rule: 'census', f: 48, alpha: 102 },
  } as const

  it('adds up what is waited for, and has no level that the sum does not explain', () => {
    expect(finalityObjective(inputs)).toEqual({
      ...{ target: 18_772, acceptable: 28_158, critical: 37_544 },
      sum: '2,000 ms for a batch to fill + 192 ms for all nodes to check a vertex + 16,580 ms for 2 pushes of votes, one every 8,290 ms = 18,772 ms',
    })
  })

  it('waits for no push where issuers get votes at once, for more of them with lock votes, and for polls', () => {
    const target = (more: object) => finalityObjective({ ...inputs, ...more }).target
    const tuning = { ...inputs.tuning, fullMesh: true }
    expect(target({ tuning })).toBe(2000 + 192 + 50)
    expect(target({ tuning, consensus: { ...inputs.consensus, beta: 2 } })).toBe(2000 + 192 + 50 + 4 * 8290)
    const sampled = { rule: 'sampled', beta: 20, pollIntervalMs: 240 }
    expect(target({ tuning, consensus: sampled })).toBe(2000 + 192 + 20 * 240)
  })
})

describe('a rate that the machine cannot carry', () => {
  const planWith = (nodes: number, rate?: number, cpus = 2) =>
    planOf(nodes, { machine: { cpus }, scenario: rate === undefined ? {} : { workload: { rate } } })

  it('is told with its sum and the rate that fits', () => {
    expect(overloadOf(planWith(150, 56))).toBe(
      '56 TPS at 150 nodes takes 3.2 of 2 cores (150 nodes x 385 us a transaction, and nodes get 90 % of the cores); 31 TPS fit',
    )
    expect(overloadOf(planWith(500, 50, 1))).toMatch(/ of 1 core \(.*; 4\.6 TPS fit$/)
  })

  it('is none that fits, and no default one', () => {
    expect(overloadOf(planWith(150, 31))).toBeUndefined()
    expect(overloadOf(planWith(150, 56, 8))).toBeUndefined()
    for (const nodes of [4, 5, 8, 20, 50, 100, 150, 250, 500])
      for (const cpus of [1, 2, 8, 32]) {
        const { rate } = planWith(nodes, undefined, cpus).workload
        expect({ nodes, cpus, rate, overload: overloadOf(planWith(nodes, rate, cpus)) }).toEqual({
          ...{ nodes, cpus, rate, overload: undefined },
        })
      }
  })

  it('never says that a rate fits which it warns of', () => {
    for (const nodes of [4, 20, 150, 1000]) {
      const { fittingRate } = demandOf({ nodes, cpus: 2, rate: 1 })
      expect(demandOf({ nodes, cpus: 2, rate: fittingRate }).isCarried).toBe(true)
      expect(demandOf({ nodes, cpus: 2, rate: fittingRate * 1.01 }).isCarried).toBe(false)
    }
  })
})
