import { describe, expect, it } from '@jest/globals'
import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { Latency } from '../../harness/report/latency.ts'
import { escapeText, jsonInScript } from '../../harness/report/markup.ts'
import { PendingTransactions } from '../../harness/report/pending.ts'
import { SlopeFit } from '../../harness/report/slope.ts'
import { Stretches } from '../../harness/report/stretches.ts'

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

describe('latencies', () => {
  it('give the nearest-rank percentile within 1 %, with lost ones at infinity', () => {
    const values = fc.array(fc.double({ min: 0.5, max: 86_400_000, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.nat(20), fc.constantFrom(50, 95, 99), (ms, lost, percent) => {
        const latency = new Latency()
        for (const each of ms) latency.add(each)
        for (let count = 0; count < lost; count++) latency.addLost()
        const sorted = [...ms.toSorted((a, b) => a - b), ...Array(lost).fill(Number.POSITIVE_INFINITY)]
        const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1]!
        const found = latency.percentile(percent)
        if (exact === Number.POSITIVE_INFINITY) expect(found).toBeNull()
        else expect(Math.abs(found! - exact)).toBeLessThanOrEqual(exact * 0.01 + 0.1)
      }),
    )
  })

  it('have a distribution that rises to the share that was not lost', () => {
    const latency = new Latency()
    for (let ms = 1; ms <= 300; ms++) latency.add(ms)
    for (let count = 0; count < 100; count++) latency.addLost()
    const points = latency.distribution(50)
    expect(points.length).toBeLessThanOrEqual(50)
    expect(points).toEqual(points.toSorted(([a], [b]) => a - b))
    expect(points.at(-1)![1]).toBe(0.75)
  })
})

describe('transactions under way', () => {
  /** For each transaction: does it conflict, when was it sent, and when did each of three nodes accept it. */
  const transactions = fc.array(
    fc.record({
      isConflicted: fc.boolean(),
      sentMs: fc.option(fc.nat(1000), { nil: undefined }),
      acceptedMs: fc.array(fc.nat(5000), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )

  it('tell what a naive table of all of them tells, in whatever order events come', () => {
    fc.assert(
      fc.property(transactions, fc.nat(), (all, salt) => {
        const told: string[] = []
        const pending = new PendingTransactions(3, {
          onFirst: () => {},
          onEverywhere: (intendedMs, acceptedMs) => told.push(`everywhere ${intendedMs} ${acceptedMs}`),
        })
        pending.declare(all.length)
        const steps = all.flatMap(({ isConflicted, sentMs, acceptedMs }, index) => {
          if (isConflicted) pending.markConflicted(index)
          return [
            ...(sentMs === undefined ? [] : [() => pending.send(index, sentMs)]),
            ...acceptedMs.map(ms => () => pending.accept(index, ms)),
          ]
        })
        const order = steps.map((step, place) => ({ step, key: (place * 7919 + salt) % 1009 }))
        for (const { step } of order.sort((a, b) => a.key - b.key)) step()
        pending.drain(3, (intendedMs, isAccepted) =>
          told.push(`${isAccepted ? 'some' : 'none'} ${intendedMs}`),
        )
        const naive = all.flatMap(({ isConflicted, sentMs, acceptedMs }) => {
          if (isConflicted || sentMs === undefined) return []
          if (acceptedMs.length === 3) return [`everywhere ${sentMs} ${Math.max(...acceptedMs)}`]
          return [`${acceptedMs.length > 0 ? 'some' : 'none'} ${sentMs}`]
        })
        expect(told.sort()).toEqual(naive.sort())
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
