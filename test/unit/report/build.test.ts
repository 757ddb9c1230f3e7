import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { judgeDirectory } from '../../../harness/records/judge.ts'
import { buildReport } from '../../../harness/report/build.ts'
import { headline } from '../../../harness/report/figures.ts'
import { junitXml } from '../../../harness/report/junit.ts'
import { writeOwner } from '../../../harness/session/owner.ts'
import { reportSchema } from '../../../model/report.ts'
import { cli } from '../../support/cli.ts'
import {
  recordedLines,
  recordedPass,
  recordedRun,
  recordedVerdict,
  recordRun,
} from '../../support/run-directory.ts'
import { syntheticBegan, syntheticFinality, syntheticOriginWallMs } from '../../support/synthetic-history.ts'

const { nodes, tps, seconds } = recordedRun

describe('the report of a whole run', () => {
  it('is one of its schema, with nothing missing', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    const report = await buildReport(run.directory)
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report).toMatchObject({
      missing: [],
      ending: 'done',
      verdict: 'fail',
      loadMs: 1000 * seconds,
      seed: 'seed',
    })
    expect(report.repeat).toBe('npm run scale -- --nodes 4 --seed 1')
  })

  it('has who used the cores over time; nothing where no version measured it', async () => {
    await using run = await recordRun()
    const { series } = await buildReport(run.directory)
    const shares = { own: [45], others: [5], steal: [1] }
    for (const [who, [share]] of Object.entries(shares))
      expect(series?.coresPercent?.[who as keyof typeof shares].slice(0, seconds)).toEqual(
        Array.from({ length: seconds }, () => share),
      )
    const lines = recordedLines().filter(line => !line.includes('"noise"'))
    await using older = await recordRun({ lines })
    expect((await buildReport(older.directory)).series?.coresPercent).toBeNull()
  })

  it('has the figures of the verdict that was recorded, not others', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    const { metrics, checks } = await buildReport(run.directory)
    expect(checks).toEqual(recordedVerdict.checks)
    expect(metrics).toMatchObject(recordedVerdict.metrics)
  })

  it('counts every transaction once over time, and each at every node', async () => {
    await using run = await recordRun()
    const { series, grids } = await buildReport(run.directory)
    const sum = (values: readonly (number | null)[]) =>
      values.reduce<number>((all, value) => all + (value ?? 0), 0)
    expect(sum(series!.intendedTps)).toBe(tps * seconds)
    expect(sum(series!.acceptedTps)).toBe(tps * seconds)
    expect(grids.acceptedTps!.rows.map(sum)).toEqual(Array(nodes).fill(tps * seconds))
    expect(grids.memoryMiB!.rows[2]![0]).toBeCloseTo(66, 0)
    expect(grids.cpuPercent!.rows[0]!.at(-1)).toBeCloseTo(10, 1)
  })

  it('measures finality from the intended send', async () => {
    await using run = await recordRun()
    const { series } = await buildReport(run.directory)
    // Sent evenly over a second and accepted together at its end.
    expect(series!.finalityAllMs.p50[0]! - series!.finalityMs.p50[0]!).toBeCloseTo(
      syntheticFinality.everywhereMs - syntheticFinality.firstMs,
      6,
    )
  })

  it.each([
    ['a load without losses', { isUneven: true, lines: 5 }],
    ['a load with losses', { isUneven: true, lines: 5, loseEvery: 30 }],
    ['a load with a warm-up', { isUneven: true, lines: 5, warmupSeconds: 3 }],
    ['a load that one node never decides', { isUneven: true, lines: 5, isLastSilent: true }],
  ])('has the percentiles of the verdict, to the digit: %s', async (_, options) => {
    await using run = await recordRun({ lines: recordedLines(options) })
    const { distribution } = await buildReport(run.directory)
    const { metrics } = (await judgeDirectory(run.directory)).verdict
    for (const where of ['finalityMs', 'finalityAllMs'] as const) {
      const within = (share: number) => distribution![where].find(([, found]) => found >= share)?.[0] ?? null
      const shown = { p50: within(0.5), p95: within(0.95), p99: within(0.99) }
      expect(shown).toEqual(metrics[where])
    }
  })

  it('has lost transactions as infinite: no percentile, and a curve that stays below one', async () => {
    await using run = await recordRun({ lines: recordedLines({ loseEvery: 10 }) })
    const { series, distribution } = await buildReport(run.directory)
    expect(series!.finalityMs.p50[0]).not.toBeNull()
    expect(series!.finalityMs.p95[0]).toBeNull()
    expect(series!.lost).toEqual(expect.arrayContaining([2]))
    expect(distribution!.finalityMs.at(-1)![1]).toBe(0.9)
  })

  it('shows the warm-up before the load, and has it in no figure', async () => {
    // The harness records the load from outside of the warm-up.
    const outer = JSON.stringify({ type: 'stage', at: syntheticBegan - 50, stage: 'load', state: 'begin' })
    await using run = await recordRun({
      lines: [outer, ...recordedLines({ warmupSeconds: 2, loseEvery: 7 })],
    })
    const report = await buildReport(run.directory)
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report).toMatchObject({ warmupMs: 2000, loadMs: 1000 * (seconds - 2) })
    expect(report.stages.slice(0, 2)).toEqual([
      { stage: 'warmup', seconds: 2 },
      { stage: 'load', seconds: seconds - 2 },
    ])
    // The series begins with the warm-up, times of faults with the load.
    expect(report.series!.intendedTps.slice(0, seconds)).toEqual(Array(seconds).fill(tps))
    expect(report.faults[0]).toMatchObject({ injectMs: 1000, healMs: 3000 })
    const { metrics } = (await judgeDirectory(run.directory)).verdict
    expect(metrics).toMatchObject({
      warmup: { seconds: 2, submitted: 2 * tps },
      submitted: tps * seconds,
      intendedTps: tps,
      tps: expect.closeTo((tps * 6 * (seconds - 3)) / 7 / (seconds - 2), 0),
    })
    const lost = Array.from({ length: seconds * tps }, (_, index) => index % 7 === 0)
    const share = 1 - lost.slice(2 * tps).filter(Boolean).length / ((seconds - 2) * tps)
    expect(report.distribution!.finalityMs.at(-1)![1]).toBeCloseTo(share, 4)
    expect(report.distribution!.finalityAllMs.at(-1)![1]).toBeCloseTo(share, 4)
  })

  it('has each fault with its steps, targets and evidence', async () => {
    await using run = await recordRun()
    const { faults } = await buildReport(run.directory)
    expect(faults).toEqual([
      {
        ...{ id: 'kill-1', kind: 'kill', text: 'kill node-1 at 3s for 2s', targets: ['node-1'] },
        hit: { nodes: 1, collectors: 1 },
        ...{ injectMs: 3000, effectMs: 3050, injectedMs: 3100 },
        ...{ healMs: 5000, endedMs: 5150, healedMs: 5200, isAttested: true },
        evidence: ['injected: down: node-1', 'healed: running: node-1'],
      },
    ])
  })
})

