import { getOrInsert } from './get-or-insert.ts'
import { locate } from './locator.ts'
import type { NodeIndex, Vertex, VertexId } from './types.ts'

/** Vertices kept by id after they are decided, so that late votes, children and askers find them. */
const knownLimit = 100_000
/**
 * Vertices that wait for a parent. Beyond this an arrival is dropped, to be found again through tips, unless others
 * wait for it: a full table could never empty itself if what it waits for found no room in it.
 */
const orphanLimit = 4_096
const awaitedOrphanLimit = 2 * orphanLimit

/**
 * The graph as far as this node voted on it: what is known, what waits for a missing parent, and the tips.
 * Invariant: a vertex is known only after all its parents are (or were, before they left the window).
 */
export class Dag {
  /** Own exceptions per known vertex; null stands for the usual empty list. */
  readonly #known = new Map<VertexId, readonly number[] | null>()
  readonly #tips = new Set<VertexId>()
  readonly #orphans = new Map<VertexId, { vertex: Vertex; from: NodeIndex; missing: Set<VertexId> }>()
  readonly #waiting = new Map<VertexId, Set<VertexId>>()

  has(id: VertexId): boolean {
    return this.#known.has(id)
  }

  isOrphan(id: VertexId): boolean {
    return this.#orphans.has(id)
  }

  /** Whether orphans wait for it. */
  isAwaited(id: VertexId): boolean {
    return this.#waiting.has(id)
  }

  /** This node's exceptions on a vertex it voted on. */
  ownExceptions(id: VertexId): readonly number[] | undefined {
    const exceptions = this.#known.get(id)
    return exceptions === null ? [] : exceptions
  }

  missingParents(vertex: Vertex): VertexId[] {
    return vertex.parents.filter(parent => !this.#known.has(parent))
  }

  /** Adds a vertex whose parents are known. */
  add(vertex: Vertex, exceptions: readonly number[]): void {
    this.#known.set(vertex.id, exceptions.length === 0 ? null : exceptions)
    for (const parent of vertex.parents) this.#tips.delete(parent)
    this.#tips.add(vertex.id)
    if (this.#known.size > knownLimit) {
      for (const oldest of this.#known.keys()) {
        if (this.#tips.has(oldest)) continue
        this.#known.delete(oldest)
        break
      }
    }
  }

  /** What this node votes against on a known vertex has changed. */
  revise(id: VertexId, exceptions: readonly number[]): void {
    if (this.#known.has(id)) this.#known.set(id, exceptions.length === 0 ? null : exceptions)
  }

  /** Keeps a vertex until its parents are there. @returns false when there is no room */
  addOrphan(vertex: Vertex, from: NodeIndex, missing: readonly VertexId[]): boolean {
    const limit = this.isAwaited(vertex.id) ? awaitedOrphanLimit : orphanLimit
    if (this.#orphans.size >= limit) return false
    this.#orphans.set(vertex.id, { vertex, from, missing: new Set(missing) })
    for (const parent of missing) {
      getOrInsert(this.#waiting, parent, () => new Set<VertexId>()).add(vertex.id)
    }
    return true
  }

  /** Orphans that have all their parents now that `id` is known; they are orphans no more. */
  adopt(id: VertexId): { vertex: Vertex; from: NodeIndex }[] {
    const ready: { vertex: Vertex; from: NodeIndex }[] = []
    for (const child of this.#waiting.get(id) ?? []) {
      const orphan = this.#orphans.get(child)
      orphan?.missing.delete(id)
      if (!orphan || orphan.missing.size > 0) continue
      this.#orphans.delete(child)
      ready.push(orphan)
    }
    this.#waiting.delete(id)
    return ready
  }

  /** Takes a contested vertex off the tips, so that nobody looks at it as a parent again. */
  retire(tip: VertexId): void {
    this.#tips.delete(tip)
  }

  /** Newest first. */
  tips(limit: number): VertexId[] {
    return [...this.#tips].slice(-limit).reverse()
  }

  /** See locator.ts. */
  locator(): VertexId[] {
    return locate([...this.#known.keys()])
  }

  /** Oldest first, so that no branch is left behind. */
  *oldestTips(): Iterable<VertexId> {
    yield* this.#tips
  }
}
