import { describe, expect, it } from '@jest/globals'
import { agreement } from '../../../harness/checkers/agreement.ts'
import { evidence } from '../../../harness/checkers/evidence.ts'
import { judge } from '../../../harness/checkers/index.ts'
import { integrity } from '../../../harness/checkers/integrity.ts'
import { liveness } from '../../../harness/checkers/liveness.ts'
import { validity } from '../../../harness/checkers/validity.ts'
import type { EvidenceEvent, HistoryEvent } from '../../../model/event.ts'
import type { Plan } from '../../../model/plan.ts'
import { planOf as resolvedPlanOf } from '../../support/plan.ts'
import {
  begin,
  declared,
  digest,
  end,
  idOf,
  judged,
  load,
  planOf,
  status,
  submitted,
  told,
} from './history-fixture.ts'

/** Three nodes, the last of them Byzantine. */
const byzantine = { nodes: 3, plan: { byzantine: [2] } as Partial<Plan> }
const equivocator = {
  ...byzantine,
  plan: {
    byzantine: [2],
    nodes: [{ index: 0 }, { index: 1 }, { index: 2, behaviour: { name: 'equivocate', trigger: 'always' } }],
  } as unknown as Partial<Plan>,
}

const seen = (node: number, more: Partial<EvidenceEvent> = {}): HistoryEvent => ({
  ...{ type: 'evidence', at: 30_000, node, caught: [], contested: [] },
  ...more,
})
const catches = (node: number, offence: string) => [{ node, offence, count: 1, first: 'seen' }]

describe('a Byzantine node’s word', () => {
  it('counts for nothing: not against agreement, and not for liveness', () => {
    const history = [
      ...[begin, declared(2), load[0]!, submitted([0, 1])],
      ...[told(0, 0, [0, 1]), told(1, 0, [0, 1]), told(2, 0, [0], { rejected: [0] })],
      ...[load[1]!, digest(0, 2), digest(1, 2), digest(2, 9), end],
    ]
    expect(judged(agreement, history, byzantine).verdict).toBe('pass')
    expect(judged(liveness, history, byzantine).message).toContain('at all 2 nodes')
    expect(judged(agreement, history, { nodes: 3 }).verdict).toBe('fail')
  })
})

describe('a stall that is expected', () => {
  const stall = { expect: { stall: true } }
  const silence = [begin, declared(2), load[0]!, submitted([0, 1]), load[1]!, end]
  const progress = [begin, declared(2), load[0]!, submitted([0, 1]), told(1, 0, [1]), load[1]!, end]

  it('passes when nothing is accepted, safety checks included', () => {
    for (const checker of [agreement, validity, integrity, liveness])
      expect(judged(checker, silence, stall).verdict).toBe('pass')
    expect(judged(liveness, silence).verdict).toBe('fail')
    expect(judged(agreement, silence).verdict).toBe('unknown')
  })

  it('fails on progress, naming what was accepted', () => {
    const result = judged(liveness, progress, stall)
    expect(result).toMatchObject({
      verdict: 'fail',
      evidence: { first: [{ transaction: 1, acceptedBy: 1 }] },
    })
  })

  it('is not known when the run ended early', () => {
    const early = [...silence.slice(0, -1), { ...end, reason: 'interrupted' } as HistoryEvent]
    expect(judged(liveness, early, stall).verdict).toBe('unknown')
  })
})

