import type { Place } from '../model/backend.ts'
import { combined, either, perfect, type Quality } from '../model/quality.ts'
import type { ShapeRequest } from '../model/shaper.ts'
import type { LinkEffect } from './schedule/link-effects.ts'

/** Stands for whoever is on the networks of the nodes beside them: the host, and containers of others. */
export const outside = -1

/** A directed link, by node indexes. */
export interface Link {
  readonly from: number
  readonly to: number
}

/** How a directed link is meant to carry now. */
export interface LinkState {
  readonly isBlocked: boolean
  readonly loss: number
  readonly duplicate: number
  readonly quality: Quality
}

interface Held {
  readonly effect: LinkEffect
  readonly from: ReadonlySet<number>
  readonly to: ReadonlySet<number>
}

/** Which occurrences do what to which links. Two faults on one link compose; it carries again when the last has let go. */
export class LinkHolds {
  readonly #held = new Map<string, readonly Held[]>()

  get size(): number {
    return this.#held.size
  }

  /** What would be held if one occurrence did this as well; undefined: if it did nothing any more. */
  with(id: string, effects: readonly LinkEffect[] | undefined): LinkHolds {
    const other = new LinkHolds()
    for (const [known, held] of this.#held) other.#held.set(known, held)
    if (effects) other.add(id, effects)
    else other.remove(id)
    return other
  }

  add(id: string, effects: readonly LinkEffect[]): void {
    this.#held.set(
      id,
      effects.map(effect => ({
        effect,
        from: new Set(effect.links.from),
        to: new Set(effect.links.to),
      })),
    )
  }

  remove(id: string): void {
    this.#held.delete(id)
  }

  /** How a link is meant to carry now, by all faults or by one of them alone; `outside` may be one of its ends. */
  stateOf({ from, to }: Link, id?: string): LinkState {
    const held = id === undefined ? this.#all() : (this.#held.get(id) ?? [])
    if (from === outside || to === outside) {
      const node = from === outside ? to : from
      return { ...carries, isBlocked: aloneIn(held).has(node) }
    }
    const hits = from === to ? [] : held.filter(each => each.from.has(from) && each.to.has(to))
    return compose(hits.map(({ effect }) => effect))
  }

  /** The whole network as it is to be now, as one document for the shaper. */
  desired(places: readonly Place[]): Pick<ShapeRequest, 'sets' | 'qualities' | 'namespaces'> {
    const sets = new Table<readonly number[], string[]>(nodes =>
      nodes.flatMap(node => places[node]!.addresses),
    )
    const qualities = new Table<Quality, Quality>(quality => quality)
    const held = this.#all()
    const incoming = remembered((hits: readonly Held[]) => partsOf(hits, 'from', places.length))
    const outgoing = remembered((hits: readonly Held[]) => partsOf(hits, 'to', places.length))
    const alone = aloneIn(held)
    const namespaces = places.flatMap(({ name, container, addresses }, node) => {
      // Rules in a network that is not its own, such as the host's, would hit others.
      if (addresses.length === 0) return []
      if (alone.has(node)) {
        const none = sets.indexOf([])
        const empty = { losses: [], duplicates: [], classes: [], isUnsegmented: false }
        return [{ name, container, from: none, to: none, ...empty, isAlone: true }]
      }
      const arriving = incoming(held.filter(({ to }) => to.has(node)))
      const leaving = outgoing(held.filter(({ from }) => from.has(node)))
      if (arriving.length + leaving.length === 0) return []
      const losses = grouped(arriving, ({ loss }) => loss).map(([share, nodes]) => ({
        from: sets.indexOf(nodes),
        share,
      }))
      const duplicates = grouped(leaving, ({ duplicate }) => duplicate).map(([share, nodes]) => ({
        to: sets.indexOf(nodes),
        share,
      }))
      const classes = grouped(leaving, ({ quality }) => (isImpaired(quality) ? quality : undefined)).map(
        ([quality, nodes]) => ({ to: sets.indexOf(nodes), quality: qualities.indexOf(quality) }),
      )
      const isLossy = leaving.some(({ state }) => state.loss > 0)
      const [unheard, unreached] = [blocked(arriving), blocked(leaving)]
      const isUnsegmented = isLossy || duplicates.length + classes.length > 0
      // What only delays on its way here is none of this namespace's business.
      if (unheard.length + unreached.length + losses.length === 0 && !isUnsegmented) return []
      const cut = { from: sets.indexOf(unheard), to: sets.indexOf(unreached) }
      return [{ name, container, ...cut, losses, duplicates, classes, isUnsegmented }]
    })
    return { sets: sets.rows, qualities: qualities.rows, namespaces }
  }

