import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compareSides } from '../../harness/compare/compare.ts'
import { ratioInterval } from '../../harness/compare/interval.ts'
import { judgeFigure } from '../../harness/compare/judgement.ts'
import { comparisonMarkdown, comparisonPage, comparisonText } from '../../harness/compare/present.ts'
import type { ComparedRun } from '../../harness/compare/side.ts'
import { buildReport } from '../../harness/report/build.ts'
import { quantile } from '../../harness/theory/student.ts'
import { stream } from '../../model/random.ts'
import type { ReportedMetrics } from '../../model/report.ts'
import { cli } from '../support/cli.ts'
import { recordedVerdict, recordRun } from '../support/run-directory.ts'

describe('the interval of a ratio', () => {
  it('is that of a worked example (by hand: logs 0, 0.1, 0.2 against 0.3, 0.4, 0.5)', () => {
    const a = [0, 0.1, 0.2].map(Math.exp)
    const b = [0.3, 0.4, 0.5].map(Math.exp)
    // Variance 0.01 each, so the standard error is sqrt(0.01 * 2/3) = 0.08165; t(4) = 2.776.
    const { estimate, low, high } = ratioInterval(a, b)!
    expect(Math.log(estimate)).toBeCloseTo(0.3, 10)
    expect(Math.log(low)).toBeCloseTo(0.3 - 2.776 * 0.0816497, 6)
    expect(Math.log(high)).toBeCloseTo(0.3 + 2.776 * 0.0816497, 6)
  })

  it('holds the true ratio in 95 of 100 cases, for sides of two to six repeats with lognormal noise', () => {
    const random = stream('compare', 'coverage')
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
    const side = (size: number, middle: number) =>
      Array.from({ length: size }, () => Math.exp(Math.log(middle) + 0.2 * normal()))
    const trials = 4000
    let held = 0
    for (let trial = 0; trial < trials; trial++) {
      const [sizeA, sizeB] = [2 + (trial % 5), 2 + (Math.floor(trial / 5) % 5)]
      const { low, high } = ratioInterval(side(sizeA, 100), side(sizeB, 130))!
      if (low <= 1.3 && 1.3 <= high) held++
    }
    expect(held / trials).toBeGreaterThan(0.94)
    expect(held / trials).toBeLessThan(0.96)
  })

  it('turns round when the sides do', () => {
    const figures = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(figures, figures, (a, b) => {
        const [there, back] = [ratioInterval(a, b)!, ratioInterval(b, a)!]
        expect(there.estimate * back.estimate).toBeCloseTo(1, 6)
        expect(Math.log(there.low)).toBeCloseTo(-Math.log(back.high), 6)
      }),
    )
  })

  it('has the quantiles of published tables beyond its own', () => {
    expect(quantile(40)).toBeCloseTo(2.0211, 3)
    expect(quantile(120)).toBeCloseTo(1.9799, 3)
  })
})

describe('a figure', () => {
  const judged = (a: (number | null)[], b: (number | null)[], better: 'lower' | 'higher' = 'lower') =>
    judgeFigure({ a, b, better, threshold: 0.1 }).verdict

  it('fails when it is worse beyond doubt and by more than the threshold', () => {
    expect(judged([100, 101, 99], [130, 131, 129])).toBe('fail')
    expect(judged([130, 131, 129], [100, 101, 99], 'higher')).toBe('fail')
  })

  it('passes when it is surely not worse by more than the threshold', () => {
    expect(judged([100, 101, 99], [103, 104, 102])).toBe('pass')
    expect(judged([100, 101, 99], [50, 51, 49])).toBe('pass')
    expect(judged([100, 101, 99], [130, 131, 129], 'higher')).toBe('pass')
  })

  it('is unknown when the noise is larger than the threshold', () => {
    expect(judged([100, 150, 70], [110, 160, 75])).toBe('unknown')
    expect(judged([100, 150, 70], [90, 140, 65])).toBe('unknown')
    expect(judged([100], [200])).toBe('unknown')
  })

  it('that is lost on the second side alone is a regression, on both unknown', () => {
    expect(judged([100, 101], [100, null])).toBe('fail')
    expect(judged([100, null], [100, 101])).toBe('pass')
    expect(judged([null, null], [100, null])).toBe('unknown')
  })

  it('borrows the noise of the other side for a single run', () => {
    expect(judged([100, 101, 99, 100], [130])).toBe('fail')
    expect(judged([100, 101, 99, 100], [101])).toBe('pass')
  })
})

async function recordedSide(
  figures: readonly Partial<ReportedMetrics>[],
  scenario: object = {},
): Promise<ComparedRun[]> {
  await using run = await recordRun({ scenario })
  await run.write('verdict.json', JSON.stringify({ ...recordedVerdict, verdict: 'pass', checks: [] }))
  const report = await buildReport(run.directory)
  return figures.map((figure, index) => ({
    plan: undefined,
    report: { ...report, run: `run-${index}`, verdict: 'pass', metrics: { ...report.metrics!, ...figure } },
  }))
}

