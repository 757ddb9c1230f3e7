import type { NodeIndex } from './ports.ts'

/**
 * The roster laid out as a box of one, two or three dimensions. A message travels along one dimension after the
 * other, so a node talks to the few nodes on its own lines only: N - 1 of them in one dimension, about 2 * sqrt(N)
 * in two, 3 * cbrt(N) in three. The box may have more positions than nodes; the last ones are played a second time
 * by the first nodes (`nodeAt`), so that every path exists. Which dimension comes first (`turn`) changes from
 * message to message, so a dead or Byzantine relay is on one of the paths between two nodes only.
 */
export class Lattice {
  readonly n: number
  readonly dimensions: number
  readonly #sides: readonly number[]
  readonly #strides: readonly number[]

  constructor(n: number, dimensions: number) {
    this.n = n
    this.dimensions = dimensions
    this.#sides = sides(n, dimensions)
    this.#strides = this.#sides.map((_, d) => this.#sides.slice(d + 1).reduce((a, b) => a * b, 1))
  }

  /** The node that plays a position. */
  nodeAt(position: number): NodeIndex {
    return position % this.n
  }

  /** All nodes on a line with this one, in ascending order. */
  neighbours(node: NodeIndex): NodeIndex[] {
    const found = new Set<NodeIndex>()
    for (let position = node; position < this.#positions(); position += this.n) {
      for (let d = 0; d < this.dimensions; d += 1) {
        for (const other of this.#line(position, d)) found.add(this.nodeAt(other))
      }
    }
    found.delete(node)
    return [...found].sort((a, b) => a - b)
  }

  /** Roster indexes still to be reached from a position after `hop` dimensions, in the order of their tags. */
  targets(at: { position: number; hop: number; turn: number; origin: NodeIndex }): NodeIndex[] {
    if (at.hop === this.dimensions) {
      return at.position < this.n && at.position !== at.origin ? [at.position] : []
    }
    return this.next(at).flatMap(position => this.targets({ ...at, position, hop: at.hop + 1 }))
  }

  /** How many `targets` there are from here, without listing them. */
  targetCount(at: { position: number; hop: number; turn: number; origin: NodeIndex }): number {
    if (at.hop === this.dimensions) return at.position < this.n && at.position !== at.origin ? 1 : 0
    let count = 0
    for (const position of this.next(at)) count += this.targetCount({ ...at, position, hop: at.hop + 1 })
    return count
  }

  /** The positions that take a message from here along the next dimension; this position is one of them. */
  next(at: { position: number; hop: number; turn: number }): number[] {
    return this.#line(at.position, this.#dimension(at))
  }

  /** The position on the way to `target` along the next dimension. */
  towards(at: { position: number; hop: number; turn: number; target: NodeIndex }): number {
    const d = this.#dimension(at)
    return this.#move(at.position, d, this.#coordinate(at.target, d))
  }

  /**
   * Where a message must have come from to be at `position` after `hop` dimensions; undefined when it cannot be
   * there at all, because it left the lines it may travel on.
   */
  previous(at: { position: number; hop: number; turn: number; origin: NodeIndex }): number | undefined {
    const { position, hop, turn, origin } = at
    const inside = position < this.#positions() && origin < this.n && hop >= 1 && hop <= this.dimensions
    if (!inside || turn >= this.dimensions) return undefined
    for (let h = hop; h < this.dimensions; h += 1) {
      const d = this.#dimension({ hop: h, turn })
      if (this.#coordinate(position, d) !== this.#coordinate(origin, d)) return undefined
    }
    const d = this.#dimension({ hop: hop - 1, turn })
    return this.#move(position, d, this.#coordinate(origin, d))
  }

  #positions(): number {
    return this.#sides.reduce((a, b) => a * b, 1)
  }

  #dimension(at: { hop: number; turn: number }): number {
    return (at.turn + at.hop) % this.dimensions
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
