import { describe, expect, it } from '@jest/globals'
import { rateThatFits, tooMuch } from '../../../harness/plan/cost-model.ts'
import { finalityObjective } from '../../../harness/plan/finality-objective.ts'
import { loadOf } from '../../../harness/plan/load-of.ts'
import { describeObjectives } from '../../../harness/plan/objectives.ts'
import type { Plan } from '../../../model/plan.ts'
import { machine, planOf } from '../../support/plan.ts'

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
      sum: expect.stringMatching(/^batching \d+ ms \+ /),
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
  const load = { nodes: 150, alpha: 102, collectors: 8, rate: 20, issueIntervalMs: 2000 }
  const consensus = { rule: 'census', f: 48, alpha: 102 } as const
  const inputs = { machine, load, consensus }

  it('adds up what is waited for, and has no level that the sum does not explain', () => {
    const { sum, ...levels } = finalityObjective(inputs)
    const [, ...stated] = /^batching 1,900 ms \+ admission .* \+ queueing ([\d,]+) ms = ([\d,]+) ms$/.exec(
      sum,
    )!
    const terms = sum
      .split(' = ')[0]!
      .split(' + ')
      .map(term => number(/([\d,]+) ms$/.exec(term)![1]!))
    const total = number(stated[1]!)
    expect(Math.abs(terms.reduce((a, b) => a + b) - total)).toBeLessThanOrEqual(terms.length)
    expect(levels.target).toBe(total)
    expect(Math.abs(levels.acceptable - 2 * total)).toBeLessThanOrEqual(2)
    expect(Math.abs(levels.critical - 4 * total)).toBeLessThanOrEqual(4)
  })

  it('is later with lock votes, and by all polls in a row where nodes are sampled', () => {
    const target = (more: object) => finalityObjective({ ...inputs, ...more }).target
    expect(target({ consensus: { ...consensus, beta: 2 } })).toBeGreaterThan(target({}) + 400)
    const sampled = { rule: 'sampled', beta: 20, pollIntervalMs: 240 }
    expect(target({ consensus: sampled })).toBe(target({}) + 20 * 240)
  })

  it('is that of the rate that fits, where more is asked for than the machine carries', () => {
    const target = (rate: number) => finalityObjective({ ...inputs, load: { ...load, rate } }).target
    expect(target(1_000_000)).toBe(target(rateThatFits(machine, load)))
    expect(target(20)).toBeLessThan(target(1_000_000))
  })
})

/** `1,900` as a number. */
function number(text: string): number {
  return Number(text.replaceAll(',', ''))
}

describe('a rate that the machine cannot carry', () => {
  const planWith = (nodes: number, rate?: number, cores = 2) =>
    planOf(nodes, { machine: { cores }, scenario: rate === undefined ? {} : { workload: { rate } } })
  const excessOf = (plan: Plan) => tooMuch(plan.machine, loadOf(plan))

  it('is told with what it takes and the rate that fits, which is none that it warns of', () => {
    const pattern = /^([\d.]+) TPS at (\d+) nodes takes ([\d.]+) of (\d+) cores?; ([\d.]+) TPS fit$/
    for (const nodes of [4, 20, 150, 500]) {
      for (const cores of [1, 2, 32]) {
        const excess = excessOf(planWith(nodes, 90_000, cores))!
        const [, rate, at, takes, of, fits] = pattern.exec(excess)!
        expect([rate, at, of]).toEqual(['90000', String(nodes), String(cores)])
        expect(Number(takes)).toBeGreaterThan(cores)
        expect(excessOf(planWith(nodes, Number(fits), cores))).toBeUndefined()
        // Rates that fit are told in two digits, rounded down.
        expect(excessOf(planWith(nodes, Number(fits) * 1.11, cores))).toMatch(pattern)
      }
    }
    expect(excessOf(planWith(500, 50, 1))).toContain(' of 1 core; ')
  })

  it('is no default one', () => {
    for (const nodes of [4, 5, 8, 20, 50, 100, 150, 250, 500])
      for (const cores of [1, 2, 8, 32]) {
        const plan = planWith(nodes, undefined, cores)
        const { rate } = plan.workload
        expect({ nodes, cores, rate, excess: excessOf(plan) }).toEqual({
          ...{ nodes, cores, rate, excess: undefined },
        })
      }
  })

  it('is no default one after faults either', () => {
    const halves = { kind: 'partition', cut: 'halves', at: '20s', for: '60s' }
    for (const nodes of [4, 20, 50, 150, 500]) {
      const scenario = { workload: { duration: '120s' }, faults: [halves] }
      for (const cores of [1, 2, 32]) {
        const plan = planOf(nodes, { machine: { cores }, scenario })
        expect({ nodes, cores, excess: excessOf(plan) }).toEqual({ nodes, cores, excess: undefined })
      }
    }
  })
})
