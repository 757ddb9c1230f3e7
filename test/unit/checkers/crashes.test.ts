import { describe, expect, it } from '@jest/globals'
import { crashes, judgeCrashes } from '../../../harness/checkers/crashes.ts'
import { check } from '../../../harness/checkers/index.ts'
import { Observer } from '../../../harness/checkers/observer.ts'
import type { FaultEvent, HistoryEvent, InstanceEvent } from '../../../model/event.ts'
import { type FaultKind, faultSchema, type Occurrence } from '../../../model/fault.ts'
import { begin, planOf } from './history-fixture.ts'

const event = (
  state: InstanceEvent['state'],
  at: number,
  more: Partial<InstanceEvent> = {},
): InstanceEvent => ({ type: 'container', at, node: 1, state, ...more })
const died = (at: number, more: Partial<InstanceEvent> = {}) =>
  event('died', at, { exitCode: 1, output: 'panic: it broke', ...more })

const fault = (kind: FaultKind, targets: readonly number[], keys: object = {}): Occurrence => ({
  ...{ id: `${kind}-1`, atMs: 0, forMs: 5000, targets },
  fault: faultSchema.parse({ kind, for: '5s', ...keys }),
})
const steps = (id: string, from: number, to: number): FaultEvent[] => [
  { type: 'fault', at: from, id, step: 'inject' },
  { type: 'fault', at: to, id, step: 'healed', attested: true },
]

function judged(events: readonly HistoryEvent[], faults: readonly Occurrence[] = []) {
  const observer = new Observer(3)
  for (const each of [begin, ...events]) observer.add(each)
  return check({ ...planOf(3), faults }, observer.finish(), [crashes])[0]!
}

describe('crashes', () => {
  it('fail the run with exit code, time and last lines, even where something started it again', () => {
    expect(judged([died(12_300), event('started', 12_900)])).toMatchObject({
      verdict: 'fail',
      message:
        '1 container ended or ran out of memory outside a fault, such as node-1: exit code 1, 12.3 s into the run, started again by something else; its last lines: panic: it broke',
      evidence: [{ name: 'node-1', exitCode: 1, atSeconds: 12.3, wasStartedAgain: true }],
    })
  })

  it('are told as out of memory once, whichever of the two events comes first', () => {
    for (const events of [
      [event('oom', 5000), died(5200, { exitCode: 137 })],
      [died(5200, { exitCode: 137 }), event('oom', 5300)],
    ])
      expect(judged(events).evidence).toMatchObject([{ exitCode: 137, ranOutOfMemory: true }])
    expect(judged([event('oom', 5000)])).toMatchObject({
      verdict: 'fail',
      evidence: [{ exitCode: null, ranOutOfMemory: true }],
    })
  })

  it('are none where a fault did it, and what it started afterwards may crash', () => {
    const killed = [died(5000, { asked: true }), event('started', 9000, { asked: true })]
    expect(judged(killed, [fault('kill', [1])]).verdict).toBe('pass')
    expect(judged([...killed, died(9500)], [fault('kill', [1])]).verdict).toBe('fail')
  })

  it.each([
    ['memory', { limit: '64MiB' }],
    ['disk-full', {}],
  ] as const)('are none of who starves by %s, as long as it is in force and of its targets', (kind, keys) => {
    const planned = [fault(kind, [1], keys)]
    const inForce = steps(planned[0]!.id, 4000, 8000)
    expect(judged([...inForce, died(5000)], planned).verdict).toBe('pass')
    expect(judged([...inForce, died(9000)], planned).verdict).toBe('fail')
    expect(judged([...inForce, died(5000, { node: 2 })], planned).verdict).toBe('fail')
    expect(judged([...inForce, died(5000, { requested: true })], planned).message).toContain(
      'ended by somebody else',
    )
  })

  it('are none of targets of a kill in histories that do not mark what the harness did', () => {
    const inForce = steps('kill-1', 4000, 8000)
    expect(judged([...inForce, died(4100)], [fault('kill', [1])]).verdict).toBe('pass')
    const effect: FaultEvent = { type: 'fault', at: 4050, id: 'kill-1', step: 'effect' }
    expect(judged([...inForce, effect, died(4100)], [fault('kill', [1])]).verdict).toBe('fail')
  })

  it('of a node that some other fault hits are crashes: it was not to end it', () => {
    const planned = [fault('isolate', [1])]
    expect(judged([...steps('isolate-1', 4000, 8000), died(5000)], planned).verdict).toBe('fail')
  })

  it('are not what the teardown does, nor what happened before the run began', () => {
    const teardown: HistoryEvent = { type: 'stage', at: 30_000, stage: 'teardown', state: 'begin' }
    expect(judged([teardown, died(30_100)]).verdict).toBe('pass')
    expect(judged([died(-1)]).verdict).toBe('pass')
  })

  it('of a Byzantine node are crashes, too', () => {
    const observer = new Observer(3, [1])
    for (const each of [begin, died(5000)]) observer.add(each)
    expect(check(planOf(3), observer.finish(), [crashes])[0]!.verdict).toBe('fail')
  })
})

describe('crashes on a project', () => {
  const onProject = (events: readonly InstanceEvent[]) =>
    judgeCrashes({
      ...{ events, faults: [], steps: [], beganAt: 0, mayEnd: true },
      nameOf: node => ['db', 'migrate'][node]!,
    }).verdict

  it('are no jobs that are done, and are jobs that fail or services that something starts again', () => {
    expect(onProject([died(7000, { exitCode: 0 })])).toBe('pass')
    expect(onProject([died(7000, { exitCode: 1 })])).toBe('fail')
    expect(onProject([died(7000, { exitCode: 0 }), event('started', 7100)])).toBe('fail')
    expect(onProject([event('oom', 6900), died(7000, { exitCode: 0 })])).toBe('fail')
  })
})
