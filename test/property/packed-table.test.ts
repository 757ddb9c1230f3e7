import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { packRuns, unpackRuns } from '../../harness/history/byte-runs.ts'
import { Ids } from '../../harness/history/ids.ts'
import { OutcomeTable } from '../../harness/history/outcome-table.ts'
import { PackedTable, pageRows } from '../../harness/history/packed-table.ts'
import { distribution, percents, ranks } from '../../harness/history/ranks.ts'
import { TransactionTable } from '../../harness/history/transaction-table.ts'

describe('bytes in runs', () => {
  it('come back as they were, whatever they are, and never grow by more than one in 128', () => {
    const runs = fc.array(fc.tuple(fc.nat(255), fc.nat(300)), { maxLength: 20 })
    fc.assert(
      fc.property(runs, all => {
        const bytes = Uint8Array.from(all.flatMap(([byte, count]) => Array<number>(count).fill(byte)))
        const packed = packRuns(bytes)
        const back = new Uint8Array(bytes.length)
        unpackRuns(packed, back)
        expect(back).toEqual(bytes)
        expect(packed.length).toBeLessThanOrEqual(bytes.length + Math.ceil(bytes.length / 128))
      }),
    )
    const noise = Uint8Array.from({ length: 10_000 }, (_, place) => (place * 7919) >>> 3)
    const back = new Uint8Array(noise.length)
    unpackRuns(packRuns(noise), back)
    expect(back).toEqual(noise)
  })
})

describe('a packed table', () => {
  const layout = { time: Uint32Array, count: Uint16Array, bits: Uint8Array } as const
  const rows = fc.nat(pageRows * 6)

  it('holds what was written, though only two pages are open at a time', () => {
    const writes = fc.array(fc.record({ row: rows, value: fc.nat(0xffff_ffff) }), { maxLength: 200 })
    fc.assert(
      fc.property(writes, rows, (all, dropped) => {
        const table = new PackedTable(layout, { openMax: 2 })
        const naive = new Map<number, number>()
        for (const { row, value } of all) {
          const page = table.write(row)
          page.time[row % pageRows] = value
          page.count[row % pageRows] = value
          page.bits[row % pageRows] = value
          naive.set(row, value)
        }
        table.drop(dropped)
        const isDropped = (row: number) => Math.floor(row / pageRows) === Math.floor(dropped / pageRows)
        for (const [row, value] of naive) {
          const page = table.read(row)
          const expected = isDropped(row) ? undefined : value
          expect(page?.time[row % pageRows]).toBe(expected)
          expect(page?.count[row % pageRows]).toBe(expected && expected & 0xffff)
          expect(page?.bits[row % pageRows]).toBe(expected && expected & 0xff)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('transactions by index', () => {
  it('keep their times to the tenth of a millisecond, early or late, through packing', () => {
    const table = new TransactionTable(new Ids(), { openMax: 1 })
    const began = 1_795_276_740_024.3
    for (let index = 0; index < 3 * pageRows; index++) table.offer(index, 1, began + index / 10)
    for (let index = 3 * pageRows - 1; index >= 0; index--) {
      table.accept(index, 7, began + index / 10 + 3_600_000)
      table.accept(index, 8, began + index / 10 + 0.7)
    }
    for (const index of [0, 1, pageRows - 1, pageRows, 3 * pageRows - 1]) {
      const sent = began + index / 10
      expect(table.intendedAt(index)).toBe(Math.round(sent * 10) / 10)
      expect(table.firstAcceptedAt(index)).toBe(Math.round((sent + 0.7) * 10) / 10)
      expect(table.lastAcceptedAt(index)).toBe(Math.round((sent + 3_600_000) * 10) / 10)
      expect([table.firstAcceptedBy(index), table.acceptedCount(index), table.rival(index)]).toEqual([
        8, 2, -1,
      ])
    }
    expect(table.firstAcceptedAt(3 * pageRows)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('outcomes of a node', () => {
  it('tell a contradiction also where everything else was accepted', () => {
    const table = new OutcomeTable()
    for (let index = 0; index < 2 * pageRows; index++) expect(table.add(index, 1)).toBe(0)
    expect(table.add(5, 1)).toBe(1)
    expect(table.add(6, 2)).toBe(1)
    expect([5, 6, 7, pageRows + 6, 2 * pageRows].map(index => table.get(index))).toEqual([1, 3, 1, 1, 0])
  })
})

describe('ranks', () => {
  it('are those of the sorted figures, lost ones last', () => {
    const tenths = fc.oneof(fc.nat(100), fc.nat(200_000), fc.nat(0xffff_0000))
    fc.assert(
      fc.property(fc.array(tenths), fc.nat(20), (units, lost) => {
        const figures = [...units.map(each => each / 10), ...Array(lost).fill(Number.POSITIVE_INFINITY)]
        const percents = [1, 50, 95, 99, 100]
        const sorted = figures.toSorted((a, b) => a - b)
        const naive = percents.map(
          percent => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)],
        )
        expect(ranks(visit => figures.forEach(visit), percents)).toEqual({
          ...{ count: figures.length, lost, values: naive },
        })
      }),
    )
  })
})

describe('a distribution', () => {
  it('rises to the share that was not lost, through the percentiles of a verdict', () => {
    const tenths = fc.oneof(fc.nat(100), fc.nat(200_000), fc.nat(0xffff_0000))
    fc.assert(
      fc.property(fc.array(tenths, { minLength: 1, maxLength: 400 }), fc.nat(20), (units, lost) => {
        const figures = [...units.map(each => each / 10), ...Array(lost).fill(Number.POSITIVE_INFINITY)]
        const visit = (each: (ms: number) => void) => figures.forEach(each)
        const points = distribution(visit, 50)
        expect(points.length).toBeLessThanOrEqual(53)
        expect(points).toEqual(points.toSorted(([a], [b]) => a - b))
        expect(points.at(-1)![1]).toBeCloseTo(units.length / figures.length, 5)
        for (const [ms, share] of points) {
          const within = figures.filter(each => each <= ms).length / figures.length
          expect(share).toBeLessThanOrEqual(within + 1e-5)
        }
        const exact = ranks(visit, percents).values
        for (const [position, percent] of percents.entries()) {
          const at = points.find(([, share]) => share >= percent / 100)?.[0] ?? Number.POSITIVE_INFINITY
          expect(at).toBe(exact[position])
        }
      }),
    )
  })

  it('is that of the figures also where they lie in more cells than one pass counts', () => {
    const figures = Array.from({ length: 200 }, (_, index) => index * 10_000)
    const points = distribution(visit => figures.forEach(visit), 300)
    expect(points.at(-1)).toEqual([1_990_000, 1])
    for (const [ms, share] of points) expect(share).toBeCloseTo((ms / 10_000 + 1) / 200, 5)
  })
})
