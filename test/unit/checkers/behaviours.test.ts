import { describe, expect, it } from '@jest/globals'
import { behaviours } from '../../../harness/checkers/behaviours.ts'
import { behaviourSchema } from '../../../model/behaviour.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import type { Plan } from '../../../model/plan.ts'
import type { Seen } from '../../../model/seen.ts'
import { seenWith } from '../../support/seen.ts'
import { judged, load } from './history-fixture.ts'

const always = (name: string) => behaviourSchema.parse({ name })

/** Four nodes, the last of them planned to be this. */
const plan = (name: string, more: Partial<Plan> = {}) => ({
  nodes: 4,
  plan: {
    byzantine: [3],
    nodes: [0, 1, 2, 3].map(index => ({ index, ...(index === 3 ? { behaviour: always(name) } : {}) })),
    ...more,
  } as unknown as Partial<Plan>,
})

const idle = seenWith(4, { due: 100, votes: [100, 100, 100, 100] })
const told = (node: number, seen: Partial<Seen> = {}): HistoryEvent => ({
  ...{ type: 'evidence', at: 30_000, node, caught: [], contested: [] },
  seen: { ...idle, ...seen },
})
const refusing = { refused: [0, 0, 0, 98] }

describe('behaviours', () => {
  it('pass when peers saw what the plan says, and say how', () => {
    const history = [...load, told(0, refusing), told(1, refusing), told(2, refusing)]
    expect(judged(behaviours, history, plan('always-reject'))).toMatchObject({
      verdict: 'pass',
      message: 'peers saw it of node-3 (always-reject: 294 of 300 votes refuse)',
    })
  })

  it('are unknown when nobody saw it, whatever the node says of itself', () => {
    const history = [...load, told(0), told(1), told(3, refusing)]
    expect(judged(behaviours, history, plan('always-reject'))).toMatchObject({
      verdict: 'unknown',
      message:
        '1 of 1 Byzantine node not seen to be: peers saw nothing of node-3 (always-reject: 0 of 200 votes refuse)',
    })
  })

  it('are unknown when nobody told anything', () => {
    expect(judged(behaviours, [...load], plan('always-reject')).verdict).toBe('unknown')
  })

  it('do not fail over what cannot be seen, and say so', () => {
    expect(judged(behaviours, [...load, told(0), told(1)], plan('two-faced'))).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining('not observable of node-3 (two-faced: '),
    })
  })

  it('are unknown when a correct node behaves as if Byzantine', () => {
    const history = [...load, told(0, { refused: [0, 60, 0, 98] }), told(2, { refused: [0, 60, 0, 98] })]
    expect(judged(behaviours, history, plan('always-reject'))).toMatchObject({
      verdict: 'unknown',
      message: expect.stringMatching(/^node-1 .*120 of 200 votes refuse$/),
    })
  })

  it('leave what a fault switches to the faults', () => {
    const fault = { id: 'b', atMs: 0, forMs: 1, targets: [3], fault: { kind: 'behaviour' } }
    const switched = plan('always-reject', { faults: [fault] as unknown as Plan['faults'] })
    expect(judged(behaviours, [...load, told(0), told(1)], switched)).toMatchObject({
      ...{ verdict: 'pass', message: 'no node is Byzantine from its start' },
    })
  })
})