describe('the report of a run directory that is not whole', () => {
  it('judges the history when there is no verdict, and says so', async () => {
    await using run = await recordRun()
    const report = await buildReport(run.directory)
    expect(report.missing).toEqual([
      'There is no verdict.json: the run did not come to its verdict.',
      'The verdict shown here was made from the history when this report was written.',
    ])
    expect(report.checks.map(({ name }) => name)).toContain('agreement')
  })

  it('leaves a torn last line out', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    await run.write(
      'history.ndjson',
      `${recordedLines().slice(0, -1).join('\n')}\n{"type":"decisions","at":18000`,
    )
    const report = await buildReport(run.directory)
    expect(report.missing).toEqual([
      expect.stringMatching(
        /^One line of the history was left out: history\.ndjson:\d+: the last line is torn$/,
      ),
      'The history has no end: the run broke off.',
    ])
    expect(report.series!.acceptedTps.length).toBeGreaterThan(seconds)
  })

  it('leaves lines of another version out, and counts them', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    const foreign = [
      '{"type":"vote","at":1}',
      '{"type":"decisions","at":"soon"}',
      'x',
      '{"type":"vote","at":2}',
    ]
    await run.write('history.ndjson', `${[...recordedLines(), ...foreign].join('\n')}\n`)
    const { missing, series } = await buildReport(run.directory)
    expect(missing).toHaveLength(1)
    expect(missing[0]).toMatch(
      /^4 lines of the history were left out: history\.ndjson:\d+: type: expected .*; and more$/,
    )
    expect(series!.acceptedTps.reduce((a, b) => a + b)).toBe(tps * seconds)
  })

  it('refuses a history of times of the clock on the wall, and calls nothing else of it missing', async () => {
    await using run = await recordRun({
      lines: recordedLines().map(line => line.replace('"schema":2', '"schema":1')),
    })
    await run.write('verdict.json', JSON.stringify(recordedPass))
    const report = await buildReport(run.directory)
    expect(report.verdict).toBe('unknown')
    expect(report.missing).toEqual([
      'The history is of another version, so nothing can be shown over time: history.ndjson:1: the run was recorded with schema 1, whose times jump with the clock on the wall; this version reads schema 2',
    ])
  })

  it('has times of day of the clock on the wall, which history and durations do not depend on', async () => {
    await using run = await recordRun()
    const { startedAt, endedAt } = await buildReport(run.directory)
    expect(startedAt).toBe(syntheticOriginWallMs + syntheticBegan - 5000)
    expect(endedAt).toBe(syntheticOriginWallMs + syntheticBegan + 12_000 + 5000)
  })

  it('tells of a history that another schema wrote', async () => {
    await using run = await recordRun({
      lines: recordedLines().map(line => line.replace('"schema":2', '"schema":7')),
    })
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    expect((await buildReport(run.directory)).missing).toEqual([
      'The history has schema 7, this version reads schema 2: what it does not know is left out.',
    ])
  })

  it('does without the plan: nodes as the history has them, faults by their ids', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify({ ...recordedVerdict, metrics: undefined }))
    await run.remove('plan.json')
    const report = await buildReport(run.directory)
    expect(report.missing).toEqual([expect.stringMatching(/^The plan is missing, .*plan\.json: ENOENT/)])
    expect(report.nodes).toHaveLength(nodes)
    expect(report.faults).toMatchObject([{ id: 'kill-1', text: 'kill-1', targets: [], injectMs: 3000 }])
    expect(report.grids.acceptedTps!.rows).toHaveLength(nodes)
  })

  it('does with a plan of another version as without one', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    await run.write('plan.json', '{"schema":2,"nodes":"many"}')
    const report = await buildReport(run.directory)
    expect(report.missing).toEqual([expect.stringContaining('expected schema 1, got 2')])
    expect(report.nodes).toHaveLength(nodes)
  })

  it('does with a plan that lacks half of itself as without one', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    await run.write('plan.json', '{"schema":1,"seed":"s"}')
    expect((await buildReport(run.directory)).missing).toEqual([
      expect.stringContaining('scenario.expect, nodes, consensus'),
    ])
  })

  it('does without the history: verdict and scenario alone', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    await run.remove('history.ndjson')
    const report = await buildReport(run.directory)
    expect(report.missing[0]).toBe(
      'The history is missing, so nothing can be shown over time: history.ndjson: there is no such file',
    )
    expect(report).toMatchObject({ series: null, verdict: 'fail', scenario: { name: 'test' } })
    expect(report.grids).toEqual({ acceptedTps: null, memoryMiB: null, cpuPercent: null })
  })

  it('says that the load never began, and that a broken verdict.json cannot be read', async () => {
    await using run = await recordRun({ lines: recordedLines().slice(0, 1) })
    await run.write('verdict.json', '{"verdict":"great"}')
    const { missing } = await buildReport(run.directory)
    expect(missing).toEqual(
      expect.arrayContaining([
        'verdict.json cannot be read: it is broken, or of a version this one does not know.',
        'The load never began.',
        'The history has no end: the run broke off.',
      ]),
    )
  })

  it('says that a run is still going on', async () => {
    await using run = await recordRun({ lines: recordedLines().slice(0, -1) })
    await writeOwner(run.directory, 'running')
    expect((await buildReport(run.directory)).missing).toContain(
      'The run is still going on: this is what there is so far.',
    )
    await run.write('owner.json', '{"pid":')
    expect((await buildReport(run.directory)).missing).toContain('The history has no end: the run broke off.')
  })

  it.each([
    ['null', 'expected schema 1, got none'],
    ['{"schema":1,"seed":"s","scenario":null}', 'missing or unsupported: scenario.name'],
    [
      '{"schema":1,"seed":"s","nodes":[null],"scenario":{"name":"x","expect":{}}}',
      'missing or unsupported: nodes',
    ],
    ['[', 'JSON'],
  ])('does with the plan %s as without one', async (text, message) => {
    await using run = await recordRun()
    await run.write('plan.json', text)
    const report = await buildReport(run.directory)
    expect(report.missing[0]).toContain(message)
    expect(report.nodes).toHaveLength(nodes)
  })

  it('knows a plan from before there were collectors', async () => {
    await using run = await recordRun()
    const { succession: _, ...older } = JSON.parse(await readFile(join(run.directory, 'plan.json'), 'utf8'))
    await run.write('plan.json', JSON.stringify(older))
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    expect((await buildReport(run.directory)).faults).toMatchObject([{ targets: ['node-1'], hit: null }])
  })

  it('knows a plan from before there were faults', async () => {
    await using run = await recordRun()
    const { faults: _, ...older } = JSON.parse(await readFile(join(run.directory, 'plan.json'), 'utf8'))
    await run.write('plan.json', JSON.stringify(older))
    const { checks, missing } = await buildReport(run.directory)
    expect(missing.join()).not.toContain('plan')
    expect(checks.find(({ name }) => name === 'faults')?.message).toBe('no fault was asked for')
  })

  it('has no machine where the history does not say which', async () => {
    const [first, ...rest] = recordedLines()
    await using run = await recordRun({
      lines: [JSON.stringify({ ...JSON.parse(first!), machine: {} }), ...rest],
    })
    const report = await buildReport(run.directory)
    expect(report.machine).toBeNull()
    expect(report.missing).toContain('The beginning of the history does not say on what machine it was.')
  })

  it('leaves out a declaration of trillions, and prints no bytes that are no text', async () => {
    const odd = '{"type":"transactions","at":1,"first":4000000000000,"ids":["a"]}'
    await using run = await recordRun({ lines: [...recordedLines(), odd, '\u0000\u001b[2J\ufffd'] })
    const [, , left] = (await buildReport(run.directory)).missing
    expect(left).toMatch(/^2 lines .*transactions\.first: got 4000000000000; .* got \?\?\[2J\?$/)
  })

  it('is never better than unknown without any verdict', async () => {
    await using run = await recordRun()
    await run.remove('plan.json')
    await run.remove('history.ndjson')
    await writeFile(join(run.directory, 'verdict.json'), '')
    const { verdict, checks } = await buildReport(run.directory)
    expect({ verdict, checks }).toMatchObject({ verdict: 'unknown', checks: [{ name: 'verdict' }] })
  })
})

