import type { matrixNames, RegionMatrix } from '../../model/region.ts'

/**
 * Medians between regions of AWS in milliseconds one way, as measured by cloudping.co and used by CometBFT's end-to-end tests
 * (test/e2e/pkg/files/aws-latencies.csv); where the two directions differ by one the larger is taken.
 */
const cloudRegions = [
  'n-virginia',
  'canada',
  'n-california',
  'london',
  'oregon',
  'ireland',
  'frankfurt',
  'sao-paulo',
  'tokyo',
  'mumbai',
  'sydney',
  'seoul',
  'singapore',
] as const
/** Row by row, each to the regions after its own. */
const cloudOneWay = [
  [7, 30, 38, 39, 33, 44, 58, 73, 93, 98, 87, 105],
  [39, 39, 29, 35, 46, 63, 70, 94, 97, 85, 103],
  [68, 10, 68, 75, 88, 54, 116, 69, 67, 86],
  [63, 5, 8, 94, 104, 56, 131, 118, 82],
  [59, 68, 88, 49, 109, 69, 63, 84],
  [13, 88, 100, 61, 127, 114, 90],
  [101, 111, 60, 143, 109, 77],
  [128, 151, 155, 142, 161],
  [60, 57, 17, 39],
  [76, 57, 27],
  [69, 45],
  [36],
]

/** Between three places, where two are far from each other and both near the third: what is direct is not what is fast. */
const brokenTriangle: RegionMatrix = { east: { hub: 20, west: 300 }, hub: { west: 20 } }

/** The matrices that are shipped, round-trip times in milliseconds. */
const matrices: Readonly<Record<(typeof matrixNames)[number], RegionMatrix>> = {
  cloud: Object.fromEntries(
    cloudOneWay.map((row, i) => [
      cloudRegions[i]!,
      Object.fromEntries(row.map((oneWay, j) => [cloudRegions[i + 1 + j]!, 2 * oneWay])),
    ]),
  ),
  'broken-triangle': brokenTriangle,
}

/** The matrix that a fault names or brings. */
export function matrixOf(given: (typeof matrixNames)[number] | RegionMatrix): RegionMatrix {
  return typeof given === 'string' ? matrices[given] : given
}

/** All regions that a matrix has a time for, in its order. */
export function regionsOf(matrix: RegionMatrix): string[] {
  return [...new Set(Object.entries(matrix).flatMap(([from, row]) => [from, ...Object.keys(row)]))]
}

/** Milliseconds there and back; nothing within a region. @returns undefined where the matrix does not say */
export function roundTripMs(matrix: RegionMatrix, a: string, b: string): number | undefined {
  return a === b ? 0 : (matrix[a]?.[b] ?? matrix[b]?.[a])
}
