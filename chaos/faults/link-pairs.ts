import type { Neighbour } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import { type Link, type LinkHolds, outside } from '../link-holds.ts'
import { choosePairs, isFree, kindOf, type Pair, reversed } from './pairs.ts'
import type { FaultPorts } from './ports.ts'
import { type Probe, pathsOf, shareNetwork } from './probes.ts'
import type { Path, Reach } from './reach.ts'

/** Nodes looked at to attest a fault: a sample, whatever the size of the network. */
const sampledNodes = 40
/** Neighbours outside of the group that an isolated container is measured with. */
const sampledOutside = 120

interface Network extends Pick<FaultPorts, 'containers'> {
  readonly isolation: FaultPorts['isolation']
  /** Containers, each by the first of those that live in it. */
  readonly everybody: readonly number[]
}

/** The pairs of running nodes by which faults of links are measured, and the paths of theirs that carried before. */
export class LinkPairs {
  readonly #network: Network
  readonly #links: LinkHolds
  readonly #reach: Reach
  /** Who else is on the networks of containers that were isolated. */
  readonly #neighbours = new Map<number, readonly Neighbour[]>()

  /** @param links as they are now */
  constructor(network: Network, links: LinkHolds, reach: Reach) {
    this.#network = network
    this.#links = links
    this.#reach = reach
  }

  /** Pairs of every sort that a fault hits, where links are as given, and some that nothing is to happen to. */
  async of(occurrence: Occurrence, links: LinkHolds): Promise<Pair[]> {
    return [...(await this.#inside(occurrence, links)), ...(await this.#outside(occurrence))]
  }

  /** A link as it is now. */
  now(link: Link): Pair {
    return { link, there: this.#links.stateOf(link), back: this.#links.stateOf(reversed(link)) }
  }

  /** Whether nothing is done to a link now, in either direction. */
  isOpen(link: Link): boolean {
    const { there, back } = this.now(link)
    return isFree(there) && isFree(back)
  }

  forgetNeighbours(targets: readonly number[]): void {
    for (const target of targets) this.#neighbours.delete(target)
  }

  /** Those of the pairs that are measured, each over every address that carried before, in the way in which that showed. */
  probesFor(pairs: readonly Pair[]): Probe[] {
    return pairs.flatMap(pair =>
      this.pathsFrom(pair).flatMap(path => {
        const way = this.#reach.wayOf(path)
        return way === undefined ? [] : [{ ...pair, path, way }]
      }),
    )
  }

  pathsFrom({ link: { from, to } }: Pair): Path[] {
    const { places } = this.#network.containers
    const { container, name } = places[from]!
    if (to !== outside) return pathsOf({ from, to }, places)
    const near = this.#neighbours.get(from) ?? []
    return near.map(({ address, name: other }) => ({ container, address, name: `${name} to ${other}` }))
  }

  async runningOf(sampled: readonly number[]): Promise<number[]> {
    const { containers } = this.#network
    const nodes = sampled.filter(node => containers.places[node]!.addresses.length > 0)
    const states = await Promise.all(nodes.map(node => containers.stateOf(node)))
    return nodes.filter((_, i) => states[i] !== 'down')
  }

  async #inside(occurrence: Occurrence, links: LinkHolds): Promise<Pair[]> {
    const { containers, everybody } = this.#network
    const running = await this.runningOf(sample(occurrence, everybody))
    const isHit = isHitBy(occurrence, links)
    const state = (link: Link) => links.stateOf(link)
    const choose = (fits: (link: Link) => boolean) => {
      const near = choosePairs(running, state, link => fits(link) && shareNetwork(link, containers.places))
      return near.length > 0 ? near : choosePairs(running, state, fits)
    }
    const hit = choose(isHit)
    if (hit.length === 0) return []
    return [...hit, ...choose(link => !isHit(link)).filter(pair => kindOf(pair) === 'free')]
  }

  /** Of targets that are cut from everything, the pair with whoever else is on their networks. */
  async #outside({ fault, targets }: Occurrence): Promise<Pair[]> {
    const { containers, isolation } = this.#network
    if (fault.kind !== 'isolate' || isolation !== 'everything') return []
    const running = await this.runningOf(evenly(targets, sampledNodes / 2))
    const each = Math.ceil(sampledOutside / Math.max(1, running.length))
    for (const node of running) {
      if (this.#neighbours.has(node)) continue
      this.#neighbours.set(node, (await containers.neighboursOf(node)).slice(0, each))
    }
    return running.map(from => this.now({ from, to: outside }))
  }
}

export function isHitBy({ id }: Occurrence, links: LinkHolds): (link: Link) => boolean {
  return link => [link, reversed(link)].some(each => !isFree(links.stateOf(each, id)))
}

/** Nodes on all sides of a fault: evenly from those of a partition or a matrix, else half targets and half others. */
function sample({ targets, to }: Occurrence, everybody: readonly number[]): number[] {
  const targeted = new Set(targets)
  const others = (to ?? everybody).filter(node => !targeted.has(node))
  if (others.length === 0) return evenly(targets, sampledNodes)
  return [...evenly(targets, sampledNodes / 2), ...evenly(others, sampledNodes / 2)]
}

function evenly(nodes: readonly number[], most: number): number[] {
  const step = Math.max(1, nodes.length / most)
  return nodes.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).slice(0, most)
}
