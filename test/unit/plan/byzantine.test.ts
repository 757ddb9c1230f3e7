import { describe, expect, it } from '@jest/globals'
import { byzantineCount, expectedOutcome } from '../../../harness/theory/outcome.ts'
import { readBehaviour, writeBehaviour } from '../../../model/behaviour.ts'
import { planOf } from '../../support/plan.ts'

const planned = (nodes: number, scenario: object, seed = 'seed') => planOf(nodes, { scenario, seed })
const silent = { behaviour: 'silent', targets: 'node-3' }
const table = (more: object) => ({ behaviour: 'always-reject', ...more })
const liarsOf = (nodes: number, tables: object[], seed?: string) =>
  planned(nodes, { byzantine: tables }, seed).byzantine

describe('who is Byzantine', () => {
  it('is drawn from the seed: the same for the same seed, and others for another', () => {
    expect(liarsOf(50, [table({ fraction: 0.3 })])).toEqual(liarsOf(50, [table({ fraction: 0.3 })]))
    expect(liarsOf(50, [table({ fraction: 0.3 })])).toHaveLength(15)
    expect(liarsOf(50, [table({ fraction: 0.3 })], 'other')).not.toEqual(
      liarsOf(50, [table({ fraction: 0.3 })]),
    )
  })

  it('with a larger fraction the nodes of a smaller one are among them', () => {
    const smaller = liarsOf(20, [table({ fraction: 0.1 })])!
    expect(liarsOf(20, [table({ fraction: 0.3 })])).toEqual(expect.arrayContaining([...smaller]))
  })

  it('named nodes are not drawn for another table, and a node is in one table only', () => {
    const { nodes } = planned(5, {
      byzantine: [table({ count: 3 }), { behaviour: 'silent', targets: 'node-1' }],
    })
    expect(nodes[1]!.behaviour?.name).toBe('silent')
    expect(nodes.filter(({ behaviour }) => behaviour?.name === 'always-reject')).toHaveLength(3)
  })

  it('tables of one group act together, others for themselves', () => {
    const { nodes } = planned(8, {
      byzantine: [
        { behaviour: 'two-faced', targets: 'node-1, node-2', group: 'a' },
        { behaviour: 'collude', targets: 'node-3', group: 'a' },
        { behaviour: 'two-faced', targets: 'node-4', group: 'b' },
      ],
    })
    expect([1, 2, 3].map(node => nodes[node]!.behaviour!.group)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(nodes[1]!.behaviour!.seed).toBe(nodes[3]!.behaviour!.seed)
    expect(nodes[4]!.behaviour).toMatchObject({ group: [4] })
    expect(nodes[4]!.behaviour!.seed).not.toBe(nodes[1]!.behaviour!.seed)
  })

  it('draws its chance from the run, or from a seed of its own that the run does not change', () => {
    const tables = [
      { behaviour: 'random-vote', targets: 'node-1', seed: 'abc' },
      { behaviour: 'random-vote', targets: 'node-2' },
    ]
    const [one, other] = ['one', 'other'].map(seed => planned(8, { byzantine: tables }, seed).nodes)
    expect([one![1]!.behaviour!.seed, other![1]!.behaviour!.seed]).toEqual(['abc', 'abc'])
    expect(one![2]!.behaviour!.seed).toBe('one/byzantine/all')
    expect(other![2]!.behaviour!.seed).toBe('other/byzantine/all')
  })

  it('parts the network for twins by a seed of their own, each table by its own', () => {
    const halves = (run: string, seed?: string) => {
      const twin = { behaviour: 'twin', targets: 'node-1', ...(seed ? { seed } : {}) }
      const other = { behaviour: 'twin', targets: 'node-2' }
      return planned(20, { byzantine: [twin, other] }, run)
        .nodes.slice(1, 3)
        .map(({ twin: of }) => of)
    }
    expect(halves('one', 'abc')[0]).toEqual(halves('two', 'abc')[0])
    expect(halves('one', 'abc')[0]).not.toEqual(halves('one', 'abd')[0])
    expect(halves('one', 'abc')[1]).toEqual(halves('one')[1])
  })

  it('includes whom a fault makes Byzantine for a while, and faults can aim at them', () => {
    const faults = [
      { kind: 'behaviour', as: 'always-reject', targets: 'node-6', for: '5s' },
      { kind: 'cpu', share: '50%', targets: 'byzantine', for: '2s' },
      { kind: 'cpu', share: '50%', targets: 'correct', for: '2s' },
    ]
    const plan = planned(8, { byzantine: [table({ targets: 'node-1, node-2' })], faults })
    expect(plan.byzantine).toEqual([1, 2, 6])
    const slow = plan.faults.filter(({ fault }) => fault.kind === 'cpu').map(({ targets }) => targets)
    expect(slow).toEqual([
      [1, 2],
      [0, 3, 4, 5, 6, 7],
    ])
  })

  it('is nobody in a plan without them', () => {
    expect(planned(8, {})).not.toHaveProperty('byzantine')
  })

  it.each([
    [{ fraction: 1.2 }, 'scenario.byzantine[0].fraction: expected at most 1, got 1.2'],
    [{ fraction: 0.1 }, 'scenario.byzantine[0].fraction: 0.1 of 8 nodes is no node'],
    [{ count: 9 }, 'scenario.byzantine[0].count: 9 nodes are wanted, and 8 of 8 are left'],
    [{ count: 8 }, 'all 8 nodes are Byzantine'],
    [{}, 'scenario.byzantine[0].count: expected one of count, fraction and targets, got none'],
    [
      { count: 2, fraction: 0.3 },
      'scenario.byzantine[0].fraction: expected one of count and fraction, not both',
    ],
    [{ targets: 'node-8' }, 'scenario.byzantine[0].targets: there is no node-8'],
    [{ count: 1, behaviour: 'always-rejct' }, 'scenario.byzantine[0].behaviour: expected one of random-vote'],
    [
      { count: 1, hold: '1s' },
      'scenario.byzantine[0].hold: unknown key; expected one of behaviour, trigger, count, fraction, targets, identities, group, seed',
    ],
    [{ count: 1, sed: 'abc' }, 'scenario.byzantine[0].sed: unknown key; did you mean seed?'],
    [{ count: 1, behaviour: 'twin', trigger: 'never' }, 'unknown key; expected one of behaviour, count'],
    [{ count: 1, behaviour: 'delay', for: '1s' }, 'expected one of behaviour, by, trigger, count'],
    [{ count: 1, seed: '' }, 'scenario.byzantine[0].seed: '],
    [{ count: 2, behaviour: 'collude', groups: 3 }, 'scenario.byzantine[0].groups: 3 groups of 2 nodes'],
    [
      { count: 2, behaviour: 'collude', groups: 2, side: 'reject' },
      'scenario.byzantine[0].groups: all are on',
    ],
    [
      { count: 2, behaviour: 'garbage', trigger: 'conflict' },
      'scenario.byzantine[0].trigger: garbage is not about',
    ],
    [
      { count: 2, trigger: { from: '5s', until: '2s' } },
      'scenario.byzantine[0].trigger: expected until after from',
    ],
    [
      { count: 2, trigger: { from: '60s', until: '70s' } },
      'scenario.byzantine[0].trigger: it would never happen: its window begins at 60s, and the load lasts 60s',
    ],
    [{ count: 2, trigger: 'sometimes' }, 'scenario.byzantine[0].trigger: expected always, never, conflict'],
    [{ count: 1, behaviour: 'amnesia' }, 'to forget its votes over a restart, and no fault restarts it'],
  ])('refuses %j, naming the key', (more, message) => {
    expect(() => planned(8, { byzantine: [table(more)] })).toThrow(message)
  })

  it('refuses to switch amnesia on while a node runs', () => {
    const faults = [{ kind: 'behaviour', as: 'amnesia', for: '5s' }]
    expect(() => planned(8, { faults })).toThrow('scenario.faults[0].as: amnesia is there from the start')
  })

  it.each([
    ['kill', 'node-3'],
    ['kill', 'node-1,  node-3'],
    ['kill', 'byzantine'],
    ['pause', 'node-3'],
    ['disk-full', 'byzantine'],
  ])('refuses a fault that names a Byzantine node to silence it: %s %s', (kind, targets) => {
    const faults = [
      { kind: 'cpu', share: '50%', for: '2s' },
      { ...{ kind, targets }, for: '5s' },
    ]
    expect(() => planned(8, { byzantine: [silent], faults })).toThrow(
      'scenario.faults[1].targets: node-3 is Byzantine (silent)',
    )
  })

  it('takes such a fault of whom chance drew, of nobody Byzantine, and of who is to forget its votes', () => {
    const kill = (targets: string) => [{ kind: 'kill', targets, for: '5s' }]
    for (const targets of ['all', 'any(7)', 'correct', 'node-4'])
      expect(planned(8, { byzantine: [silent], faults: kill(targets) }).byzantine).toEqual([3])
    const forgets = { ...silent, behaviour: 'amnesia' }
    expect(planned(8, { byzantine: [forgets], faults: kill('byzantine') }).byzantine).toEqual([3])
  })

  it('refuses to name the second container of a twin, or one that Byzantine nodes live in together', () => {
    const twin = { behaviour: 'twin', targets: 'node-3' }
    const kill = (targets: string) => [{ kind: 'kill', targets, for: '5s' }]
    expect(() => planned(8, { byzantine: [twin], faults: kill('node-3-twin') })).toThrow(
      'node-3 is Byzantine (twin)',
    )
    const lodgers = { behaviour: 'silent', targets: 'node-3, node-5', identities: 2 }
    expect(() => planned(8, { byzantine: [lodgers], faults: kill('node-5') })).toThrow(
      /node-[35] is Byzantine/,
    )
  })
})

describe('a behaviour fault', () => {
  const lies = (at: string, more: object = {}) => ({
    ...{ kind: 'behaviour', as: 'always-reject', targets: 'node-3', at, for: '5s', ...more },
  })
  const down = (at: string, lasts: string, more: object = {}) => ({
    ...{ kind: 'kill', targets: 'node-3', at, for: lasts, ...more },
  })
  const refusal =
    'scenario.faults[0].targets: behaviour-1 makes node-3 Byzantine (always-reject) from 4s to 9s, and it is down or frozen all that time (kill-1)'

  it.each([
    ['named', down('2s', '15s')],
    ['by chance', down('2s', '15s', { targets: 'all' })],
    ['to the moment', down('4s', '5s')],
  ])('is refused on a node that is down all the time of it: %s', (_, fault) => {
    expect(() => planned(8, { faults: [lies('4s'), fault] })).toThrow(refusal)
  })

  it('is refused on a node that one fault after the other keeps down', () => {
    const faults = [lies('4s'), down('2s', '4s'), down('6s', '9s', { kind: 'pause' })]
    expect(() => planned(8, { faults })).toThrow('down or frozen all that time (kill-1, pause-1)')
  })

  it.each([
    ['with another node down', [down('2s', '15s', { targets: 'node-4' })]],
    ['with time before it is down', [down('5s', '15s')]],
    ['with time in between', [down('2s', '3s'), down('6s', '9s')]],
  ])('is planned %s', (_, faults) => {
    expect(planned(8, { faults: [lies('4s'), ...faults] }).byzantine).toEqual([3])
  })
})

describe('what theory expects', () => {
  it.each([
    ['always-reject', 6, 'FINAL'],
    ['always-reject', 7, 'STALLED'],
    ['silent', 8, 'STALLED'],
    ['collude(side=reject)', 7, 'STALLED'],
    ['collude', 7, 'FINAL'],
    ['random-vote', 7, 'FINAL'],
    ['two-faced', 7, 'FINAL'],
    ['two-faced', 8, 'VIOLATED'],
    ['equivocate', 8, 'VIOLATED'],
  ])('of %s in %i of 20 nodes: %s', (text, byzantine, outcome) => {
    expect(expectedOutcome(readBehaviour(text), { nodes: 20, byzantine, f: 6 })).toBe(outcome)
  })

  it.each([
    [0.1, 20, 2],
    [0.3, 20, 6],
    [0.3, 8, 2],
    [0.33, 20, 7],
    [0.33, 50, 17],
    [0.4, 20, 8],
  ])('%f of %i nodes are %i: rounded down where they are to be borne, else up', (fraction, nodes, count) => {
    expect(byzantineCount(fraction, { nodes, tau: 0.32 })).toBe(count)
  })
})

describe('a behaviour as text', () => {
  it.each([
    'always-reject',
    'delay(by=200ms)',
    'collude(groups=3, side=coin)',
    'random-vote(probability=0.3)',
  ])('is read, and written as it was but for what is so by default: %s', text => {
    expect(writeBehaviour(readBehaviour(text))).toBe(text.replace(', side=coin', ''))
  })
})
