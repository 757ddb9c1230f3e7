import { describe, expect, it } from '@jest/globals'
import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { Fold } from '../../harness/history/fold.ts'
import { finalityOverTime } from '../../harness/report/finality-over-time.ts'
import { escapeText, jsonInScript } from '../../harness/report/markup.ts'
import { SlopeFit } from '../../harness/report/slope.ts'
import { Stretches } from '../../harness/report/stretches.ts'
import type { HistoryEvent } from '../../model/event.ts'

describe('stretches of time', () => {
  it('keep every count, in order and within their bound, however far the time runs', () => {
    const times = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1 })
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 8 }), (atMs, half) => {
        const stretches = new Stretches<number[]>({
          ...{ widthMs: 10, max: half * 2, make: () => [] },
          merge: (into, other) => into.push(...other),
        })
        for (const ms of atMs) stretches.at(ms).push(ms)
        expect(stretches.items.length).toBeLessThanOrEqual(half * 2)
        for (const [index, found] of stretches.items.entries()) {
          for (const ms of found) expect(Math.floor(ms / stretches.widthMs)).toBe(index)
        }
        expect(stretches.items.flat().sort()).toEqual([...atMs].sort())
      }),
    )
  })
})

describe('finality over time', () => {
  /** For each transaction: does it conflict, when was it due, how late was each of three nodes. */
  const transactions = fc.array(
    fc.record({
      isConflicted: fc.boolean(),
      dueMs: fc.nat(1000),
      tookMs: fc.array(fc.option(fc.nat(5000), { nil: undefined }), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  const stretching = { originAt: 700, widthMs: 100, count: 11 }

  it('is what a naive table of all transactions tells, to the digit', () => {
    fc.assert(
      fc.property(transactions, fc.nat(), (all, salt) => {
        const fold = new Fold({ nodeCount: 3 })
        const ids = all.map((_, index) => index.toString(16))
        const conflicts = all.flatMap(({ isConflicted }, index): [number, number][] =>
          isConflicted ? [[index, index + all.length]] : [],
        )
        fold.add({ type: 'transactions', at: 0, first: 0, ids, conflicts })
        const lines = all.flatMap(({ dueMs, tookMs }, index): HistoryEvent[] => {
          const sent = 700 + dueMs
          return [
            {
              ...{ type: 'submission', at: sent, node: 0, transactions: [index], result: 'ok' },
              intendedAt: [sent],
            },
            ...tookMs.flatMap((ms, node): HistoryEvent[] =>
              ms === undefined
                ? []
                : [{ type: 'decisions', at: sent + ms, node, sequence: index, transactions: [index] }],
            ),
          ]
        })
        const order = lines.map((line, place) => ({ line, key: (place * 7919 + salt) % 1009 }))
        for (const { line } of order.sort((a, b) => a.key - b.key)) fold.add(line)
        const found = finalityOverTime(fold, stretching)
        for (let stretch = 0; stretch < stretching.count; stretch++) {
          const inside = all.filter(
            ({ isConflicted, dueMs }) => !isConflicted && Math.floor(dueMs / 100) === stretch,
          )
          const percentile = (late: (took: readonly number[]) => number, percent: number) => {
            const sorted = inside
              .map(({ tookMs }) => late(tookMs.map(ms => ms ?? Number.POSITIVE_INFINITY)))
              .sort((a, b) => a - b)
            const ms = sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1]
            return ms === undefined || ms === Number.POSITIVE_INFINITY ? null : ms
          }
          for (const [name, percent] of [
            ['p50', 50],
            ['p95', 95],
            ['p99', 99],
          ] as const) {
            expect(found.finalityMs[name][stretch]).toBe(percentile(took => Math.min(...took), percent))
            expect(found.finalityAllMs[name][stretch]).toBe(percentile(took => Math.max(...took), percent))
          }
          const isLost = (took: readonly (number | undefined)[]) => took.every(ms => ms === undefined)
          expect(found.lost[stretch]).toBe(inside.filter(({ tookMs }) => isLost(tookMs)).length)
        }
      }),
    )
  })
})

describe('a slope', () => {
  it('is that of the line which points lie on, with no error', () => {
    const line = fc.record({
      perHour: fc.integer({ min: -500, max: 500 }),
      from: fc.integer({ min: 0, max: 500 }),
    })
    fc.assert(
      fc.property(line, fc.integer({ min: 3, max: 200 }), ({ perHour, from }, points) => {
        const fit = new SlopeFit()
        for (let index = 0; index < points; index++) fit.add(index * 36_000, from + (perHour * index) / 100)
        const slope = fit.fit('x', 'MiB')!
        expect(slope.perHour).toBeCloseTo(perHour, 6)
        expect(slope.errorPerHour).toBeCloseTo(0, 4)
      }),
    )
  })

  it('has the error of the textbook formula (points that alternate by 1 around a level)', () => {
    const fit = new SlopeFit()
    const x = Array.from({ length: 10 }, (_, index) => index)
    const y = x.map(index => (index % 2 === 0 ? 1 : -1))
    for (const [index, value] of y.entries()) fit.add(index * 3_600_000, value)
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length
    const sxx = x.reduce((sum, value) => sum + (value - mean(x)) ** 2, 0)
    const slope = x.reduce((sum, value, index) => sum + (value - mean(x)) * (y[index]! - mean(y)), 0) / sxx
    const residue = x.reduce(
      (sum, value, index) => sum + (y[index]! - mean(y) - slope * (value - mean(x))) ** 2,
      0,
    )
    const found = fit.fit('x', 'MiB')!
    expect(found.perHour).toBeCloseTo(slope, 4)
    expect(found.errorPerHour).toBeCloseTo(Math.sqrt(residue / 8 / sxx), 4)
  })

  it('is none of two points', () => {
    const fit = new SlopeFit()
    fit.add(0, 1)
    fit.add(1000, 2)
    expect(fit.fit('x', 'MiB')).toBeUndefined()
  })
})

describe('escaped text', () => {
  it('is read back by an XML parser as it was, as text and as an attribute, whatever it is', () => {
    const legal = (text: string) =>
      text
        .toWellFormed()
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML does not have
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
        .replace(/\r\n?/g, '\n')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const escaped = escapeText(text)
        const { documentElement } = new DOMParser({
          // It warns of every U+FFFD.
          onError: (level, message) => {
            if (level !== 'warning') throw new Error(message)
          },
        }).parseFromString(`<a b="${escaped}">${escaped}</a>`, 'text/xml')
        expect(documentElement!.textContent).toBe(legal(text))
        expect(documentElement!.getAttribute('b')).toBe(legal(text).replace(/[\t\n]/g, ' '))
      }),
    )
  })

  it('as JSON in a script never ends the script, and reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = jsonInScript([value, '</script><!--']).text
        expect(text).not.toMatch(/<[/!]/)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify([value, '</script><!--'])))
      }),
    )
  })
})
