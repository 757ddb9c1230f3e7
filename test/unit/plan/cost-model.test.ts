import { describe, expect, it } from '@jest/globals'
import { fitted } from '../../../harness/plan/cost-constants.ts'
import {
  coresUsed,
  coreTerms,
  cpuPerTransactionAndNode,
  describeSum,
  finality,
  type Load,
  rateThatFits,
  tooMuch,
  twoDigits,
} from '../../../harness/plan/cost-model.ts'
import { machine } from '../../support/plan.ts'

const loadOf = (nodes: number, more: Partial<Load> = {}): Load => ({
  ...{ nodes, alpha: nodes - Math.floor(0.32 * nodes), collectors: 8, rate: 55, issueIntervalMs: 200 },
  ...more,
})

describe('cost model', () => {
  /** The prototype has no store, no decoding and no idle work, and checks ed25519 in 51 us. */
  const bare = (load: Load) => {
    const stores =
      fitted.storeVertex.value * (1000 / load.issueIntervalMs) + fitted.storeTransaction.value * load.rate
    const extra = (load.nodes * (stores + fitted.idlePerSecond.value)) / 1e6
    const fast = { ...machine, speeds: { ...machine.speeds, ed25519: 51 } }
    // Moving a transaction's bytes costs the prototype some 30 us.
    return coresUsed(fast, load) - extra + (load.nodes * load.rate * 30) / 1e6
  }

  it.each([
    [150, 55, 200, 1.2],
    [150, 100, 200, 1.75],
    [500, 10, 1000, 1.38],
  ])(
    '%i nodes at %i TPS with a vertex every %i ms take no less than the prototype took, %d cores, and at most 2.5 times as much',
    (nodes, rate, issueIntervalMs, cores) => {
      const predicted = bare(loadOf(nodes, { rate, issueIntervalMs }))
      expect(predicted).toBeGreaterThan(0.75 * cores)
      expect(predicted).toBeLessThan(2.5 * cores)
    },
  )

  it('spends all of the cores in use on transactions of nodes', () => {
    const load = loadOf(150)
    expect(cpuPerTransactionAndNode(machine, load) * load.rate * load.nodes).toBeCloseTo(
      coresUsed(machine, load) * 1e6,
    )
  })

  it('fits the rate to the share of the cores, also below one transaction a vertex', () => {
    for (const nodes of [20, 150, 500]) {
      for (const cores of [1, 2, 32]) {
        for (const issueIntervalMs of [25, 500, 5000]) {
          const given = { ...machine, cores }
          const load = loadOf(nodes, { issueIntervalMs })
          const rate = rateThatFits(given, load, 0.5)
          if (rate > 0) expect(coresUsed(given, { ...load, rate })).toBeCloseTo(0.5 * cores, 5)
        }
      }
    }
  })

  it('says what a rate takes that is too much, and a rate that fits', () => {
    expect(tooMuch(machine, loadOf(20))).toBeUndefined()
    const excess = tooMuch(machine, loadOf(150, { rate: 200 }))!
    const [, used, fits] = /^200 TPS at 150 nodes takes ([\d.]+) of 2 cores; (\d+) TPS fit$/.exec(excess)!
    expect(Number(used)).toBeGreaterThan(2)
    expect(tooMuch(machine, loadOf(150, { rate: Number(fits) }))).toBeUndefined()
  })

  it('predicts a finality that is the sum of its terms, later everywhere than at the issuer', () => {
    const [issuer, everywhere] = (['issuer', 'everywhere'] as const).map(scope =>
      finality(machine, loadOf(150, { rate: 20, issueIntervalMs: 1000 }), scope),
    )
    expect(issuer!.p50Ms).toBeCloseTo(issuer!.terms.reduce((sum, { p50 }) => sum + p50, 0))
    expect(issuer!.p95Ms).toBeGreaterThan(issuer!.p50Ms)
    expect(everywhere!.p50Ms).toBeGreaterThan(issuer!.p50Ms)
  })

  it('predicts no end where the load takes more than all cores', () => {
    expect(finality(machine, loadOf(150, { rate: 1000 }), 'issuer').p50Ms).toBe(Number.POSITIVE_INFINITY)
  })

  it('names the run of every constant', () => {
    for (const { run } of Object.values(fitted)) expect(run).not.toBe('')
  })

  it('writes sums as people read them', () => {
    const terms = coreTerms(machine, loadOf(20))
    expect(describeSum(terms, 2)).toMatch(
      /^[\d.]+ = idle nodes [\d.]+ \+ vertices [\d.]+ \+ transactions [\d.]+$/,
    )
    expect([twoDigits(48.7), twoDigits(0.567), twoDigits(1234), twoDigits(0)]).toEqual([48, 0.56, 1200, 0])
  })
})
