import { describe, expect, it } from '@jest/globals'
import { byzantineCount } from '../../harness/theory/outcome.ts'
import { behaviourSchema } from '../../model/behaviour.ts'
import { stream } from '../../model/random.ts'
import { censusParameters } from '../../nodes/consensus/parameters.ts'
import type { Assigned } from '../../nodes/host/conduct.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'

const nodes = 50
/** How many of them, all correct, issue something: the mean over these is what is compared. */
const issuers = 20
const { alpha } = censusParameters(nodes)
/** Round trips are log-normal around this, milliseconds: so long that what a node waits for besides votes does not show. */
const medianMs = 1000
const deviation = 0.57
/** Longer than any round trip here. */
const longestMs = 20_000

/** Round trips of each pair of nodes, milliseconds. */
function roundTrips(seed: string): number[][] {
  const random = stream(seed, 'links')
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const trips = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0))
  for (let a = 0; a < nodes; a += 1)
    for (let b = 0; b < a; b += 1) {
      // A whole number of milliseconds each way.
      const ms = 2 * Math.round((medianMs / 2) * Math.exp(deviation * normal()))
      trips[a]![b] = ms
      trips[b]![a] = ms
    }
  return trips
}

/** One transaction at each of the first nodes, alone the issuer of its network. @returns seconds from admission to acceptance there */
async function finalities(trips: number[][], name: string, byzantine: number): Promise<number[]> {
  const seconds: number[] = []
  for (let issuer = 0; issuer < issuers; issuer += 1)
    seconds.push(await finality(trips, name, byzantine, issuer))
  return seconds
}

async function finality(trips: number[][], name: string, byzantine: number, issuer: number): Promise<number> {
  const behaviour = behaviourSchema.parse({ name, seed: 'seed' }) as Assigned
  const correct = nodes - byzantine
  const others = Array.from({ length: nodes }, (_, node) => node).filter(node => node !== issuer)
  const network = new HostNetwork(
    nodes,
    // The only collector issues what its own clients send without a hop, and at once.
    { order: [issuer, ...others], collectors: 1, issueIntervalMs: 1, heartbeatIntervalMs: 3_600_000 },
    { behaviours: new Map(Array.from({ length: byzantine }, (_, i) => [correct + i, behaviour])) },
  )
  network.link = (from, to) => trips[from]![to]! / 2
  await network.start()
  void network.places[issuer]!.node.submit([submitted(issuer, 0)])
  await network.clock.advance(longestMs)
  return network.finality.get(issuer)?.[0] ?? Number.POSITIVE_INFINITY
}

/** What counting expects: the own vote is there at once, and the last of alpha comes with that round trip among those to correct nodes. */
function waits(trips: number[][], byzantine: number): number[] {
  const correct = nodes - byzantine
  return trips.slice(0, issuers).map((own, issuer) => {
    const others = own.slice(0, correct).filter((_, peer) => peer !== issuer)
    return others.sort((a, b) => a - b)[alpha - 2]! / 1000
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length

describe('nodes whose round trips differ', () => {
  it.each(['silent', 'always-reject'])(
    'wait for the alpha-th fastest correct answer while others are %s',
    async name => {
      const trips = roundTrips('ladder')
      const means: number[] = []
      for (const fraction of [0, 0.1, 0.2, 0.3]) {
        const byzantine = byzantineCount(fraction, { nodes, tau: 0.32 })
        const measured = await finalities(trips, name, byzantine)
        const expected = waits(trips, byzantine)
        measured.forEach((seconds, issuer) => {
          expect(seconds).toBeGreaterThanOrEqual(expected[issuer]!)
          expect(seconds).toBeLessThan(expected[issuer]! + 0.1)
        })
        means.push(mean(measured))
      }
      // consensus theory: 1.3, 1.5, 1.8 and 3.0 median round trips.
      const ratios = means.map(each => each / means[0]!)
      expect(ratios[1]).toBeCloseTo(1.15, 1)
      expect(ratios[2]).toBeCloseTo(1.4, 1)
      expect(ratios[3]).toBeGreaterThan(1.9)
      expect(ratios[3]).toBeLessThan(2.7)
    },
  )
})
