import { describeStep } from '../../model/clock.ts'
import type { ClockEvent, EpochEvent, StepEvent } from '../../model/event.ts'
import type { Span } from './noise-track.ts'

/** Two clocks that time services slew may drift apart by so much. */
const driftShare = 0.0005

/** A time of which the clocks of harness and driver cannot be compared, and why. */
interface Doubt extends Span {
  readonly reason: string
}

/** What a history says of its clocks. */
export class ClockTrack {
  readonly #steps: StepEvent[] = []
  readonly #doubts: Doubt[] = []
  #last: ClockEvent | undefined
  /** A step on the harness's machine after which the driver's clock, which is another one, was not measured yet. */
  #unmeasured: StepEvent | undefined

  add(event: ClockEvent | StepEvent | EpochEvent): void {
    if (event.type === 'clock') this.#compare(event)
    else if (event.type === 'epoch') this.#begin(event)
    else {
      this.#steps.push(event)
      if (this.#last?.is === 'offset') this.#unmeasured ??= event
    }
  }

  get steps(): readonly StepEvent[] {
    return this.#steps
  }

  /** Why durations that lie in a time, or across it, are not known; undefined where they are. */
  doubt({ from, to }: Span): string | undefined {
    const known = this.#doubts.find(doubt => doubt.from < to && doubt.to > from)
    if (known) return known.reason
    const last = this.#last
    if (last?.is !== 'offset') return undefined
    if (this.#unmeasured !== undefined && this.#unmeasured.at < to)
      return `${describeStep(this.#unmeasured)}, and the driver's clock, which is another one, was not measured after that`
    if (last.at < to) return "the driver's clock is another one and was not measured at the end"
    return undefined
  }

  #compare(event: ClockEvent): void {
    const last = this.#last
    this.#last = event
    this.#unmeasured = undefined
    if (last === undefined) return
    const byMs = event.offsetMs - last.offsetMs
    const toleratedMs = last.errorMs + event.errorMs + driftShare * (event.at - last.at)
    if (Math.abs(byMs) <= toleratedMs) return
    const how = byMs > 0 ? 'stood still' : 'ran ahead'
    const reason = `the driver's clock ${how} for ${seconds(byMs)} beside the harness's`
    this.#doubts.push({ from: last.at, to: event.at, reason })
  }

  #begin({ at }: EpochEvent): void {
    const reason = "the driver's kernel was started anew, and its clock with it"
    this.#doubts.push({ from: this.#last?.at ?? Number.NEGATIVE_INFINITY, to: at, reason })
    // What was measured of the clock before says nothing of this one.
    this.#last = undefined
  }
}

function seconds(ms: number): string {
  return `${(Math.abs(ms) / 1000).toFixed(1)} s`
}
