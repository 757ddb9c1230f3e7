import { describe, expect, it } from '@jest/globals'
import { faults } from '../../../harness/checkers/faults.ts'
import { check } from '../../../harness/checkers/index.ts'
import { Observer } from '../../../harness/checkers/observer.ts'
import type { FaultEvent } from '../../../model/event.ts'
import { faultSchema } from '../../../model/fault.ts'
import { planOf } from './history-fixture.ts'

const fault = faultSchema.parse({ kind: 'kill', for: '5s' })
const kill = { id: 'kill-1', fault, atMs: 0, forMs: 5000, targets: [0] }
const step = (
  name: FaultEvent['step'],
  attested?: boolean,
  evidence = 'down: node-0',
  at = 1,
): FaultEvent => ({
  ...{ type: 'fault', at, id: 'kill-1', step: name, evidence },
  ...(attested === undefined ? {} : { attested }),
})

function judged(events: readonly FaultEvent[], planned = [kill]) {
  const observer = new Observer(2)
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

  /** A fault of 5 s that took so long to take effect, held so long, and was interrupted meanwhile. */
  const played = (effectMs: number, heldMs: number, ...meanwhile: FaultEvent[]) => [
    step('inject', undefined, '', 0),
    step('effect', undefined, '', effectMs),
    step('injected', true, '', effectMs),
    ...meanwhile,
    step('heal', undefined, '', effectMs + heldMs),
    step('healed', true, '', effectMs + heldMs),
  ]

  it('count from their effect: one that took its time to begin has held as long as asked', () => {
    expect(judged(played(10_000, 5000))).toMatchObject({
      verdict: 'pass',
      message:
        '1 fault happened and healed, as measured; 1 took effect later than asked, such as kill-1 after 10.0 s',
    })
    expect(judged(played(200, 9000)).message).toContain('such as kill-1 for 9.0 s instead of 5')
    expect(judged(played(10_000, 300))).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('kill-1: held for 0.3 s of 5'),
    })
  })

  it('are unknown when they were interrupted, with the time of it', () => {
    const began = step('interrupted', false, 'node-0 was started by somebody else', 2100)
    const again = step('resumed', undefined, 'node-0 ended with code 0', 3300)
    const told = (...meanwhile: FaultEvent[]) => judged(played(100, 5000, ...meanwhile)).message
    expect(told(began)).toContain(
      'kill-1: interrupted 2.0 s after its effect, for the rest of its time: node-0 was started by somebody else',
    )
    expect(told(began, again)).toContain('interrupted 2.0 s after its effect, for 1.2 s: node-0 was started')
    expect(told(began, again, { ...began, at: 4000 })).toContain('; 2 times in all')
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
