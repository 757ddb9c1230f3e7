import type { NodeIndex } from './ports.ts'

/** How far a message has come: the position it is at, dimensions it has travelled, and which one came first. */
export interface Way {
  readonly position: number
  readonly hop: number
  readonly turn: number
}

/**
 * The roster laid out as a box of one, two or three dimensions. A message travels along one dimension after the
 * other, so a node talks to the few nodes on its own lines only: N - 1 of them in one dimension, about 2 * sqrt(N)
 * in two, 3 * cbrt(N) in three. The box may have more positions than nodes; the last ones are played a second time
 * by the first nodes (`nodeAt`), so that every path exists. Which dimension comes first (`turn`) differs from message
 * to message, so a dead or Byzantine relay is on one of the paths between two nodes only.
 */
export class Lattice {
  readonly n: number
  readonly dimensions: number
  readonly #sides: readonly number[]
  readonly #strides: readonly number[]
  readonly #positions: number
  /** Every parcel asks, and counting walks over all nodes behind a position. */
  readonly #targetCounts = new Map<number, number>()

  constructor(n: number, dimensions: number) {
    this.n = n
    this.dimensions = dimensions
    this.#sides = sides(n, dimensions)
    this.#strides = this.#sides.map((_, d) => this.#sides.slice(d + 1).reduce((a, b) => a * b, 1))
    this.#positions = this.#sides.reduce((a, b) => a * b, 1)
  }

  /** The node that plays a position. */
  nodeAt(position: number): NodeIndex {
    return position % this.n
  }

  /** All nodes on a line with this one, in ascending order. */
  neighbours(node: NodeIndex): NodeIndex[] {
    const found = new Set<NodeIndex>()
    for (let position = node; position < this.#positions; position += this.n) {
      for (let d = 0; d < this.dimensions; d += 1) {
        for (const other of this.#line(position, d)) found.add(this.nodeAt(other))
      }
    }
    found.delete(node)
    return [...found].sort((a, b) => a - b)
  }

  /** Roster indexes to be reached from here, in the order of their tags; from the start that is everybody. */
  targets(way: Way): NodeIndex[] {
    if (way.hop === this.dimensions) return way.position < this.n ? [way.position] : []
    return this.next(way).flatMap(position => this.targets({ ...way, position, hop: way.hop + 1 }))
  }

  /** How many `targets` there are, without listing them. */
  targetCount(way: Way): number {
    if (way.hop === this.dimensions) return way.position < this.n ? 1 : 0
    const key = (way.position * this.dimensions + way.hop) * this.dimensions + way.turn
    const known = this.#targetCounts.get(key)
    if (known !== undefined) return known
    let count = 0
    for (const position of this.next(way)) {
      count += this.targetCount({ ...way, position, hop: way.hop + 1 })
    }
    this.#targetCounts.set(key, count)
    return count
  }

  /** The positions that take a message from here along the next dimension; this position is one of them. */
  next(way: Way): number[] {
    return this.#line(way.position, this.#dimension(way))
  }

  /** The position on the way to `target` along the next dimension. */
  towards(way: Way, target: NodeIndex): number {
    const d = this.#dimension(way)
    return this.#move(way.position, d, this.#coordinate(target, d))
  }

  /**
   * Where a message of `origin` must have come from to be here; undefined when it cannot be here at all, because it
   * left the lines it may travel on.
   */
  previous(way: Way, origin: NodeIndex): number | undefined {
    const { position, hop, turn } = way
    const inside = position < this.#positions && origin < this.n && hop >= 1 && hop <= this.dimensions
    if (!inside || turn >= this.dimensions) return undefined
    for (let h = hop; h < this.dimensions; h += 1) {
      const d = this.#dimension({ hop: h, turn })
      if (this.#coordinate(position, d) !== this.#coordinate(origin, d)) return undefined
    }
    const d = this.#dimension({ hop: hop - 1, turn })
    return this.#move(position, d, this.#coordinate(origin, d))
  }

  #dimension(way: { hop: number; turn: number }): number {
    return (way.turn + way.hop) % this.dimensions
  }

  #line(position: number, d: number): number[] {
    return Array.from({ length: this.#sides[d]! }, (_, coordinate) => this.#move(position, d, coordinate))
  }

  #coordinate(position: number, d: number): number {
    return Math.floor(position / this.#strides[d]!) % this.#sides[d]!
  }

  #move(position: number, d: number, coordinate: number): number {
    return position + (coordinate - this.#coordinate(position, d)) * this.#strides[d]!
  }
}

/** Nearly equal sides whose product is at least n and less than 2n, so that no node plays three positions. */
function sides(n: number, dimensions: number): number[] {
  const lengths = new Array<number>(dimensions).fill(Math.ceil(n ** (1 / dimensions) - 1e-9))
  for (let d = 0; d < dimensions; d += 1) {
    const others = lengths.reduce((a, b) => a * b, 1) / lengths[d]!
    while (lengths[d]! > 1 && (lengths[d]! - 1) * others >= n) lengths[d] = lengths[d]! - 1
  }
  return lengths
}
