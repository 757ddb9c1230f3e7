import { describe, expect, it } from '@jest/globals'
import { exitCodeOf } from '../../../harness/cli/play.ts'
import { runId } from '../../../harness/records/run-id.ts'
import { describeLoad, describeSettle } from '../../../harness/run/progress.ts'
import { describeImages } from '../../../harness/run/stages/images.ts'
import { readyWithinMs } from '../../../harness/run/stages/ready.ts'
import { judgeOwner, type Owner } from '../../../harness/session/owner.ts'
import type { DriverStatus } from '../../../model/driver-config.ts'
import { HarnessError } from '../../../model/errors.ts'
import type { Verdict } from '../../../model/verdict.ts'

describe('run id', () => {
  const at = new Date('2026-03-04T05:06:07.891Z')

  it('sorts by time and names the scenario', () => {
    expect(runId(at, 'scale-20', () => false)).toBe('20260304-050607-scale-20')
  })

  it('is numbered where it is taken', () => {
    const taken = new Set(['20260304-050607-a', '20260304-050607-a-2'])
    expect(runId(at, 'a', id => taken.has(id))).toBe('20260304-050607-a-3')
  })
})

describe('owner of a run', () => {
  const owner: Owner = { pid: 42, processStart: '1000', host: 'here', state: 'running' }
  const processes = async (pid: number) => (pid === 42 ? '1000' : null)

  it.each([
    ['running', 'its process runs', owner],
    ['dead', 'its process is gone', { ...owner, pid: 43 }],
    ['dead', 'its pid belongs to a later process', { ...owner, processStart: '7' }],
    ['kept', 'it was kept, whatever became of the process', { ...owner, pid: 43, state: 'kept' as const }],
    ['elsewhere', 'it is on another machine', { ...owner, host: 'there' }],
  ])('is %s when %s', async (state, _, given) => {
    expect(await judgeOwner(given, 'here', processes)).toBe(state)
  })
})

describe('exit code', () => {
  const outcome = {
    run: 'r',
    directory: 'd',
    verdict: undefined,
    wasInterrupted: false,
    failure: undefined,
    watchers: undefined,
  }
  const judged = (verdict: Verdict['verdict']) => ({ ...outcome, verdict: { verdict } as Verdict })

  it.each([
    [0, 'a pass', judged('pass')],
    [1, 'a fail', judged('fail')],
    [2, 'unknown', judged('unknown')],
    [0, 'a network that was brought up', outcome],
    [
      69,
      'an engine that went away, whatever the checks say',
      { ...judged('unknown'), failure: new HarnessError({ code: 'engine-gone', message: '', exitCode: 69 }) },
    ],
    [
      1,
      'a violation that was seen before the engine went away',
      { ...judged('fail'), failure: new HarnessError({ code: 'engine-gone', message: '', exitCode: 69 }) },
    ],
    [70, 'a bug of ours', { ...judged('unknown'), failure: new TypeError('x') }],
    [130, 'an interruption, whatever else', { ...judged('fail'), wasInterrupted: true }],
  ])('%i for %s', (code, _, given) => {
    expect(exitCodeOf(given)).toBe(code)
  })
})

describe('progress', () => {
  const status: DriverStatus = {
    run: 'run',
    phase: 'load',
    nodesReady: 4,
    nodes: 4,
    missing: [],
    submitted: 1900,
    decided: 1820,
    decidedEverywhere: 1700,
    tps: 181.6,
    finalityP95Ms: 240.4,
    silentMs: 80,
    collected: 0,
    elapsedMs: 10_200,
  }

  const calm = { nodes: { correct: 4, byzantine: 0, paused: 0, crashed: 0 }, faults: [] }

  it('of a load tells rate, latency, decisions, nodes and the time left', () => {
    const told = describeLoad(status, 60_000, calm)
    expect(told).toBe('182 TPS, p95 240 ms, 50 s left, 4 correct, 1,820 of 1,900 decided')
  })

  it('of a warm-up tells how long it still lasts, and nothing of the load behind it', () => {
    const told = describeLoad({ ...status, phase: 'warmup', elapsedMs: -7200 }, 60_000, calm)
    expect(told).toBe('warm-up, 8 s left of it, 182 TPS, p95 240 ms, 4 correct, 1,820 of 1,900 decided')
  })

  it('of a load under faults tells which are in force and how many nodes are down', () => {
    const faults = [
      { id: 'kill-1', kind: 'kill' },
      { id: 'loss-2', kind: 'loss' },
    ] as const
    const told = describeLoad(status, 60_000, {
      nodes: { correct: 2, byzantine: 0, paused: 1, crashed: 1 },
      faults,
    })
    expect(told).toContain(
      'ms, 50 s left, kill-1 and loss-2 in force, 1 crashed, 1 paused, 2 correct, 1,820 of',
    )
  })

  it('of a load in a stall tells for how long nothing was decided instead of how quick it was before', () => {
    const stalled = { ...status, tps: 27, silentMs: 4300 }
    expect(describeLoad(stalled, 60_000, calm)).toMatch(/^no decision for 4 s, 50 s left, /)
    expect(describeLoad({ ...stalled, silentMs: 1999 }, 60_000, calm)).toMatch(/^27 TPS, p95 240 ms, /)
  })

  it('of a large network under many faults has what matters within 120 columns, behind name and bar', () => {
    const faults = Array.from({ length: 12 }, (_, index) => ({
      id: `rolling-restart-${index + 100}`,
      kind: 'rolling-restart' as const,
    }))
    const nodes = { correct: 988, byzantine: 100, paused: 100, crashed: 100 }
    const week = { ...status, tps: 12_345, finalityP95Ms: 59_999, submitted: 2e8, decided: 2e8, elapsedMs: 0 }
    const shown = (of: object) =>
      `⠋ load  ${'█'.repeat(20)} ${describeLoad({ ...week, ...of }, 604_800_000, { nodes, faults: faults.slice(0, 2) })}`.slice(
        0,
        119,
      )
    expect(shown({})).toMatch(/604800 s left, rolling-restart-100 and rolling-restart-101 in /)
    const many = describeLoad(week, 604_800_000, { nodes, faults })
    expect(many.slice(0, 90)).toContain('604800 s left, 12 faults in force, 100 crashed, 100 paused')
  })

  it('of settling tells what is decided where', () => {
    expect(describeSettle(status)).toBe('1,820 of 1,900 decided, 1,700 everywhere')
  })

  it.each([
    ['nodes', undefined],
    ['nodes, Prometheus', { prometheus: 'prometheus:1', grafana: undefined }],
    ['nodes, Prometheus, Grafana', { prometheus: 'prometheus:1', grafana: 'grafana:1' }],
  ])('of images ends with those that are there: %s', (told, monitoring) => {
    expect(describeImages(monitoring)).toBe(told)
  })

  it('before the first decision has no latency', () => {
    expect(describeLoad({ ...status, finalityP95Ms: null }, 60_000, calm)).toContain('p95 - ms')
  })
})

describe('deadline for being ready', () => {
  it('grows with the nodes that share a core', () => {
    expect(readyWithinMs(4, 2)).toBe(64_000)
    expect(readyWithinMs(500, 2)).toBe(560_000)
    expect(readyWithinMs(500, 32)).toBeLessThan(100_000)
  })
})