const memories = (...values: number[]) => values.map(memoryPerNodeMiB => ({ memoryPerNodeMiB }))

describe('two sides', () => {
  it('fail by their worst figure, and say which in every form', async () => {
    const a = await recordedSide(memories(60, 61, 62))
    const b = await recordedSide(memories(90, 91, 92))
    const comparison = compareSides(a, b, 0.1)
    const figures = Object.fromEntries(comparison.figures.map(({ name, verdict }) => [name, verdict]))
    expect(figures).toMatchObject({ throughput: 'pass', 'memory a node': 'fail' })
    expect(comparison).toMatchObject({ verdict: 'fail', noise: 'between runs' })
    const forms = [
      comparisonText(comparison),
      comparisonMarkdown(comparison),
      comparisonPage(comparison, { script: '', style: '' }),
    ]
    for (const text of forms) expect(text).toMatch(/memory a node.*\+49 %.*fail/s)
  })

  it('of one run each are told apart by stretches of the runs, and by those figures alone', async () => {
    const [a] = await recordedSide([{}])
    const comparison = compareSides([a!], [a!], 0.1)
    expect(comparison.noise).toBe('within one run a side')
    expect(comparison.figures.map(({ name }) => name)).not.toContain('memory a node')
    expect(comparison.figures.find(({ name }) => name === 'throughput')).toMatchObject({
      worse: { estimate: 1 },
    })
  })

  it('are unknown where what was run is not the same', async () => {
    const a = await recordedSide(memories(60, 60))
    const [b] = await recordedSide(memories(60))
    const other: ComparedRun = { ...b!, report: { ...b!.report, nodes: b!.report.nodes.slice(1) } }
    const { verdict, remarks } = compareSides(a, [b!, other], 0.1)
    expect(verdict).toBe('unknown')
    expect(remarks).toEqual([{ verdict: 'unknown', message: 'not the same nodes: 4 and 3' }])
  })

  it('fail when a run of the second side fails and none of the first does', async () => {
    const a = await recordedSide(memories(60, 60))
    const [b] = await recordedSide(memories(60))
    const failed: ComparedRun = { ...b!, report: { ...b!.report, verdict: 'fail' } }
    expect(compareSides(a, [b!, failed], 0.1).remarks).toEqual([
      { verdict: 'fail', message: 'the verdict of run-0 is fail' },
    ])
    expect(compareSides([failed, ...a], [b!, failed], 0.1).verdict).toBe('unknown')
  })
})

describe('npm run compare', () => {
  const verdict = (tps: number) =>
    JSON.stringify({
      ...recordedVerdict,
      verdict: 'pass',
      checks: [],
      metrics: { ...recordedVerdict.metrics, finalityMs: null, tps },
    })

  it('exits with 1 on a regression, 0 without, and writes what was asked for', async () => {
    await using first = await recordRun()
    await using again = await recordRun()
    await using slow = await recordRun()
    await using same = await recordRun()
    await same.write('verdict.json', verdict(98))
    await first.write('verdict.json', verdict(100))
    await again.write('verdict.json', verdict(99))
    await slow.write('verdict.json', verdict(50))
    const repeats = `${first.directory},${again.directory}`
    const html = join(first.root, 'c.html')
    const worse = await cli(
      'compare',
      repeats,
      slow.directory,
      '--html',
      html,
      '--markdown',
      `${html}.md`,
      '--json',
    )
    expect(worse.code).toBe(1)
    expect(JSON.parse(worse.out)).toMatchObject({ schema: 1, verdict: 'fail', threshold: 0.1 })
    expect(await readFile(html, 'utf8')).toContain('<!doctype html>')
    expect(await readFile(`${html}.md`, 'utf8')).toContain('## Comparison: fail')
    expect((await cli('compare', repeats, same.directory, '--threshold', '20%')).code).toBe(0)
  })

  it.each([
    [['compare', 'runs/x'], 'what it is to work on is missing'],
    [['compare', 'runs/x', 'runs/y'], 'there is no run "runs/x"'],
    [
      ['compare', 'a', 'b', '--threshold', '10'],
      '--threshold: expected a share above 0 such as 10%, got "10"',
    ],
    [['compare', ',', 'b'], 'names no run'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await cli(...argv)
    expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining(message) })
  })

  it('refuses a run that is named twice on a side', async () => {
    await using run = await recordRun()
    await using other = await recordRun()
    const { code, err } = await cli('compare', `${run.directory},${run.directory}`, other.directory)
    expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining('named twice on one side') })
  })

  it('refuses a run that is on both sides, also by the link to it', async () => {
    await using run = await recordRun()
    const { code, err } = await cli('compare', run.directory, join(run.root, 'latest'))
    expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining('on both sides') })
  })
})