describe('the report of a recorded pass without the evidence that it rests on', () => {
  const torn = `${recordedLines().slice(0, -1).join('\n')}\n{"type":"decisions","at":18000`
  const from = (lines: readonly string[]) => `${lines.join('\n')}\n`

  it.each<[string, string | undefined, string]>([
    ['deleted', undefined, 'the history cannot be read (history.ndjson: there is no such file)'],
    ['emptied', '', 'the history has no beginning; it breaks off'],
    ['torn', torn, '1 line of the history is no event of this version; it breaks off'],
    ['broken off between two lines', from(recordedLines().slice(0, -1)), 'the history breaks off'],
    ['without its beginning', from(recordedLines().slice(1)), 'the history has no beginning'],
    [
      'with a line that is no event',
      from([...recordedLines().slice(0, 4), 'x', ...recordedLines().slice(4)]),
      '1 line of the history is no event of this version',
    ],
    [
      'of another schema',
      from(recordedLines()).replace('"schema":2', '"schema":7'),
      'the history has schema 7, which this version does not know',
    ],
  ])(
    'is unknown where the history is %s, and tells the verdict that was recorded',
    async (_how, text, hole) => {
      await using run = await recordRun()
      await run.write('verdict.json', JSON.stringify(recordedPass))
      if (text === undefined) await run.remove('history.ndjson')
      else await run.write('history.ndjson', text)
      const report = await buildReport(run.directory)
      const message = `${hole}: the checks cannot be made again from it; the verdict that was recorded is pass`
      expect(report.verdict).toBe('unknown')
      expect(report.checks).toEqual([
        ...recordedPass.checks,
        { name: 'history', verdict: 'unknown', message },
      ])
      expect(headline(report)).toBe(`history: ${message}`)
      expect(junitXml(report)).toContain('failures="0" errors="1"')
    },
  )

  it('is a pass where the history is whole', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedPass))
    expect(await buildReport(run.directory)).toMatchObject({ verdict: 'pass', checks: recordedPass.checks })
  })

  it('is judged anew where verdict.json is of another schema', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify({ ...recordedPass, schema: 2 }))
    const { missing, checks } = await buildReport(run.directory)
    expect(missing[0]).toMatch(/^verdict\.json cannot be read: it is broken, or of a version/)
    expect(checks.length).toBeGreaterThan(recordedPass.checks.length)
  })
})

