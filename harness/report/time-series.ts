import type { Series } from '../../model/report.ts'
import { Latency } from './latency.ts'
import { Stretches } from './stretches.ts'

/** Points of a chart: more than a wide screen has pixels for half of them. */
const pointsMax = 600
const firstWidthMs = 1000

interface Point {
  intended: number
  accepted: number
  lost: number
  lagMs: number | null
  readonly first: Latency
  readonly everywhere: Latency
}

/** Load, throughput and finality over time. */
export class TimeSeries {
  readonly #points = new Stretches<Point>({
    widthMs: firstWidthMs,
    max: pointsMax,
    make: () => ({
      intended: 0,
      accepted: 0,
      lost: 0,
      lagMs: null,
      first: new Latency(),
      everywhere: new Latency(),
    }),
    merge: (into, other) => {
      into.intended += other.intended
      into.accepted += other.accepted
      into.lost += other.lost
      into.lagMs = highest(into.lagMs, other.lagMs)
      into.first.merge(other.first)
      into.everywhere.merge(other.everywhere)
    },
  })

  intend(atMs: number): void {
    this.#points.at(atMs).intended++
  }

  accept(atMs: number): void {
    this.#points.at(atMs).accepted++
  }

  addFirst(intendedMs: number, latencyMs: number): void {
    this.#points.at(intendedMs).first.add(latencyMs)
  }

  addEverywhere(intendedMs: number, latencyMs: number): void {
    this.#points.at(intendedMs).everywhere.add(latencyMs)
  }

  /** One that never got everywhere; not accepted: it got nowhere. */
  addLost(intendedMs: number, isAccepted: boolean): void {
    const point = this.#points.at(intendedMs)
    point.everywhere.addLost()
    if (isAccepted) return
    point.first.addLost()
    point.lost++
  }

  addLag(atMs: number, lagMs: number): void {
    const point = this.#points.at(atMs)
    point.lagMs = highest(point.lagMs, lagMs)
  }

  /** @param loadMs length of the load with its warm-up: the stretch in which it ends is only partly filled with intended sends */
  series(loadMs: number | null): Series {
    const { items, widthMs } = this.#points
    const intendedTps = items.map(({ intended }, index) => {
      const untilEndMs = loadMs === null ? widthMs : loadMs - index * widthMs
      return untilEndMs > 0 ? perSecond(intended, Math.min(widthMs, untilEndMs)) : null
    })
    const over = (of: (point: Point) => Latency, percent: number) =>
      items.map(point => of(point).percentile(percent))
    const percentiles = (of: (point: Point) => Latency) => ({
      p50: over(of, 50),
      p95: over(of, 95),
      p99: over(of, 99),
    })
    return {
      bucketMs: widthMs,
      intendedTps,
      acceptedTps: items.map(({ accepted }) => perSecond(accepted, widthMs)),
      finalityMs: percentiles(({ first }) => first),
      finalityAllMs: percentiles(({ everywhere }) => everywhere),
      lost: items.map(({ lost }) => lost),
      driverLagMs: items.map(({ lagMs }) => lagMs),
    }
  }
}

function perSecond(count: number, ms: number): number {
  return Number(((count * 1000) / ms).toPrecision(4))
}

function highest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}
