import type { Limits } from '../model/backend.ts'
import type { KernelLimits, Limited } from '../model/shaper.ts'
import { narrowed } from './kernel-limits.ts'

/** A container by its name and full id. */
interface Container {
  readonly name: string
  readonly container: string
}

/** Which occurrences narrow the limits of which containers down. Several on one container compose: the narrowest holds. */
export class LimitHolds {
  readonly #held = new Map<string, { readonly of: readonly Container[]; readonly limits: Limits }>()
  /** What containers had before the first of those that hold them; of one that is down nothing is known. */
  readonly #was = new Map<string, KernelLimits>()

  /** @throws RangeError when it would change nothing for one of them; nothing is held then */
  add(id: string, of: readonly Container[], limits: Limits): void {
    for (const { name, container } of of) {
      const was = this.#was.get(container)
      try {
        if (was) narrowed(was, limits)
      } catch (error) {
        throw new RangeError(`${name}: ${(error as Error).message}`)
      }
    }
    this.#held.set(id, { of, limits })
  }

  remove(id: string): void {
    this.#held.delete(id)
  }

  /**
   * Says what a container has, undefined where it does not run; of one that is held already it is not what it had before.
   */
  learn(container: string, now: KernelLimits | undefined): void {
    if (this.isKnown(container)) return
    if (now) this.#was.set(container, now)
    else this.#was.delete(container)
  }

  /** Whether it is known what a container has without its holds. Whoever changes it between two of them is not asked back. */
  isKnown(container: string): boolean {
    return this.#was.has(container) && this.on(container) !== undefined
  }

  /** What a container had; undefined when it was never seen to run. */
  was(container: string): KernelLimits | undefined {
    return this.#was.get(container)
  }

  /** The narrowest of all limits on a container; undefined when nothing holds it. */
  on(container: string): Limits | undefined {
    const limits = [...this.#held.values()]
      .filter(({ of }) => of.some(each => each.container === container))
      .map(each => each.limits)
    if (limits.length === 0) return undefined
    const cpuShare = least(limits.map(each => each.cpuShare))
    const memoryBytes = least(limits.map(each => each.memoryBytes))
    return {
      ...(cpuShare === undefined ? {} : { cpuShare }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    }
  }

  /** What a container should have now; undefined when that is not known. */
  meant(container: string): KernelLimits | undefined {
    const [was, limits] = [this.#was.get(container), this.on(container)]
    return was && limits ? narrowed(was, limits) : was
  }

  get containers(): readonly Container[] {
    const all = [...this.#held.values()].flatMap(({ of }) => of)
    return [...new Map(all.map(each => [each.container, each])).values()]
  }

  /** For the shaper; a container that was never seen to run has to wait until it does. */
  get desired(): Limited[] {
    return this.containers.flatMap(({ name, container }) => {
      const [was, set] = [this.#was.get(container), this.meant(container)]
      return was && set ? [{ name, container, was, set }] : []
    })
  }

  get size(): number {
    return this.#held.size
  }
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}
