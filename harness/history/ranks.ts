/** Half of 32 bits: tenths of a millisecond for 119 hours. */
const halfBits = 16
const half = 2 ** halfBits
const unitsPerMs = 10
const unitsMax = half * half - 1

/** Goes through figures, milliseconds, in any order and as often as it is called; Infinity is one that never came. */
export type Figures = (visit: (ms: number) => void) => void

export interface Ranks {
  readonly count: number
  /** Infinite ones among them. */
  readonly lost: number
  /** The nearest-rank percentiles that were asked for; Infinity where one falls on a lost figure, undefined of nothing. */
  readonly values: readonly (number | undefined)[]
}

/**
 * Percentiles of any number of figures, exact to the tenth of a millisecond, in room that does not grow: figures are counted by the
 * upper half of their bits, then those that share it with a wanted one by the lower half.
 */
export function ranks(figures: Figures, percents: readonly number[]): Ranks {
  const uppers = new Uint32Array(half)
  let [finite, lost] = [0, 0]
  figures(ms => {
    if (ms === Number.POSITIVE_INFINITY) lost++
    else {
      finite++
      uppers[Math.floor(unitsOf(ms) / half)]!++
    }
  })
  const count = finite + lost
  const wanted = percents.map(percent => {
    const rank = Math.max(1, Math.ceil((percent / 100) * count))
    return rank > finite ? undefined : find(uppers, rank)
  })
  const lowers = new Map(wanted.flatMap(found => (found ? [[found.place, new Uint32Array(half)]] : [])))
  if (lowers.size > 0) {
    figures(ms => {
      if (ms === Number.POSITIVE_INFINITY) return
      const units = unitsOf(ms)
      const cells = lowers.get(Math.floor(units / half))
      if (cells) cells[units % half]!++
    })
  }
  const values = wanted.map(found => {
    if (count === 0) return undefined
    if (found === undefined) return Number.POSITIVE_INFINITY
    return (found.place * half + find(lowers.get(found.place)!, found.rank).place) / unitsPerMs
  })
  return { count, lost, values }
}

/** The cell in which a rank lies, and its rank among those of the cell. */
function find(cells: Uint32Array, rank: number): { place: number; rank: number } {
  let left = rank
  let place = 0
  while (left > cells[place]!) left -= cells[place++]!
  return { place, rank: left }
}

function unitsOf(ms: number): number {
  return Math.min(unitsMax, Math.max(0, Math.round(ms * unitsPerMs)))
}