describe('the report of faults on containers of somebody else', () => {
  const project = {
    ...{ schema: 1, project: 'shop', seed: 's', places: [{ name: 'db' }, { name: 'web' }] },
    faults: [
      {
        id: 'kill-1',
        fault: { kind: 'kill', at: 3000, for: 2000, targets: 'web' },
        targets: [1],
        atMs: 3000,
        forMs: 2000,
      },
    ],
  }
  const lines = recordedLines().filter(line => /"type":"(begin|fault|end)"/.test(line))

  it('has the faults, judged anew, and says what is not there', async () => {
    await using run = await recordRun({ lines })
    await run.remove('plan.json')
    await run.write('faults.json', JSON.stringify(project))
    const report = await buildReport(run.directory)
    expect(report.missing).toEqual([
      expect.stringMatching(/^These are containers of somebody else: .* There was no load/),
      'There is no verdict.json: the run did not come to its verdict.',
      'The verdict shown here was made from the history when this report was written.',
    ])
    expect(report).toMatchObject({
      verdict: 'pass',
      scenario: { name: 'project shop' },
      seed: 's',
      metrics: null,
    })
    expect(report.faults).toMatchObject([{ targets: ['web'], isAttested: true }])
    expect(report.machine).not.toBeNull()
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })

  it('is that of an unknown run where faults.json is broken', async () => {
    await using run = await recordRun({ lines })
    await run.remove('plan.json')
    await run.write('faults.json', '{"places":[null]}')
    const { verdict, missing } = await buildReport(run.directory)
    expect(verdict).toBe('unknown')
    expect(missing[0]).toMatch(
      /^What faults were to be played is not known: faults\.json: missing or unsupported: seed/,
    )
  })

  it('is judged again by npm run whiteout -- check', async () => {
    await using run = await recordRun({ lines: lines.filter(line => !line.includes('"healed"')) })
    await run.remove('plan.json')
    await run.write('faults.json', JSON.stringify(project))
    const { code, out } = await cli('check', run.directory)
    expect(out).toContain('? faults           1 of 1 fault did not happen, hold or heal')
    expect(code).toBe(2)
  })
})
