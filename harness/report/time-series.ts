import type { NoiseEvent } from '../../model/event.ts'
import { othersOf } from '../../model/noise.ts'
import type { Series } from '../../model/report.ts'
import type { Facts } from '../history/facts.ts'
import { finalityOverTime } from './finality-over-time.ts'
import { Stretches } from './stretches.ts'

/** Points of a chart: more than a wide screen has pixels for half of them. */
const pointsMax = 600
const firstWidthMs = 1000

interface Point {
  intended: number
  accepted: number
  lagMs: number | null
  /** CPU seconds: what there was, and who had it. */
  readonly cores: { all: number; own: number; others: number; steal: number }
}

/** Load, throughput and finality over time. */
export class TimeSeries {
  readonly #points = new Stretches<Point>({
    widthMs: firstWidthMs,
    max: pointsMax,
    make: () => ({
      intended: 0,
      accepted: 0,
      lagMs: null,
      cores: { all: 0, own: 0, others: 0, steal: 0 },
    }),
    merge: (into, other) => {
      into.intended += other.intended
      into.accepted += other.accepted
      into.lagMs = highest(into.lagMs, other.lagMs)
      addCores(into.cores, other.cores)
    },
  })

  addLag(atMs: number, lagMs: number): void {
    const point = this.#points.at(atMs)
    point.lagMs = highest(point.lagMs, lagMs)
  }

  addNoise(atMs: number, event: NoiseEvent): void {
    const others = othersOf(event)
    const { busy, steal, cores, forMs } = event
    addCores(this.#points.at(atMs).cores, { all: (cores * forMs) / 1000, own: busy - others, others, steal })
  }

  /**
   * @param originAt when the load began, its warm-up included
   * @param loadMs length of that: the stretch in which it ends is only partly filled with intended sends
   */
  series(
    facts: Facts,
    { originAt, loadMs }: { readonly originAt: number; readonly loadMs: number | null },
  ): Series {
    this.#countLoad(facts, originAt)
    const { items, widthMs } = this.#points
    const intendedTps = items.map(({ intended }, index) => {
      const untilEndMs = loadMs === null ? widthMs : loadMs - index * widthMs
      return untilEndMs > 0 ? perSecond(intended, Math.min(widthMs, untilEndMs)) : null
    })
    return {
      bucketMs: widthMs,
      intendedTps,
      acceptedTps: items.map(({ accepted }) => perSecond(accepted, widthMs)),
      ...finalityOverTime(facts, { originAt, widthMs, count: items.length }),
      driverLagMs: items.map(({ lagMs }) => lagMs),
      coresPercent: coresPercent(items),
    }
  }

  /** After this there is a stretch for every time at which something was due. */
  #countLoad({ transactions }: Facts, originAt: number): void {
    for (let index = 0; index < transactions.count; index++) {
      if (transactions.offers(index) !== 0)
        this.#points.at(transactions.intendedAt(index) - originAt).intended++
      const acceptedAt = transactions.firstAcceptedAt(index)
      if (acceptedAt !== Number.POSITIVE_INFINITY) this.#points.at(acceptedAt - originAt).accepted++
    }
  }
}

function addCores(into: Point['cores'], { all, own, others, steal }: Point['cores']): void {
  into.all += all
  into.own += own
  into.others += others
  into.steal += steal
}

function coresPercent(points: readonly Point[]): Series['coresPercent'] {
  if (points.every(({ cores }) => cores.all === 0)) return null
  const share = (of: 'own' | 'others' | 'steal') =>
    points.map(({ cores }) => (cores.all === 0 ? null : percent(cores[of] / cores.all)))
  return { own: share('own'), others: share('others'), steal: share('steal') }
}

/** Counters that are out of step can make a share slightly negative, or more than all. */
function percent(share: number): number {
  return Math.round(1000 * Math.min(1, Math.max(0, share))) / 10
}

function perSecond(count: number, ms: number): number {
  return Number(((count * 1000) / ms).toPrecision(4))
}

function highest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}
