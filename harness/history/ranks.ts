import type { PercentilesOrLost } from '../../model/verdict.ts'

/** Half of 32 bits: tenths of a millisecond for 119 hours. */
const halfBits = 16
const half = 2 ** halfBits
const unitsPerMs = 10
const unitsMax = half * half - 1
/** Lower halves that are counted in one pass: a quarter of a megabyte each. */
const cellsMax = 64

/** Percentiles of finality that anybody asks for. */
export const percents = [50, 95, 99] as const

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
  const counted = countUppers(figures)
  const count = counted.finite + counted.lost
  const wanted = percents.map(percent => rankOf(percent / 100, count))
  const found = atRanks(figures, counted, wanted)
  const values = wanted.map(rank => (count === 0 ? undefined : (found.get(rank) ?? Number.POSITIVE_INFINITY)))
  return { count, lost: counted.lost, values }
}

/**
 * The distribution function of figures as [milliseconds, share within them], ascending: `points` of it, dense near its end, where tails
 * are read, and those of the percentiles, so that a curve and a verdict show the same ones.
 */
export function distribution(figures: Figures, points: number): [number, number][] {
  const counted = countUppers(figures)
  const { finite, lost } = counted
  if (finite === 0) return []
  const count = finite + lost
  const wanted = [
    ...Array.from({ length: points }, (_, step) => rankOf(1 - (1 - (step + 1) / points) ** 2, finite)),
    ...percents.map(percent => rankOf(percent / 100, count)),
  ]
  const found: [number, number][] = []
  for (const [rank, ms] of atRanks(figures, counted, wanted)) {
    const [lastMs] = found.at(-1) ?? []
    if (ms === lastMs) found.pop()
    found.push([ms, Math.round((rank / count) * 1e5) / 1e5])
  }
  return found
}

/** Infinite is null, because JSON has no infinity. */
export function percentiles({ values }: Ranks): PercentilesOrLost {
  const [p50, p95, p99] = values.map(value =>
    value === undefined || value === Number.POSITIVE_INFINITY ? null : value,
  )
  return { p50: p50!, p95: p95!, p99: p99! }
}

/** The nearest rank of a share of so many figures; ranks begin with 1. */
function rankOf(share: number, count: number): number {
  return Math.max(1, Math.ceil(share * count))
}

interface Counted {
  readonly uppers: Uint32Array
  readonly finite: number
  readonly lost: number
}

function countUppers(figures: Figures): Counted {
  const uppers = new Uint32Array(half)
  let [finite, lost] = [0, 0]
  figures(ms => {
    if (ms === Number.POSITIVE_INFINITY) lost++
    else {
      finite++
      uppers[Math.floor(unitsOf(ms) / half)]!++
    }
  })
  return { uppers, finite, lost }
}

/** The figure of each of these ranks, by ascending rank; ranks of lost figures are left out. */
function atRanks(
  figures: Figures,
  { uppers, finite }: Counted,
  wanted: readonly number[],
): Map<number, number> {
  const ascending = [...new Set(wanted)].filter(rank => rank <= finite).sort((a, b) => a - b)
  const places = find(uppers, ascending)
  const upperPlaces = [...new Set(places.map(({ place }) => place))]
  const found = new Map<number, number>()
  for (let from = 0; from < upperPlaces.length; from += cellsMax) {
    const lowers = countLowers(figures, upperPlaces.slice(from, from + cellsMax))
    for (const [upper, cells] of lowers) {
      const inside = places.filter(({ place }) => place === upper)
      const lower = find(
        cells,
        inside.map(({ left }) => left),
      )
      for (const [position, { rank }] of inside.entries()) {
        found.set(rank, (upper * half + lower[position]!.place) / unitsPerMs)
      }
    }
  }
  return found
}

function countLowers(figures: Figures, upperPlaces: readonly number[]): Map<number, Uint32Array> {
  const lowers = new Map(upperPlaces.map(place => [place, new Uint32Array(half)]))
  figures(ms => {
    if (ms === Number.POSITIVE_INFINITY) return
    const units = unitsOf(ms)
    const cells = lowers.get(Math.floor(units / half))
    if (cells) cells[units % half]!++
  })
  return lowers
}

/** The cell in which each of ascending ranks lies, and what is left of the rank in that cell. */
function find(
  cells: Uint32Array,
  ascending: readonly number[],
): { rank: number; place: number; left: number }[] {
  let place = 0
  let before = 0
  return ascending.map(rank => {
    while (rank - before > cells[place]!) before += cells[place++]!
    return { rank, place, left: rank - before }
  })
}

function unitsOf(ms: number): number {
  return Math.min(unitsMax, Math.max(0, Math.round(ms * unitsPerMs)))
}
