import { describe, expect, it } from '@jest/globals'
import { excessesOf } from '../../../harness/plan/excess.ts'
import { planOf } from '../../support/plan.ts'

// f = 6 of 20.
const excesses = (faults: readonly object[], byzantine: readonly object[] = []) =>
  excessesOf(planOf(20, { scenario: { workload: { duration: '60s' }, faults, byzantine } }))
const kill = (count: number, at: string, lasts: string) => ({
  ...{ kind: 'kill', targets: `any(${count})`, at, for: lasts },
})

describe('more faulty nodes than f', () => {
  it('are none as long as there are f, and not after those before them are healed', () => {
    expect(excesses([kill(6, '10s', '10s'), kill(6, '20s', '10s')])).toEqual([])
  })

  it('are found where faults come together, with the worst of it and without counting a node twice', () => {
    const isolate = { kind: 'isolate', targets: 'node-0, node-1, node-2, node-3', at: '20s', for: '20s' }
    const down = { kind: 'pause', targets: 'node-3, node-4, node-5, node-6', at: '25s', for: '5s' }
    const more = { kind: 'stop', targets: 'node-7', at: '27s', for: '20s' }
    expect(excesses([isolate, down, more])).toEqual([{ fromMs: 25_000, toMs: 30_000, byzantine: 0, away: 8 }])
  })

  it('count Byzantine nodes of the plan all the time, those of a fault meanwhile, and liars that are down once', () => {
    const liars = [{ behaviour: 'silent', targets: 'node-0, node-1, node-2, node-3, node-4' }]
    const faults = [
      { kind: 'isolate', targets: 'node-4, node-5', at: '10s', for: '5s' },
      { kind: 'behaviour', as: 'always-reject', targets: 'node-8, node-9', at: '30s', for: '5s' },
    ]
    expect(excesses(faults, liars)).toEqual([{ fromMs: 30_000, toMs: 35_000, byzantine: 7, away: 0 }])
    const seven = [{ behaviour: 'silent', count: 7 }]
    expect(excesses([], seven)).toEqual([{ fromMs: 0, toMs: 60_000, byzantine: 7, away: 0 }])
  })
  it('count each of several nodes in one container, and a twin once', () => {
    const lodgers = { behaviour: 'always-accept', count: 3, identities: 3 }
    const twins = { behaviour: 'twin', count: 3 }
    expect(excesses([], [lodgers, twins])).toEqual([])
    expect(excesses([], [lodgers, { ...twins, count: 4 }])).toMatchObject([{ byzantine: 7, away: 0 }])
  })
})
