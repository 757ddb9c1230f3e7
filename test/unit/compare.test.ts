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
import { planOf } from '../support/plan.ts'
import { recordedLines, recordedVerdict, recordRun } from '../support/run-directory.ts'

/** Draws of a figure with lognormal noise of this relative size. */
function noise(name: string): (middle: number, relative: number) => number {
  const random = stream('compare', name)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return (middle, relative) => middle * Math.exp(relative * normal())
}

describe('the interval of a ratio', () => {
  it('is that of a worked example (by hand: logs 0, 0.1, 0.2 against 0.3, 0.4, 0.5)', () => {
    const a = [0, 0.1, 0.2].map(Math.exp)
    const b = [0.3, 0.4, 0.5].map(Math.exp)
    // Variance 0.01 each, so the standard error is sqrt(0.01 * 2/3) = 0.08165; t(4) = 2.776.
    const { estimate, low, high, atLeast } = ratioInterval({ a, b }, 1)!
    expect(Math.log(estimate)).toBeCloseTo(0.3, 10)
    expect(Math.log(low)).toBeCloseTo(0.3 - 2.776 * 0.0816497, 4)
    expect(Math.log(high)).toBeCloseTo(0.3 + 2.776 * 0.0816497, 4)
    // One-sided: t(4) = 2.132, and 3.747 for a chance of 1 % each of five figures.
    expect(Math.log(atLeast)).toBeCloseTo(0.3 - 2.132 * 0.0816497, 4)
    expect(Math.log(ratioInterval({ a, b }, 5)!.atLeast)).toBeCloseTo(0.3 - 3.747 * 0.0816497, 4)
  })

  it('holds the true ratio in 95 of 100 cases, for sides of two to six repeats with lognormal noise', () => {
    const noisy = noise('coverage')
    const side = (size: number, middle: number) => Array.from({ length: size }, () => noisy(middle, 0.2))
    const trials = 4000
    let held = 0
    for (let trial = 0; trial < trials; trial++) {
      const [sizeA, sizeB] = [2 + (trial % 5), 2 + (Math.floor(trial / 5) % 5)]
      const { low, high } = ratioInterval({ a: side(sizeA, 100), b: side(sizeB, 130) }, 1)!
      if (low <= 1.3 && 1.3 <= high) held++
    }
    expect(held / trials).toBeGreaterThan(0.94)
    expect(held / trials).toBeLessThan(0.96)
  })

  it('turns round when the sides do', () => {
    const figures = fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(figures, figures, (a, b) => {
        const [there, back] = [ratioInterval({ a, b }, 1)!, ratioInterval({ a: b, b: a }, 1)!]
        expect(there.estimate * back.estimate).toBeCloseTo(1, 6)
        expect(Math.log(there.low)).toBeCloseTo(-Math.log(back.high), 6)
      }),
    )
  })

  it('of figures that are 0 at times is that of plain means, the worked example (by hand)', () => {
    // Means 3 and 6; squares of relative deviations 2 x (1/3)^2 and 2 x 1: variance 1.111 with two degrees, error sqrt(1.111).
    const { estimate, high } = ratioInterval({ a: [2, 4], b: [0, 12] }, 1)!
    expect(estimate).toBeCloseTo(2, 10)
    expect(Math.log(high)).toBeCloseTo(Math.log(2) + 4.303 * Math.sqrt(10 / 9), 3)
  })

  it('has the quantiles of published tables (NIST/SEMATECH e-Handbook, table 1.3.6.7.2)', () => {
    const published = [
      [1, 0.975, 12.706],
      [1, 0.95, 6.314],
      [2, 0.975, 4.303],
      [3, 0.99, 4.541],
      [4, 0.95, 2.132],
      [5, 0.999, 5.893],
      [18, 0.975, 2.101],
      [30, 0.975, 2.042],
      [40, 0.975, 2.021],
      [99, 0.95, 1.66],
    ] as const
    for (const [freedom, probability, expected] of published)
      expect(quantile(freedom, probability)).toBeCloseTo(expected, 2)
  })
})

