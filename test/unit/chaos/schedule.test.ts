import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FaultError, schedule } from '../../../chaos/schedule/schedule.ts'
import { faultSchema } from '../../../model/fault.ts'

const roster = { nodes: 50, f: 16 }
const plan = (faults: object[], durationMs = 600_000, seed = 'schedule') =>
  schedule(
    faults.map(fault => faultSchema.parse(fault)),
    { seed, durationMs, roster },
  )
const times = (fault: object, durationMs?: number) => plan([fault], durationMs).map(({ atMs }) => atMs)

describe('fault schedule', () => {
  it('happens once at its time, or early in the load when it names none', () => {
    expect(times({ kind: 'kill', at: '20s', for: '5s' })).toEqual([20_000])
    expect(times({ kind: 'kill', for: '5s' })).toEqual([10_000])
    expect(times({ kind: 'kill', for: '8s' }, 10_000)).toEqual([1000])
  })

  it('CT-001: ten random nodes every five minutes, others each time, the last one healed before the load ends', () => {
    const found = plan([{ kind: 'kill', targets: 'any(10)', every: '5m', for: '20s' }], 1_200_000)
    expect(found.map(({ id, atMs }) => [id, atMs])).toEqual([
      ['kill-1', 300_000],
      ['kill-2', 600_000],
      ['kill-3', 900_000],
    ])
    expect(new Set(found.map(({ targets }) => targets.join())).size).toBe(3)
    for (const { targets } of found) expect(targets).toHaveLength(10)
  })

  it('a Poisson process has its mean gap, and stays within the load', () => {
    const found = times({ kind: 'pause', mean: '10s', for: '1s' }, 10_000_000)
    expect(found.length).toBeGreaterThan(900)
    expect(found.length).toBeLessThan(1100)
    expect(Math.max(...found)).toBeLessThanOrEqual(9_999_000)
  })

  it('is equal for equal input, in order of time, and one more fault leaves the others as they were', () => {
    const kill = { kind: 'kill', targets: 'any(3)', mean: '30s', for: '5s' }
    const pause = { kind: 'pause', targets: 'minority', every: '1m', for: '20s' }
    fc.assert(
      fc.property(fc.string(), seed => {
        const both = plan([kill, pause], 600_000, seed)
        expect(both).toEqual(plan([kill, pause], 600_000, seed))
        expect(both.map(({ atMs }) => atMs)).toEqual(both.map(({ atMs }) => atMs).sort((a, b) => a - b))
        expect(both.filter(({ fault }) => fault.kind === 'kill')).toEqual(plan([kill], 600_000, seed))
      }),
      { numRuns: 20 },
    )
  })

  it('parts all nodes, in an order drawn anew for each occurrence', () => {
    const found = plan([{ kind: 'partition', every: '1m', for: '20s' }])
    const everybody = Array.from({ length: 50 }, (_, node) => node)
    for (const { targets } of found) expect(targets.toSorted((a, b) => a - b)).toEqual(everybody)
    expect(new Set(found.map(({ targets }) => targets.join())).size).toBe(found.length)
  })

  it('refuses a partition that cuts no link', () => {
    const two = { seed: 'two', durationMs: 60_000, roster: { nodes: 2, f: 0 } }
    const bridge = faultSchema.parse({ kind: 'partition', cut: 'bridge', for: '1s' })
    expect(() => schedule([bridge], two)).toThrow('2 nodes cannot be parted this way')
  })

  it('a partition has the links that it cuts, of its own draw', () => {
    const [halves] = plan([{ kind: 'partition', for: '20s' }])
    const [first, second] = [halves!.targets.slice(0, 25), halves!.targets.slice(25)]
    expect(halves!.cutLinks).toEqual([
      { from: first, to: second },
      { from: second, to: first },
    ])
  })

  it('refuses cuts of more links than a plan can hold', () => {
    const many = { seed: 'many', durationMs: 7_000_000, roster: { nodes: 500, f: 0 } }
    const rings = faultSchema.parse({ kind: 'partition', cut: 'ring', every: '10s', for: '1s' })
    expect(() => schedule([rings], many)).toThrow('cut more links than a plan can hold')
  })

  it('keeps what comes again within its window', () => {
    const fault = { kind: 'kill', every: '10s', from: '1m', until: '95s', for: '5s' }
    expect(times(fault)).toEqual([70_000, 80_000, 90_000])
  })

  it('a moving partition parts the network anew each time', () => {
    const found = plan([{ kind: 'partition', every: '10s', until: '60s', for: '10s' }])
    expect(found.map(({ atMs }) => atMs)).toEqual([10_000, 20_000, 30_000, 40_000, 50_000])
    expect(new Set(found.map(({ targets }) => targets.join())).size).toBe(5)
  })

  it('a rolling restart takes its targets one after the other', () => {
    const rolling = {
      kind: 'rolling-restart',
      targets: 'node-3, node-1, node-8',
      at: '5s',
      for: '2s',
      gap: '3s',
    }
    expect(plan([rolling]).map(({ id, atMs, forMs, targets }) => [id, atMs, forMs, targets])).toEqual([
      ['rolling-restart-1', 5000, 2000, [1]],
      ['rolling-restart-2', 10_000, 2000, [3]],
      ['rolling-restart-3', 15_000, 2000, [8]],
    ])
  })

  it('of which each waits for the one before, however long that takes to stop', () => {
    const rolling = { kind: 'rolling-restart', targets: 'node-1, node-2', at: '5s', for: '2s', gap: '3s' }
    const found = plan([rolling, { ...rolling, targets: 'node-7, node-8', at: '6s' }])
    expect(found.map(({ id, targets, after }) => [id, targets, after])).toEqual([
      ['rolling-restart-1', [1], undefined],
      ['rolling-restart-2', [7], undefined],
      ['rolling-restart-3', [2], { id: 'rolling-restart-1', gapMs: 3000 }],
      ['rolling-restart-4', [8], { id: 'rolling-restart-2', gapMs: 3000 }],
    ])
  })

  it('leaves room for the grace of what is asked to stop, where there is room, and for nothing else', () => {
    const at = (kind: string, durationMs: number, more: object = {}) =>
      schedule([faultSchema.parse({ kind, for: '5s', ...more })], {
        ...{ seed: 'x', durationMs, roster, graceMs: 10_000 },
      }).map(({ atMs }) => atMs)
    expect(at('stop', 20_000)).toEqual([2500])
    expect(at('kill', 20_000)).toEqual([7500])
    expect(at('stop', 10_000)).toEqual([2500])
    expect(at('stop', 60_000, { every: '15s' })).toEqual([15_000, 30_000, 45_000])
    expect(at('stop', 55_000, { every: '15s' })).toEqual([15_000, 30_000])
    expect(at('stop', 20_000, { at: '15s' })).toEqual([15_000])
  })

  it('draws where links lead to as well, and leaves targets in regions where they are', () => {
    const regions = Array.from({ length: 50 }, (_, node) => (node < 10 ? 'eu' : 'us'))
    const [found] = schedule(
      [faultSchema.parse({ kind: 'delay', targets: 'any(2)', to: 'region(eu)', by: '1s', for: '1s' })],
      {
        ...{ seed: 'x', durationMs: 60_000, roster: { ...roster, regions } },
      },
    )
    expect(found!.targets).toHaveLength(2)
    expect(found!.to).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it.each([
    [{ kind: 'kill', for: '0s' }, 'for', 'expected more than 0s'],
    [{ kind: 'kill', from: '5s', for: '5s' }, 'from', 'a window needs every or mean'],
    [{ kind: 'kill', every: '5s', from: '10s', until: '12s', for: '5s' }, 'until', 'does not fit in between'],
    [{ kind: 'rolling-restart', every: '5s' }, 'every', 'a rolling-restart happens once'],
    [{ kind: 'rolling-restart', gap: '1m' }, 'targets', '50 restarts one after the other take 2990 s'],
    [{ kind: 'kill', targets: 'region(eu)', for: '5s' }, 'targets', 'there are no regions'],
    [{ kind: 'pause', targets: 'byzantine', for: '5s' }, 'targets', 'no Byzantine node'],
    [{ kind: 'loss', share: '5%', targets: 'node-1', to: 'node-1', for: '5s' }, 'to', 'a link to itself'],
    [{ kind: 'wan', for: '5s' }, 'matrix', 'all nodes are in one region'],
    [{ kind: 'kill', targets: 'node-50', for: '5s' }, 'targets', 'there is no node-50'],
    [{ kind: 'kill', for: '11m' }, 'for', 'a fault of 660 s does not fit a load of 600 s'],
    [{ kind: 'kill', at: '599s', for: '5s' }, 'at', 'it would heal 4 s after the load has ended'],
    [{ kind: 'kill', every: '0s', for: '5s' }, 'every', 'expected more than 0s'],
    [{ kind: 'kill', every: '15m', for: '5s' }, 'every', 'it would never happen'],
    [{ kind: 'kill', mean: '1000h', for: '5s' }, 'mean', 'it would never happen: with this seed'],
    [{ kind: 'kill', at: '1s', every: '1s', for: '5s' }, 'every', 'expected one of at and every'],
  ])('refuses %j, naming the key', (fault, key, message) => {
    const problem = (() => {
      try {
        return plan([{ kind: 'pause', for: '1s' }, fault])
      } catch (error) {
        return error as FaultError
      }
    })()
    expect(problem).toBeInstanceOf(FaultError)
    expect(problem).toMatchObject({ index: 1, key, message: expect.stringContaining(message) })
  })

  it.each([
    ['every 5 ms for a day', [{ kind: 'kill', every: '5ms', for: '1ms' }], 0, 'every', '17,279,999 times;'],
    [
      'a gap too small to add up',
      [{ kind: 'kill', every: '0.000000001ms', for: '1ms' }],
      0,
      'every',
      'times;',
    ],
    ['a Poisson process', [{ kind: 'pause', mean: '2s', for: '1s' }], 0, 'mean', '43,199 times;'],
    [
      'two faults that fit alone',
      [
        { kind: 'kill', every: '6s', for: '1s' },
        { kind: 'pause', mean: '8s', for: '1s' },
      ],
      1,
      'mean',
      '10,799 times, with 14,399 of other faults;',
    ],
    [
      'rolling restarts of everybody, over and over',
      Array.from({ length: 501 }, () => ({ kind: 'rolling-restart', for: '1ms', gap: '0s' })),
      500,
      'targets',
      '50 times, with 25,000 of other faults;',
    ],
  ])(
    'refuses more occurrences than it can plan, and names their number: %s',
    (_, faults, index, key, told) => {
      expect(() => plan(faults, 86_400_000)).toThrow(
        expect.objectContaining({ index, key, message: expect.stringContaining(told) }),
      )
    },
  )

  it('has room for a fault every 30 s for a week', () => {
    expect(times({ kind: 'kill', every: '30s', for: '5s' }, 168 * 3_600_000).length).toBe(20_159)
  })

  it('knows no other kind, no missing and no negative duration', () => {
    expect(faultSchema.safeParse({ kind: 'explode', for: '1s' }).success).toBe(false)
    expect(faultSchema.safeParse({ kind: 'kill' }).success).toBe(false)
    expect(faultSchema.safeParse({ kind: 'kill', for: '-1s' }).success).toBe(false)
    expect(faultSchema.safeParse({ kind: 'kill', for: '1s', target: 'all' }).success).toBe(false)
  })
})