describe('what votes by chance leave undecided', () => {
  /** Eight nodes with f = 2, three of which toss coins: 1 of 8 vertices. */
  const scenario = { byzantine: [{ behaviour: 'random-vote', targets: 'node-5, node-6, node-7' }] }
  const { nodes, byzantine: liars, consensus } = resolvedPlanOf(8, { scenario })
  const plan = { nodes: 8, plan: { nodes, byzantine: liars!, consensus } }
  const correct = [0, 1, 2, 3, 4]

  /** Transactions with a vertex each, of which these are undecided, and these are told to be. */
  const history = (undecided: number, toldOf = undecided, count = 48): HistoryEvent[] => {
    const all = Array.from({ length: count }, (_, index) => index)
    const vertices = all.slice(0, toldOf).map(index => ({ vertex: `v${index}`, transactions: [idOf(index)] }))
    return [
      ...[begin, declared(count), load[0]!, submitted(all)],
      ...correct.map(node => told(node, 0, all.slice(undecided))),
      load[1]!,
      ...correct.map(node => ({ ...status(node), vertices: count }) as HistoryEvent),
      ...correct.map(node => seen(node, { undecided: vertices })),
      end,
    ]
  }

  it('is no failure of liveness within what chance does, and told', () => {
    expect(judged(liveness, history(6), plan)).toMatchObject({
      verdict: 'pass',
      message:
        '6 of 48 vertices undecided, of which theory leaves 1 of 8, within what chance does 99.9 times of 100: 6 unconflicted transactions of 48 not accepted everywhere',
    })
    // Less than theory expects is no less live.
    expect(judged(liveness, history(1), plan).verdict).toBe('pass')
    expect(judged(liveness, history(0), plan).message).toContain('all 48 unconflicted transactions accepted')
  })

  it('is one beyond that', () => {
    const result = judged(liveness, history(16), plan)
    expect(result.verdict).toBe('fail')
    expect(result.message).toContain('16 of 48 vertices undecided, of which theory leaves 1 of 8: more than')
  })

  it('is one where the vertices do not explain it', () => {
    const result = judged(liveness, history(6, 4), plan)
    expect(result.verdict).toBe('fail')
    expect(result.message).toContain('and 2 transactions in none of them')
  })

  it('is not known where there is more of it than nodes tell', () => {
    expect(judged(liveness, history(300, 256, 2400), plan)).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('nodes tell of their oldest 256 undecided vertices alone'),
    })
  })

  it('is one where theory leaves nothing, and where it leaves everything and no stall is expected', () => {
    for (const table of [
      { behaviour: 'random-vote', targets: 'node-6, node-7' },
      { behaviour: 'always-reject', targets: 'node-5, node-6, node-7' },
    ]) {
      const { nodes: others } = resolvedPlanOf(8, { scenario: { byzantine: [table] } })
      expect(judged(liveness, history(6), { ...plan, plan: { ...plan.plan, nodes: others } }).verdict).toBe(
        'fail',
      )
    }
  })
})

describe('evidence', () => {
  it('fails when a correct node was framed, naming it and who did', () => {
    const result = judged(evidence, [seen(0, { caught: catches(1, 'equivocation') })], byzantine)
    expect(result).toMatchObject({
      verdict: 'fail',
      message: 'node-1 is correct, and node-0 caught it at equivocation',
    })
  })

  it('does not take a Byzantine node’s word for anything', () => {
    const history = [seen(2, { caught: catches(1, 'equivocation') }), seen(0)]
    expect(judged(evidence, history, byzantine).verdict).toBe('pass')
  })

  it('is unknown when an equivocator was planned and nobody caught it', () => {
    const missed = judged(evidence, [seen(0), seen(1)], equivocator)
    expect(missed).toMatchObject({
      verdict: 'unknown',
      message: 'node-2 planned for equivocation and not caught at it',
    })
    const caught = judged(evidence, [seen(0), seen(1, { caught: catches(2, 'equivocation') })], equivocator)
    expect(caught).toMatchObject({
      verdict: 'pass',
      message: '1 of 1 Byzantine node caught (equivocation), nobody framed',
    })
  })

  it('a twin is one Byzantine node that has to be caught at equivocation, whatever its two containers say', () => {
    const scenario = { byzantine: [{ behaviour: 'twin', targets: 'node-2' }] }
    const { nodes, byzantine: both } = resolvedPlanOf(4, { scenario })
    const twin = { nodes: 4, plan: { nodes, byzantine: both! } }
    const caught = (node: number) => seen(node, { caught: catches(2, 'equivocation') })
    expect(judged(evidence, [caught(0), seen(1)], twin)).toMatchObject({
      verdict: 'pass',
      message: '1 of 1 Byzantine node caught (equivocation), nobody framed',
    })
    expect(judged(evidence, [seen(0), seen(1), caught(4)], twin)).toMatchObject({
      verdict: 'unknown',
      message: 'node-2 planned for equivocation and not caught at it',
    })
  })

  it('puts side by side what a node told two others, and fails when the two faces are a correct node’s', () => {
    const contested = (voter: number, exceptions: number[]) => [
      {
        vertex: 'v',
        issuer: 0,
        transactions: [{ position: 0, id: 't' }],
        votes: [{ exceptions, voters: [voter] }],
      },
    ]
    const two = (voter: number) => [
      seen(0, { contested: contested(voter, []) }),
      seen(1, { contested: contested(voter, [0]) }),
    ]
    expect(judged(evidence, two(2), byzantine)).toMatchObject({
      verdict: 'pass',
      evidence: [{ node: 2, offence: 'two faces', witnesses: [0, 1] }],
    })
    expect(judged(evidence, two(1), byzantine).verdict).toBe('fail')
    const same = [seen(0, { contested: contested(1, []) }), seen(1, { contested: contested(1, []) })]
    expect(judged(evidence, same, byzantine).verdict).toBe('pass')
    // Where votes may change, a correct node may tell one peer its vote and the other one what it changed it to.
    const lockVotes = { ...byzantine.plan, consensus: { rule: 'census', f: 0, alpha: 3, beta: 2 } as const }
    expect(judged(evidence, two(1), { ...byzantine, plan: lockVotes }).verdict).toBe('pass')
  })
})

