import { describe, expect, it } from '@jest/globals'
import { steadyAt } from '../../../harness/run/steady.ts'
import type { FaultEvent } from '../../../model/event.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'

const occurrence = (id: string, kind: object): Occurrence => ({
  ...{ id, atMs: 0, forMs: 1000, targets: [0] },
  fault: faultSchema.parse({ for: '1s', ...kind }),
})
const step = (id: string, step: FaultEvent['step'], at: number): FaultEvent => ({
  type: 'fault',
  id,
  step,
  at,
})

describe('how long a project is watched behind its faults', () => {
  const played = [
    occurrence('kill-1', { kind: 'kill' }),
    occurrence('memory-1', { kind: 'memory', limit: '64MiB' }),
    occurrence('pause-1', { kind: 'pause' }),
  ]

  it('is 5 s from the last heal that may have started a container', () => {
    const steps = [
      step('kill-1', 'ended', 1000),
      step('memory-1', 'ended', 4000),
      step('pause-1', 'ended', 9000),
    ]
    expect(steadyAt(played, steps)).toBe(9000)
    expect(steadyAt(played.slice(0, 1), steps)).toBe(6000)
  })

  it('is no time where nothing was started', () => {
    expect(steadyAt(played, [step('kill-1', 'heal', 1000), step('pause-1', 'ended', 9000)])).toBeUndefined()
  })
})
