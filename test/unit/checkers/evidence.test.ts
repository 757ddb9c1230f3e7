import { describe, expect, it } from '@jest/globals'
import { completeness } from '../../../harness/checkers/completeness.ts'
import { driverHealth } from '../../../harness/checkers/driver-health.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { begin, container, digest, end, goodHistory, judged, told } from './history-fixture.ts'

const report = (intended: number, sent: number, lagP99Ms: number): HistoryEvent => ({
  type: 'driver',
  at: 12_000,
  intended,
  sent,
  lagP99Ms,
})
const without = (unwanted: (event: HistoryEvent) => boolean) =>
  goodHistory().filter(event => !unwanted(event))

describe('driver-health', () => {
  it('passes when nearly all was sent in time', () => {
    expect(judged(driverHealth, [report(500, 400, 5), report(1000, 980, 12)])).toMatchObject({
      verdict: 'pass',
      message: '980 of 1,000 transactions sent when due (98.0 %), event loop at most 12 ms late',
    })
  })

  it('is unknown when the driver could not send what was intended', () => {
    const result = judged(driverHealth, [report(1000, 979, 5)])
    expect(result.verdict).toBe('unknown')
    expect(result.message).toContain('try a lower rate')
  })

  it('is unknown when its event loop was late in more than a tenth of the reports', () => {
    const reports = Array.from({ length: 10 }, (_, i) => report(100, 100, i < 2 ? 800 : 3))
    expect(judged(driverHealth, reports)).toMatchObject({ verdict: 'unknown' })
    expect(judged(driverHealth, reports.slice(1)).message).toContain('800 ms late')
  })

  it('bears a single late second in ten', () => {
    const reports = Array.from({ length: 10 }, (_, i) => report(100, 100, i < 1 ? 800 : 3))
    expect(judged(driverHealth, reports).verdict).toBe('pass')
  })

  it('is unknown without a report, and when nothing was due', () => {
    expect(judged(driverHealth, []).verdict).toBe('unknown')
    expect(judged(driverHealth, [report(0, 0, 1)]).verdict).toBe('unknown')
  })
})

describe('completeness', () => {
  it('passes when every node left its decisions and its digest', () => {
    expect(judged(completeness, goodHistory())).toMatchObject({
      verdict: 'pass',
      message: 'decisions and final state of all 2 nodes are here',
    })
  })

  it.each<[string, string, () => HistoryEvent[]]>([
    [
      'a digest is missing',
      'without a final digest (node-1)',
      () => without(e => e.type === 'digest' && e.node === 1),
    ],
    ['a node is down at the end', 'down at the end (node-1)', () => [...goodHistory(), container(1, 'died')]],
    [
      'a digest counts more than the stream brought',
      'with a digest over more than was told (node-0)',
      () => [...goodHistory(), digest(0, 4)],
    ],
    [
      'sequences are missing in a log',
      'with holes in the log of decisions (node-0)',
      () => [...without(e => e.type === 'decisions'), told(0, 0, [0]), told(0, 2, [1])],
    ],
    ['the history breaks off', 'the history breaks off', () => without(e => e.type === 'end')],
    [
      'the run was interrupted',
      'the run was interrupted: Ctrl-C',
      () => [...goodHistory(), { ...end, reason: 'interrupted', message: 'Ctrl-C' } as HistoryEvent],
    ],
    [
      'the history is of another version',
      'the history has schema 7, which this version does not know',
      () => [{ ...begin, schema: 7 } as unknown as HistoryEvent, ...without(e => e.type === 'begin')],
    ],
    ['there was no load', 'there was no load', () => without(e => e.type === 'stage')],
    [
      'an error was noted',
      'the history is full',
      () => [...goodHistory(), { type: 'note', at: 1, level: 'error', message: 'the history is full' }],
    ],
  ])('is unknown when %s', (_situation, message, history) => {
    const result = judged(completeness, history())
    expect(result.verdict).toBe('unknown')
    expect(result.message).toContain(message)
  })

  it('names a few of many nodes', () => {
    const result = judged(completeness, goodHistory(), { nodes: 9 })
    expect(result.message).toBe('7 nodes without a final digest (node-2, node-3, node-4 and 4 more)')
  })
})