describe('a violation', () => {
  it('is shown with both nodes, both transactions, their votes, and who voted twice', () => {
    const vertexWith = (index: number, issuer: number, voters: number[]) => ({
      ...{ vertex: `v${index}`, issuer, transactions: [{ position: 0, id: idOf(index) }] },
      votes: [{ exceptions: [], voters }],
    })
    const history = [
      ...[begin, declared(2, [[0, 1]]), load[0]!, submitted([0]), submitted([1], { node: 1 })],
      ...[told(0, 0, [0]), told(1, 0, [1]), load[1]!],
      seen(0, { contested: [vertexWith(0, 0, [0, 2, 3])] }),
      seen(1, { contested: [vertexWith(1, 1, [1, 2, 3])] }),
      end,
    ]
    const result = judged(agreement, history, { nodes: 4, plan: { byzantine: [2, 3] } })
    expect(result.verdict).toBe('fail')
    expect(result.message).toBe(
      'both sides of 1 double-spend were accepted: node-0 accepted 000000000000 on votes of nodes 0, 2, 3; node-1 accepted 000000000000 on votes of nodes 1, 2, 3; nodes 2, 3 voted for both',
    )
  })
})

describe('of several violations', () => {
  it('one is shown of which the votes are known', () => {
    const vertexWith = (index: number, voters: number[]) => ({
      ...{ vertex: `v${index}`, issuer: 0, transactions: [{ position: 0, id: idOf(index) }] },
      votes: [{ exceptions: [], voters }],
    })
    const pairs = [
      [0, 1],
      [2, 3],
    ] as const
    const history = [
      ...[begin, declared(4, pairs), load[0]!, submitted([0, 1, 2, 3])],
      ...[told(0, 0, [0, 2]), told(1, 0, [1, 3]), load[1]!],
      // Nodes tell of the newest contested vertices alone.
      ...[seen(0, { contested: [vertexWith(2, [0, 2])] }), seen(1, { contested: [vertexWith(3, [1, 2])] })],
      end,
    ]
    const { message } = judged(agreement, history, { nodes: 3, plan: { byzantine: [2] } })
    expect(message).toMatch(/^both sides of 2 double-spends were accepted: .* nodes 0, 2 voted for both$/)
  })
})

describe('contested sets', () => {
  it('are counted as accepted on one side, undecided, or violated', async () => {
    const pairs = [0, 2, 4].map(index => [index, index + 1] as const)
    const history = [
      ...[begin, declared(8, [...pairs, [6, 7]]), load[0]!],
      // The second side of the last set was never sent.
      submitted([0, 1, 2, 3, 4, 5, 6]),
      ...[told(0, 0, [0, 2]), told(1, 0, [0, 3]), load[1]!, end],
    ]
    const { metrics } = await judge(planOf(2), history)
    expect(metrics.contested).toEqual({ accepted: 1, undecided: 1, violated: 1 })
  })
})
