import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { FaultError, schedule } from '../../../chaos/schedule.ts'
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

  it.each([
    [{ kind: 'kill', targets: 'node-50', for: '5s' }, 'targets', 'there is no node-50'],
    [{ kind: 'kill', for: '11m' }, 'for', 'a fault of 660 s does not fit a load of 600 s'],
    [{ kind: 'kill', at: '599s', for: '5s' }, 'at', 'it would heal 4 s after the load has ended'],
    [{ kind: 'kill', every: '0s', for: '5s' }, 'every', 'expected more than 0s'],
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

  it('knows no other kind, no missing and no negative duration', () => {
    expect(faultSchema.safeParse({ kind: 'explode', for: '1s' }).success).toBe(false)
    expect(faultSchema.safeParse({ kind: 'kill' }).success).toBe(false)
    expect(faultSchema.safeParse({ kind: 'kill', for: '-1s' }).success).toBe(false)
    expect(faultSchema.safeParse({ kind: 'kill', for: '1s', target: 'all' }).success).toBe(false)
  })
})
