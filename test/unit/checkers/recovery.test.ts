import { describe, expect, it } from '@jest/globals'
import { check } from '../../../harness/checkers/index.ts'
import { Observer } from '../../../harness/checkers/observer.ts'
import { recoveries, recovery } from '../../../harness/checkers/recovery.ts'
import type { FaultEvent, HistoryEvent } from '../../../model/event.ts'
import { begin, declared, end, load, loadBegan, planOf, submitted, told } from './history-fixture.ts'

const step = (id: string, name: FaultEvent['step'], at: number): FaultEvent => ({
  ...{ type: 'fault', id, step: name, at: loadBegan + at },
})
/** Four transactions, due 0, 1, 2 and 3 s after the load began. */
const sent = [begin, declared(4), load[0]!, submitted([0, 1, 2, 3])]
const at = (ms: number) => ({ at: loadBegan + ms })

function observe(history: readonly HistoryEvent[]) {
  const observer = new Observer(2)
  for (const event of history) observer.add(event)
  return observer.finish()
}

/** A cut from 0.5 s to 2.5 s. Transactions 1 and 2 come through it `late` ms after the heal began, at node 1 a second later. */
const cut = (late: number): HistoryEvent[] => [
  ...sent,
  told(0, 0, [0], at(100)),
  told(1, 0, [0], at(100)),
  step('partition-1', 'inject', 500),
  step('partition-1', 'injected', 700),
  step('partition-1', 'heal', 2500),
  step('partition-1', 'healed', 2900),
  told(0, 1, [1, 2], at(2500 + late)),
  told(1, 1, [1, 2], at(3500 + late)),
  told(0, 3, [3], at(3600 + late)),
  told(1, 3, [3], at(3700 + late)),
  end,
]

const judged = (history: readonly HistoryEvent[]) => check(planOf(2), observe(history), [recovery])[0]!

describe('recovery', () => {
  it('is the time from the heal to the first decision, and until all that was due before is accepted everywhere', () => {
    expect(recoveries(observe(cut(1200)))).toEqual([
      { faults: ['partition-1'], firstDecisionMs: 1200, levelMs: 2200, wasInterrupted: false },
    ])
    expect(judged(cut(1200))).toMatchObject({
      verdict: 'pass',
      message: 'level again 2.2 s after a heal at most (target 10 s, limit 30 s)',
    })
  })

  it('fails beyond 30 s, and when some node never came level', () => {
    expect(judged(cut(28_000)).verdict).toBe('pass')
    expect(judged(cut(29_500))).toMatchObject({ verdict: 'fail' })
    const never = cut(1200).filter(
      event => !(event.type === 'decisions' && event.node === 1 && event.sequence === 1),
    )
    expect(judged(never)).toMatchObject({
      verdict: 'fail',
      message: 'level again never (partition-1); at most 30 s are allowed',
    })
  })

  it('begins when the last of faults that overlap heals', () => {
    const history = [
      ...sent,
      step('kill-1', 'inject', 100),
      step('pause-1', 'inject', 300),
      step('kill-1', 'heal', 400),
      step('pause-1', 'heal', 2500),
      told(0, 0, [0, 1, 2, 3], at(4000)),
      told(1, 0, [0, 1, 2, 3], at(4500)),
      end,
    ]
    expect(recoveries(observe(history))).toEqual([
      { faults: ['kill-1', 'pause-1'], firstDecisionMs: 1500, levelMs: 2000, wasInterrupted: false },
    ])
  })

  it('is not told when the next fault began before the network was level', () => {
    const history = [...cut(1200), step('kill-1', 'inject', 3000), step('kill-1', 'heal', 9000)]
    expect(recoveries(observe(history))).toMatchObject([
      { faults: ['partition-1'], levelMs: null, wasInterrupted: true },
      { faults: ['kill-1'], levelMs: 0, firstDecisionMs: null, wasInterrupted: false },
    ])
    expect(judged(history)).toMatchObject({
      verdict: 'pass',
      message:
        'level again after 1 of 2 heals, 0.0 s after it at most (target 10 s, limit 30 s); after partition-1 the network was not level before the next fault began 0.5 s later, so how long it takes is not known',
    })
  })

  it('names one of several that the next fault came before', () => {
    const again = (id: string, at: number) => [step(id, 'inject', at), step(id, 'heal', at + 50)]
    const history = [
      ...cut(1200),
      ...again('kill-1', 3000),
      ...again('kill-2', 3200),
      ...again('kill-3', 9000),
    ]
    expect(judged(history).message).toContain(
      'level again after 2 of 4 heals, 1.6 s after it at most (target 10 s, limit 30 s); after 2, such as partition-1, the network was not level before the next fault began 0.5 s later',
    )
  })

  it('fails when the network was not level for longer than the limit, though another fault came then', () => {
    const history = [...cut(40_000), step('kill-1', 'inject', 34_000), step('kill-1', 'heal', 50_000)]
    expect(judged(history)).toMatchObject({
      verdict: 'fail',
      message: 'level again 41.0 s after the heal (partition-1); at most 30 s are allowed',
    })
  })

  it('has nothing to say of a run without faults', () => {
    expect(judged([...sent, end])).toMatchObject({
      verdict: 'pass',
      message: 'no fault had to be recovered from',
    })
  })
})