describe('a figure', () => {
  const asked = { threshold: 0.1, figures: 8, each: 'runs' } as const
  const judged = (a: (number | null)[], b: (number | null)[], better: 'lower' | 'higher' = 'lower') =>
    judgeFigure({ ...asked, a, b, better }).verdict

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

  it('that is 0 in a run is a finite one', () => {
    const stalled = judgeFigure({
      ...asked,
      ...{ a: [20, 20, 0, 20], b: [20, 0, 20, 20], better: 'higher', each: 'batches' },
    })
    expect(stalled).toMatchObject({ verdict: 'unknown', a: 15, b: 15, worse: { estimate: 1 } })
    expect(stalled.message).toMatch(/^cannot be told from noise/)
    expect(judged([20, 21], [0, 0], 'higher')).toBe('fail')
    expect(judged([0, 0], [20, 21], 'higher')).toBe('pass')
    expect(judged([0, 0], [0, 0], 'higher')).toBe('unknown')
  })

  it('that is lost in batches says so of batches', () => {
    const lost = judgeFigure({ ...asked, a: [1, 1], b: [1, null], better: 'lower', each: 'batches' })
    expect(lost.message).toBe('no finite figure in 1 of 2 batches of the second side')
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
    for (const { name } of comparison.figures) expect(name).toMatch(/^batches' /)
    expect(comparison.figures.find(({ name }) => name === "batches' throughput")).toMatchObject({
      worse: { estimate: 1 },
    })
    expect(comparisonText(comparison)).toContain(
      'means of ten batches of a run, not the figures of the whole run',
    )
  })

  it('of one run each lose no percentile where nothing was due, or where a stall empties a batch', async () => {
    const [a] = await recordedSide([{}])
    const { series } = a!.report
    const without = (values: readonly (number | null)[]) => values.with(5, null)
    const idle: ComparedRun = {
      ...a!,
      report: {
        ...a!.report,
        series: {
          ...series!,
          acceptedTps: series!.acceptedTps.with(5, 0),
          finalityMs: {
            ...series!.finalityMs,
            p50: without(series!.finalityMs.p50),
            p95: without(series!.finalityMs.p95),
          },
        },
      },
    }
    const { figures } = compareSides([a!], [idle], 0.1)
    const found = Object.fromEntries(figures.map(figure => [figure.name, figure]))
    expect(found["batches' throughput"]).toMatchObject({ verdict: 'unknown', worse: expect.anything() })
    expect(found["batches' p95, issuer"]).toMatchObject({ b: expect.any(Number), worse: expect.anything() })
  })

  it('are unknown where what was run is not the same', async () => {
    const a = await recordedSide(memories(60, 60))
    const [b] = await recordedSide(memories(60))
    const other: ComparedRun = { ...b!, report: { ...b!.report, nodes: b!.report.nodes.slice(1) } }
    const { verdict, remarks } = compareSides(a, [b!, other], 0.1)
    expect(verdict).toBe('unknown')
    expect(remarks).toEqual([{ verdict: 'unknown', message: 'not the same nodes: 4 and 3' }])
  })

  it.each([
    ['rule', { consensus: { beta: 2 } }, /^census, f 1, alpha 3 and census, f 1, alpha 3, beta 2$/],
    [
      'rule',
      { consensus: { rule: 'sampled', k: 3, alphaPreference: 2, alphaConfidence: 2 } },
      /and sampled, .*k 3,/,
    ],
    ['rule', { consensus: { tau: 0.26, faultCensus: true } }, /and census, .*, fault census$/],
    [
      'Byzantine nodes',
      { byzantine: [{ behaviour: 'delay', by: '1s', count: 1 }] },
      /^none and 1 × delay\(by=1s\)$/,
    ],
    [
      'Byzantine nodes',
      { byzantine: [{ behaviour: 'silent', count: 1, trigger: 'conflict' }] },
      /and 1 × silent when "conflict"$/,
    ],
    ['Byzantine nodes', { byzantine: [{ behaviour: 'twin', count: 1 }] }, /and 2 × half of a twin$/],
  ] as const)('are unknown where the %s is not the same: %j', async (name, scenario, told) => {
    const [a] = await recordedSide([{}])
    const planned = (more: object) => ({
      ...a!,
      plan: planOf(4, { scenario: { workload: { rate: 20 }, ...more } }),
    })
    const { verdict, remarks } = compareSides(
      [planned({}), planned({})],
      [planned({}), planned(scenario)],
      0.1,
    )
    expect(verdict).toBe('unknown')
    expect(remarks.map(({ message }) => message)).toEqual([expect.stringContaining(`not the same ${name}: `)])
    expect(remarks[0]!.message.replace(`not the same ${name}: `, '')).toMatch(told)
  })

  it('are the same where only the seed says which nodes are Byzantine', async () => {
    const [a] = await recordedSide([{}])
    const byzantine = [{ behaviour: 'silent', count: 1 }]
    const planned = (seed: string) => ({ ...a!, plan: planOf(10, { seed, scenario: { byzantine } }) })
    expect(planned('a').plan.byzantine).not.toEqual(planned('c').plan.byzantine)
    expect(compareSides([planned('a')], [planned('c')], 0.1).remarks).toEqual([])
  })

  it('show no regression where what was run is not the same, or is not all there', async () => {
    const [a, b] = [await recordedSide(memories(60, 61)), await recordedSide(memories(120, 121))]
    const report = { ...b[1]!.report, missing: ['The history has no end: the run broke off.'] }
    const { verdict, remarks } = compareSides(a, [b[0]!, { ...b[1]!, report }], 0.1)
    expect(verdict).toBe('unknown')
    expect(remarks).toEqual([
      { verdict: 'unknown', message: 'run-1: The history has no end: the run broke off.' },
    ])
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
    ['is missing', [], /The history is missing/],
    ['is torn', [...recordedLines().slice(0, -1), '{"type":"en'], /The history has no end/],
    [
      'has an unknown schema',
      recordedLines().map(line => line.replace('"schema":2', '"schema":9')),
      /The history has schema 9, this version reads schema 2/,
    ],
    [
      'has times of the clock on the wall',
      recordedLines().map(line => line.replace('"schema":2', '"schema":1')),
      /recorded with schema 1, whose times jump with the clock on the wall/,
    ],
  ])('exits with 2 and says so where the history %s', async (_, lines, told) => {
    await using first = await recordRun()
    await using again = await recordRun()
    await using other = await recordRun({ lines })
    for (const run of [first, again, other]) await run.write('verdict.json', verdict(100))
    if (lines.length === 0) await other.remove('history.ndjson')
    const { code, out } = await cli('compare', `${first.directory},${again.directory}`, other.directory)
    expect({ code, out }).toMatchObject({ code: 2, out: expect.stringMatching(told) })
  })

  it('takes a threshold as a percentage and as a number', async () => {
    await using first = await recordRun()
    await using second = await recordRun()
    for (const threshold of ['25%', '0.25', '25 %']) {
      const { out } = await cli(
        'compare',
        first.directory,
        second.directory,
        '--threshold',
        threshold,
        '--json',
      )
      expect(JSON.parse(out)).toMatchObject({ threshold: 0.25 })
    }
  })

  it.each([
    [['compare', 'runs/x'], 'compare: an argument is missing'],
    [['compare', 'runs/x', 'runs/y'], 'no run "runs/x"'],
    [
      ['compare', 'a', 'b', '--threshold', '10'],
      '--threshold: expected a share above 0% and up to 100%, such as 10% or 0.1, got "10"',
    ],
    [['compare', 'a', 'b', '--threshold', '0'], 'got "0"'],
    [['compare', 'a', 'b', '--threshold', '0x1'], 'got "0x1"'],
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
