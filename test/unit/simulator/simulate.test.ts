import { describe, expect, it } from '@jest/globals'
import type { FaultEvent } from '../../../model/event.ts'
import { planOf } from '../../support/plan.ts'
import { historyOf, judged } from '../../support/simulated.ts'

const load = { rate: 20, duration: '8s', warmup: '1s', conflictShare: 0.1 }

describe('a plan in virtual time', () => {
  it('passes the checkers of container runs without faults', async () => {
    const plan = planOf(5, { scenario: { workload: load } })
    const history = await historyOf(plan)
    expect(await judged(plan, history)).toMatchObject({ verdict: 'pass', failing: [] })
  })

  it('gives the same history for the same seed, and another one for another seed', async () => {
    const scenario = { workload: load, faults: [{ kind: 'kill', at: '3s', for: '4s' }] }
    const [first, second, other] = await Promise.all(
      ['one', 'one', 'other'].map(async seed =>
        JSON.stringify(await historyOf(planOf(5, { seed, scenario }))),
      ),
    )
    expect(second === first).toBe(true)
    expect(other === first).toBe(false)
  })

  it('is refused when virtual time cannot show all of it', async () => {
    const faults = [{ kind: 'cpu', share: '20%', for: '2s' }]
    const plan = planOf(5, { scenario: { workload: load, faults } })
    await expect(historyOf(plan)).rejects.toThrow('virtual time cannot show faults of kind cpu')
  })

  it.each([
    [{ kind: 'kill' }],
    [{ kind: 'stop' }],
    [{ kind: 'pause' }],
    [{ kind: 'partition', cut: 'halves' }],
    [{ kind: 'partition', cut: 'one-way' }],
    [{ kind: 'isolate' }],
    [{ kind: 'delay', by: '80ms', jitter: '10ms', targets: 'any(2)' }],
    [{ kind: 'loss', share: '20%', targets: 'all' }],
    [{ kind: 'rate', bandwidth: '1mbit', targets: 'any(2)' }],
    [{ kind: 'skew', by: '2s' }],
    [{ kind: 'behaviour', as: 'always-reject' }],
  ])('shows %j, measured as injected and healed, and passes', async fault => {
    const faults = [{ at: '2s', for: '3s', ...fault }]
    const plan = planOf(5, { scenario: { workload: load, faults } })
    const history = await historyOf(plan)
    const steps = history.filter((event): event is FaultEvent => event.type === 'fault')
    const told = steps.map(({ step, attested }) => [step, attested])
    expect(told).toContainEqual(['injected', true])
    expect(told).toContainEqual(['healed', true])
    expect(await judged(plan, history)).toMatchObject({ verdict: 'pass', failing: [] })
  })
})
