import { describe, expect, it } from '@jest/globals'
import { faults } from '../../../harness/checkers/faults.ts'
import { check } from '../../../harness/checkers/index.ts'
import { createObserver } from '../../../harness/checkers/observer.ts'
import type { FaultEvent } from '../../../model/event.ts'
import { faultSchema } from '../../../model/fault.ts'
import { planOf } from './history-fixture.ts'

const fault = faultSchema.parse({ kind: 'kill', for: '5s' })
const kill = { id: 'kill-1', fault, atMs: 0, forMs: 5000, targets: [0] }
const step = (name: FaultEvent['step'], attested?: boolean, evidence = 'down: node-0'): FaultEvent => ({
  ...{ type: 'fault', at: 1, id: 'kill-1', step: name, evidence },
  ...(attested === undefined ? {} : { attested }),
})

function judged(events: readonly FaultEvent[], planned = [kill]) {
  const observer = createObserver(2)
  for (const event of events) observer.add(event)
  return check({ ...planOf(2), faults: planned }, observer.finish(), [faults])[0]!
}

describe('faults', () => {
  it('pass when each was measured to have happened and healed, or none was planned', () => {
    expect(judged([step('inject'), step('injected', true), step('heal'), step('healed', true)]).verdict).toBe(
      'pass',
    )
    expect(judged([], []).verdict).toBe('pass')
  })

  it.each([
    ['it never happened', []],
    ['it began, and the history breaks off there', [step('inject')]],
    ['it was in force, and the history breaks off there', [step('inject'), step('injected', true)]],
    ['not injected: node-0 is running', [step('injected', false, 'node-0 is running'), step('healed', true)]],
    ['not healed: node-0 is down', [step('injected', true), step('healed', false, 'node-0 is down')]],
    [
      'not seen by others: 0 of 9 votes',
      [step('injected', true), step('seen', false, '0 of 9 votes'), step('healed', true)],
    ],
  ])('are unknown when %s', (reason, events) => {
    expect(judged(events)).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining(`kill-1: ${reason}`),
    })
  })
})
