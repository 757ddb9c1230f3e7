import type { InstanceGroup } from '../../model/backend.ts'
import type { Counted, Pinged, Train } from '../../model/shaper.ts'
import type { ShaperDesk } from './shaper-desk.ts'

/** From a container to one address. */
export interface Path {
  /** `web to api`, with the address where that has several. */
  readonly name: string
  /** Full id of the container that sends. */
  readonly container: string
  readonly address: string
  /** Full id of the container that has the address; undefined where that is not one of the group. */
  readonly to?: string | undefined
}

/**
 * How it shows that a path carries: by pings that are answered; where they are not, by connections that are taken or refused; and else by the
 * pings that the kernel of the other end has counted, which shows one direction.
 */
export type Way = { readonly by: 'ping' | 'arrival' } | { readonly by: 'connection'; readonly port: number }

/** A path and the way in which it is measured. */
export interface Try {
  readonly path: Path
  readonly way: Way
}

interface Sent {
  readonly container: string
  readonly address: string
  readonly port?: number
}

export const quick: Train = { count: 3, intervalMs: 200, bytes: 56, waitMs: 1000 }

/** A port on which nobody listens: refusing costs the application nothing. */
const closedPort = 9
const ping: Way = { by: 'ping' }

/** Who reached whom before faults did anything, over which address, and how that shows. */
export class Reach {
  readonly #desk: ShaperDesk
  readonly #containers: InstanceGroup
  /** Null: it did not carry when it was measured last. */
  readonly #ways = new Map<string, Way | null>()

  constructor(desk: ShaperDesk, containers: InstanceGroup) {
    this.#desk = desk
    this.#containers = containers
  }

  /**
   * How a path is measured; undefined when it carried nothing before. One that was not measured, as to an address that a container got when it
   * was started again, carries where both ends share a network.
   */
  wayOf(path: Path): Way | undefined {
    const known = this.#ways.get(keyOf(path))
    if (known !== undefined) return known ?? undefined
    return this.#shareNetwork(path) ? ping : undefined
  }

  /**
   * Measures paths that are not known to carry: what did not when an earlier fault was prepared may do so by now.
   * @param undisturbed does the work; undefined when something was done to the paths meanwhile, and nothing was learned
   */
  async learn(
    paths: readonly Path[],
    undisturbed: <T>(work: () => Promise<T>) => Promise<T | undefined> = work => work(),
    order: readonly Way['by'][] = ['ping', 'connection', 'arrival'],
  ): Promise<void> {
    const open = [...new Map(paths.map(path => [keyOf(path), path])).values()].filter(
      path => !this.#ways.get(keyOf(path)),
    )
    if (open.length === 0) return
    const found = await undisturbed(() => this.#find(open, order))
    for (const [key, way] of found ?? []) this.#ways.set(key, way)
  }

  async #find(paths: readonly Path[], order: readonly Way['by'][]): Promise<Map<string, Way | null>> {
    const found = new Map<string, Way | null>(paths.map(path => [keyOf(path), null]))
    const tryAll = async (tries: readonly Try[]) => {
      const open = tries.filter(({ path }) => !found.get(keyOf(path)))
      const pinged = await this.probe(open, quick)
      for (const [i, { path, way }] of open.entries())
        if (pinged[i]!.answered > 0) found.set(keyOf(path), way)
    }
    for (const by of order) {
      const open = paths.filter(path => !found.get(keyOf(path)))
      if (open.length === 0) break
      if (by === 'ping') await tryAll(open.map(path => ({ path, way: ping })))
      if (by === 'arrival')
        await tryAll((await this.#heard(open)).map(path => ({ path, way: { by: 'arrival' } })))
      if (by === 'connection') {
        await tryAll(open.map(path => ({ path, way: { by, port: closedPort } })))
        await tryAll(await this.#openPorts(open))
      }
    }
    return found
  }

  /** Paths whose far end counts any arrivals while all of them send at once. */
  async #heard(paths: readonly Path[]): Promise<Path[]> {
    const inside = paths.filter(({ to }) => to !== undefined)
    const ends = inside.map(({ to }) => to!)
    const before = await this.count(ends)
    await this.#send(inside, quick)
    const after = await this.count(ends)
    return inside.filter((_, i) => (after[i]?.echoes ?? 0) > (before[i]?.echoes ?? 0))
  }

  /** Paths with an open port at their far end, for firewalls that drop packets to closed ports. */
  async #openPorts(paths: readonly Path[]): Promise<Try[]> {
    const inside = paths.filter(({ to }) => to !== undefined)
    const counted = await this.count(inside.map(({ to }) => to!))
    return inside.flatMap((path, i) => {
      const port = counted[i]?.listens
      return typeof port === 'number' ? [{ path, way: { by: 'connection' as const, port } }] : []
    })
  }

  /** Sends a train over each path in its way, all at once; paths measured by arrivals take turns. */
  async probe(tries: readonly Try[], train: Train): Promise<readonly Pinged[]> {
    const results = new Map<Try, Pinged>()
    const note = (tried: readonly Try[], pinged: readonly Pinged[]) => {
      for (const [i, each] of tried.entries()) results.set(each, pinged[i]!)
    }
    const isCounted = ({ way }: Try) => way.by === 'arrival'
    const answered = tries.filter(each => !isCounted(each))
    note(answered, await this.#send(answered.map(toSend), train))
    for (const round of rounds(tries.filter(isCounted))) note(round, await this.#arrivals(round, train))
    return tries.map(each => results.get(each)!)
  }

  async #arrivals(tries: readonly Try[], train: Train): Promise<readonly Pinged[]> {
    const ends = tries.map(({ path }) => path.to!)
    const before = await this.count(ends)
    const sent = await this.#send(tries.map(toSend), train)
    const after = await this.count(ends)
    return sent.map((pinged, i) => {
      const arrived = (after[i]?.echoes ?? 0) - (before[i]?.echoes ?? 0)
      return { ...pinged, answered: Math.min(arrived, train.count), roundTripsMs: [] }
    })
  }

  async count(containers: readonly string[]): Promise<readonly (Counted | null)[]> {
    if (containers.length === 0) return []
    return (await this.#desk.ask<'count'>({ kind: 'count', containers: [...containers] })).counted
  }

  async #send(pairs: readonly Sent[], train: Train): Promise<readonly Pinged[]> {
    if (pairs.length === 0) return []
    const sent = pairs.map(({ container, address, port }) => ({
      ...{ container, address },
      ...(port === undefined ? {} : { port }),
    }))
    return (await this.#desk.ask<'probe'>({ kind: 'probe', train, pairs: sent })).pinged
  }

  #shareNetwork({ container, address, to }: Path): boolean {
    const placeOf = (id: string | undefined) => this.#containers.places.find(place => place.container === id)
    const [from, other] = [placeOf(container), placeOf(to)]
    const network = other?.networks?.[other.addresses.indexOf(address)]
    if (network === undefined || from?.networks === undefined) return other !== undefined
    return from.networks.includes(network)
  }
}

function keyOf({ container, address }: Path): string {
  return `${container} ${address}`
}

function toSend({ path: { container, address }, way }: Try): Sent {
  return { container, address, ...(way.by === 'connection' ? { port: way.port } : {}) }
}

/** Splits tries into rounds in which no two have the same far end, because arrivals are counted there. */
function rounds(tries: readonly Try[]): Try[][] {
  const found: Try[][] = []
  const next = new Map<string, number>()
  for (const each of tries) {
    const end = each.path.to!
    const round = next.get(end) ?? 0
    next.set(end, round + 1)
    found[round] = [...(found[round] ?? []), each]
  }
  return found
}
