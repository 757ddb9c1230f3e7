import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/engine/labels.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import type { Verdict } from '../../model/verdict.ts'
import { driverSeconds } from '../../prometheus/pace.ts'
import { rangeQuery, readSeries } from '../../prometheus/query.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'
import { servePastMetrics } from '../support/past-metrics.ts'
import { isByOthers, unexplained } from '../support/unexplained.ts'
import { until } from '../support/until.ts'

const host = useEngine()

type Result = Verdict & { directory: string }

interface LadderResult {
  readonly directory: string
  readonly rungs: readonly {
    attack: string
    byzantine: number
    outcome: string
    safe: boolean
    contested: { violated: number }
    remarks: string[]
    unexplained: { check: string }[]
  }[]
}

async function leftovers(): Promise<number> {
  return (await host.engine.docker.listContainers({ all: true, filters: { label: [labels.run] } })).length
}

describe('Byzantine nodes in real containers', () => {
  it('with f refusing ones everything is final, with one more nothing is, and two faces from N - 2f on are a violation that is seen', async () => {
    const from = Date.now() / 1000
    const { code, out } = await cli(
      ...['byzantine', '--ladder', '--nodes', '20', '--rate', '20', '--duration', '3s', '--seed', 'ladder'],
      ...['--fractions', '0.3,0.33', '--attacks', 'always-reject,two-faced', '--json'],
    )
    const { rungs, directory } = JSON.parse(out) as LadderResult
    expect(rungs.map(({ attack, byzantine, outcome, safe }) => [attack, byzantine, outcome, safe])).toEqual([
      ['always-reject', 0, 'FINAL', true],
      ['always-reject', 6, 'FINAL', true],
      ['always-reject', 7, 'STALLED', true],
      ['two-faced', 0, 'FINAL', true],
      ['two-faced', 6, 'FINAL', true],
      ['two-faced', 7, 'FINAL', true],
      ['two-faced', 8, 'VIOLATED', false],
    ])
    for (const { unexplained: open, remarks } of rungs)
      for (const { check } of open)
        expect(remarks.filter(each => each.startsWith(`${check}: `) && isByOthers(each))).toHaveLength(1)
    expect(code).toBe(rungs.some(({ unexplained: open }) => open.length > 0) ? 2 : 0)
    const violation = rungs.at(-1)!
    expect(violation.contested.violated).toBeGreaterThan(0)
    expect(violation.remarks[0]).toMatch(
      /^agreement: both sides of \d+ double-spends? were accepted: node-\d+ accepted \w+ on votes of nodes [\d, ]+; node-\d+ accepted \w+ on votes of nodes [\d, ]+; nodes [\d, ]+ voted for both/,
    )
    // Transactions of each cell are its own: what one leaked to the next would be foreign there.
    const told: Record<string, RegExp> = {
      'warm-up-0': /^all nodes are correct$/,
      'always-reject-33': /^peers saw it of node-.+ \(always-reject: (\d+) of \1 votes refuse\)$/,
      'two-faced-30': /^(peers saw it|not observable) of node-.+ \(two-faced: /,
    }
    for (const cell of Object.keys(told)) {
      const verdict = JSON.parse(
        await readFile(join(directory, 'cells', cell, 'verdict.json'), 'utf8'),
      ) as Verdict
      expect(unexplained(verdict.checks)).toEqual([])
      const seen = verdict.checks.find(({ name }) => name === 'behaviours')!.message
      expect({ cell, seen }).toEqual({ cell, seen: expect.stringMatching(told[cell]!) })
    }
    expect(await leftovers()).toBe(0)

    // Prometheus watched all cells, with the labels of each.
    const expr = 'count by (behaviour) (whiteout_node_peers{role="byzantine"})'
    const query = rangeQuery({ expr, from, to: Date.now() / 1000, step: driverSeconds })
    const url = await servePastMetrics(directory)
    const behaviours = async () => {
      const answer = await fetch(`${url}${query}`)
      return answer.ok ? readSeries(await answer.json()).map(({ labels: { behaviour } }) => behaviour) : []
    }
    try {
      await until('Prometheus answers', async () => (await behaviours()).length > 0)
      expect((await behaviours()).sort()).toEqual(['always-reject', 'two-faced'])
    } finally {
      await removeRun(host.engine.docker, basename(directory))
    }
  }, 300_000)

  it('a behaviour is switched on and off by the nemesis, as the nodes and their peers attest', async () => {
    const { code, out } = await cli(
      ...[
        'chaos',
        '--nodes',
        '8',
        '--rate',
        '20',
        '--duration',
        '10s',
        '--warmup',
        '0s',
        '--seed',
        'switch',
        '--json',
      ],
      ...['--fault', 'behaviour any(f) as always-reject at 2s for 4s'],
    )
    const result = JSON.parse(out) as Result
    expect(unexplained(result.checks)).toEqual([])
    expect(code).toBe(result.verdict === 'pass' ? 0 : 2)
    const history = await readFile(join(result.directory, 'history.ndjson'), 'utf8')
    expect(history).toMatch(
      /"step":"injected","attested":true,"evidence":"node-\d is always-reject, node-\d is always-reject"/,
    )
    expect(history).toMatch(
      /"step":"seen","attested":true,"evidence":"peers saw it of node-\d and node-\d \(always-reject: \d+ of \d+ votes refuse\)"/,
    )
    expect(history).toMatch(
      /"step":"healed","attested":true,"evidence":"node-\d is correct, node-\d is correct"/,
    )
  }, 240_000)
})
