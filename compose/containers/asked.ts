/** Actions of the engine's events that the harness causes. */
export type Deed = 'start' | 'die' | 'pause' | 'unpause'

interface EngineMoment {
  readonly container: string
  readonly action: string
  readonly timeNano: number
}

/**
 * Distinguishes what the harness does to containers from what others do. Every deed that the engine accepts is followed by exactly one event,
 * which is matched by counting: no clock is compared, and a deed that the engine had nothing to do for expects no event.
 */
export class Asked {
  /** Events that are still to come, by container and action. */
  readonly #outstanding = new Map<string, number>()
  /** Events read so far: a stream that is opened again gets the same answer. */
  readonly #answers = new Map<string, boolean>()

  /**
   * Does something to a container.
   * @param act resolves to whether the engine had anything to do
   */
  async expecting(container: string, deed: Deed, act: () => Promise<boolean>): Promise<void> {
    const key = `${container} ${deed}`
    this.#count(key, 1)
    let isDone = false
    try {
      isDone = await act()
    } finally {
      if (!isDone) this.#count(key, -1)
    }
  }

  /** Whether the event of a deed of the harness is still to come. */
  isExpected(container: string, deed: Deed): boolean {
    return (this.#outstanding.get(`${container} ${deed}`) ?? 0) > 0
  }

  /** Whether the harness caused an event. */
  caused({ container, action, timeNano }: EngineMoment): boolean {
    const moment = `${container} ${action} ${timeNano}`
    const known = this.#answers.get(moment)
    if (known !== undefined) return known
    const key = `${container} ${action}`
    const isOurs = (this.#outstanding.get(key) ?? 0) > 0
    if (isOurs) this.#count(key, -1)
    this.#answers.set(moment, isOurs)
    return isOurs
  }

  #count(key: string, by: number): void {
    this.#outstanding.set(key, Math.max(0, (this.#outstanding.get(key) ?? 0) + by))
  }
}
