import { packRuns, unpackRuns } from './byte-runs.ts'

/** Rows a page; a power of two. */
export const pageRows = 4096
/** Pages that are kept open: half a million rows, so that nodes which lag behind by half an hour do not open a page for each line. */
const openMax = 128

type Cells = Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>
/** Columns by name, the widest first. */
export type Layout = Readonly<Record<string, typeof Uint32Array | typeof Uint16Array | typeof Uint8Array>>
export type Page<L extends Layout> = { readonly [Name in keyof L]: InstanceType<L[Name]> & Cells }

interface Slot<L extends Layout> {
  /** Undefined while it is packed. */
  page: Page<L> | undefined
  packed: Uint8Array | undefined
  isChanged: boolean
  usedAt: number
}

/**
 * A growing table of numbers, millions of rows long, that begin as zeros. Pages that were not used lately are packed: what a run knows
 * of a transaction repeats itself from one to the next, and takes some bytes instead of some dozens.
 */
export class PackedTable<L extends Layout> {
  readonly #layout: L
  readonly #openMax: number
  readonly #slots: (Slot<L> | undefined)[] = []
  /** Pages that were packed or forgotten, to be used again: a hundred kilobytes each are slow to be collected. */
  readonly #spare: Page<L>[] = []
  /** Bytes of a page on their way from one form to the other. */
  readonly #scratch: Uint8Array
  /** Counts openings: pages used since the last one are all equally recent. */
  #clock = 0
  #openCount = 0

  constructor(layout: L, options: { readonly openMax?: number } = {}) {
    this.#layout = layout
    this.#openMax = options.openMax ?? openMax
    this.#scratch = new Uint8Array(bytesOf(layout))
  }

  /** The page of a row, to look at until the next call; undefined where nothing was ever written. */
  read(row: number): Page<L> | undefined {
    const slot = this.#slots[Math.floor(row / pageRows)]
    if (slot === undefined) return undefined
    slot.usedAt = this.#clock
    return slot.page ?? this.#open(slot)
  }

  /** The page of a row, to change until the next call. */
  write(row: number): Page<L> {
    const number = Math.floor(row / pageRows)
    this.#slots[number] ??= { page: undefined, packed: undefined, isChanged: true, usedAt: 0 }
    const slot = this.#slots[number]
    slot.usedAt = this.#clock
    slot.isChanged = true
    return slot.page ?? this.#open(slot)
  }

  /** Forgets the page of a row. */
  drop(row: number): void {
    const number = Math.floor(row / pageRows)
    const page = this.#slots[number]?.page
    if (page !== undefined) {
      this.#openCount--
      this.#spare.push(page)
    }
    delete this.#slots[number]
  }

  #open(slot: Slot<L>): Page<L> {
    if (this.#openCount >= this.#openMax) this.#packHalf()
    this.#openCount++
    slot.usedAt = ++this.#clock
    const page = this.#spare.pop() ?? newPage(this.#layout)
    if (slot.packed === undefined) for (const cells of Object.values(page)) cells.fill(0)
    else unpack(slot.packed, page, this.#scratch)
    slot.page = page
    return page
  }

  #packHalf(): void {
    const open = this.#slots.filter(slot => slot?.page !== undefined) as Slot<L>[]
    open.sort((a, b) => a.usedAt - b.usedAt)
    for (const slot of open.slice(0, Math.ceil(open.length / 2))) {
      const page = slot.page!
      if (slot.isChanged) slot.packed = pack(page, this.#scratch)
      slot.isChanged = false
      this.#spare.push(page)
      slot.page = undefined
      this.#openCount--
    }
  }
}

function newPage<L extends Layout>(layout: L): Page<L> {
  const buffer = new ArrayBuffer(bytesOf(layout))
  let offset = 0
  const columns = Object.entries(layout).map(([name, type]) => {
    const cells = new type(buffer, offset, pageRows)
    offset += cells.byteLength
    return [name, cells]
  })
  return Object.fromEntries(columns) as Page<L>
}

function bytesOf(layout: Layout): number {
  return Object.values(layout).reduce((sum, { BYTES_PER_ELEMENT }) => sum + BYTES_PER_ELEMENT * pageRows, 0)
}

/** Times grow from row to row by about as much: their differences are what repeats itself. Leaves the page in disorder. */
function pack<L extends Layout>(page: Page<L>, bytes: Uint8Array): Uint8Array {
  let offset = 0
  for (const cells of Object.values<Cells>(page)) {
    if (cells instanceof Uint32Array) {
      for (let row = pageRows - 1; row > 0; row--) cells[row]! -= cells[row - 1]!
    }
    // Bytes of equal weight stand together: most of those are the same.
    const width = cells.BYTES_PER_ELEMENT
    const raw = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength)
    for (let byte = 0; byte < width; byte++)
      for (let row = 0; row < pageRows; row++) bytes[offset++] = raw[row * width + byte]!
  }
  return packRuns(bytes)
}

function unpack<L extends Layout>(packed: Uint8Array, page: Page<L>, bytes: Uint8Array): void {
  unpackRuns(packed, bytes)
  let offset = 0
  for (const cells of Object.values<Cells>(page)) {
    const width = cells.BYTES_PER_ELEMENT
    const raw = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength)
    for (let byte = 0; byte < width; byte++)
      for (let row = 0; row < pageRows; row++) raw[row * width + byte] = bytes[offset++]!
    if (cells instanceof Uint32Array) {
      for (let row = 1; row < pageRows; row++) cells[row]! += cells[row - 1]!
    }
  }
}
