import type { TransactionFacts } from './facts.ts'
import type { Ids } from './ids.ts'
import { PackedTable, type Page, pageRows } from './packed-table.ts'

/** A history knows times to the tenth of a millisecond. */
const unitsPerMs = 10
/** A page of transactions is told of within 119 hours, which begin this long before the first that is told. */
const earlierUnits = 3600 * 1000 * unitsPerMs
const unitsMax = 0xffff_ffff

/** Times are units since the page began; 0 is none. A rival is its index and 1, a node its number and 1. */
const layout = {
  intended: Uint32Array,
  firstAccepted: Uint32Array,
  lastAccepted: Uint32Array,
  rival: Uint32Array,
  firstAcceptedBy: Uint16Array,
  accepted: Uint16Array,
  rejected: Uint16Array,
  offers: Uint8Array,
} as const

/** What is known of each transaction; ids are learned later. */
export class TransactionTable implements TransactionFacts {
  readonly #table: PackedTable<typeof layout>
  readonly #ids: Ids
  /** When each page began, in units since the origin. */
  readonly #began: number[] = []
  #count = 0

  constructor(ids: Ids, options: { readonly openMax?: number } = {}) {
    this.#ids = ids
    this.#table = new PackedTable(layout, options)
  }

  get count(): number {
    return this.#count
  }

  declare(count: number): void {
    this.#count = Math.max(this.#count, count)
  }

  pair(one: number, other: number): void {
    this.#table.write(one).rival[one % pageRows] = other + 1
    this.#table.write(other).rival[other % pageRows] = one + 1
  }

  offer(index: number, bits: number, intendedAt: number): void {
    const page = this.#table.write(index)
    const row = index % pageRows
    page.offers[row]! |= bits
    // Retries repeat the original intended time.
    page.intended[row] = this.#units(index, intendedAt)
  }

  accept(index: number, node: number, at: number): void {
    const page = this.#table.write(index)
    const row = index % pageRows
    const units = this.#units(index, at)
    page.accepted[row]!++
    if (page.firstAccepted[row] === 0 || units < page.firstAccepted[row]!) {
      page.firstAccepted[row] = units
      page.firstAcceptedBy[row] = node + 1
    }
    if (units > page.lastAccepted[row]!) page.lastAccepted[row] = units
  }

  reject(index: number): void {
    this.#table.write(index).rejected[index % pageRows]!++
  }

  id = (index: number) => this.#ids.of(index)
  rival = (index: number) => this.#cell(index, 'rival') - 1
  offers = (index: number) => this.#cell(index, 'offers')
  intendedAt = (index: number) => this.#time(index, 'intended') ?? Number.NaN
  firstAcceptedAt = (index: number) => this.#time(index, 'firstAccepted') ?? Number.POSITIVE_INFINITY
  firstAcceptedBy = (index: number) => this.#cell(index, 'firstAcceptedBy') - 1
  lastAcceptedAt = (index: number) => this.#time(index, 'lastAccepted') ?? Number.NEGATIVE_INFINITY
  acceptedCount = (index: number) => this.#cell(index, 'accepted')
  rejectedCount = (index: number) => this.#cell(index, 'rejected')

  #cell(index: number, column: keyof Page<typeof layout>): number {
    return this.#table.read(index)?.[column][index % pageRows] ?? 0
  }

  #time(index: number, column: 'intended' | 'firstAccepted' | 'lastAccepted'): number | undefined {
    const units = this.#cell(index, column)
    return units === 0 ? undefined : (this.#began[Math.floor(index / pageRows)]! + units) / unitsPerMs
  }

  #units(index: number, at: number): number {
    const units = Math.round(at * unitsPerMs)
    const number = Math.floor(index / pageRows)
    this.#began[number] ??= units - earlierUnits
    return Math.min(unitsMax, Math.max(1, units - this.#began[number]))
  }
}