  #all(): readonly Held[] {
    return [...this.#held.values()].flat()
  }
}

/** Nodes to which, or from which, links carry alike. */
interface Part {
  readonly state: LinkState
  readonly nodes: readonly number[]
}

/** Divides the other ends by what all effects together do to the links to or from them. */
function partsOf(held: readonly Held[], others: 'from' | 'to', nodes: number): Part[] {
  const parts = new Map<string, { state: LinkState; nodes: number[] }>()
  for (let other = 0; other < nodes; other += 1) {
    const hits = held.filter(each => each[others].has(other))
    if (hits.length === 0) continue
    const state = compose(hits.map(({ effect }) => effect))
    const key = JSON.stringify(state)
    const part = parts.get(key) ?? { state, nodes: [] }
    part.nodes.push(other)
    parts.set(key, part)
  }
  return [...parts.values()]
}

const carries: LinkState = { isBlocked: false, loss: 0, duplicate: 0, quality: perfect }

function aloneIn(held: readonly Held[]): ReadonlySet<number> {
  return new Set(held.flatMap(({ effect }) => effect.alone ?? []))
}

function compose(effects: readonly LinkEffect[]): LinkState {
  return effects.reduce<LinkState>(
    (state, { isBlocked, loss, duplicate, quality }) => ({
      isBlocked: state.isBlocked || isBlocked,
      loss: either(state.loss, loss),
      duplicate: either(state.duplicate, duplicate),
      quality: combined(state.quality, quality),
    }),
    carries,
  )
}

/** Nodes by what is done to the links that carry anything at all; links to which it is not done are left out. */
function grouped<Value>(
  parts: readonly Part[],
  pick: (state: LinkState) => Value | undefined,
): [value: Value, nodes: number[]][] {
  const groups = new Map<string, [Value, number[]]>()
  for (const { state, nodes } of parts) {
    const value = pick(state)
    if (state.isBlocked || !value) continue
    const key = JSON.stringify(value)
    const group = groups.get(key) ?? [value, []]
    group[1].push(...nodes)
    groups.set(key, group)
  }
  return [...groups.values()].map(([value, nodes]) => [value, nodes.sort((a, b) => a - b)])
}

function isImpaired({ delayMs, jitterMs, corrupt, reorder, bitsPerSecond }: Quality): boolean {
  return delayMs + jitterMs + corrupt + reorder > 0 || bitsPerSecond !== null
}

function blocked(parts: readonly Part[]): number[] {
  return parts.flatMap(({ state, nodes }) => (state.isBlocked ? nodes : [])).sort((a, b) => a - b)
}

/** Rows that many refer to by their index, each written once. */
class Table<Key, Row> {
  readonly rows: Row[] = []
  readonly #known = new Map<string, number>()
  readonly #rowOf: (key: Key) => Row

  constructor(rowOf: (key: Key) => Row) {
    this.#rowOf = rowOf
  }

  indexOf(key: Key): number {
    const text = JSON.stringify(key)
    const index = this.#known.get(text) ?? this.rows.push(this.#rowOf(key)) - 1
    this.#known.set(text, index)
    return index
  }
}

/** In a partition of 500 nodes there are two different answers: each is worked out once. */
function remembered<Item extends object, Result>(
  work: (items: readonly Item[]) => Result,
): (items: readonly Item[]) => Result {
  const numbers = new Map<Item, number>()
  const known = new Map<string, Result>()
  const numberOf = (item: Item) => {
    const number = numbers.get(item) ?? numbers.size
    numbers.set(item, number)
    return number
  }
  return items => {
    const key = items.map(numberOf).join()
    const result = known.get(key) ?? work(items)
    known.set(key, result)
    return result
  }
}
