import type { Neighbour } from '../../model/backend.ts'
import type { ContainerEvent } from '../../model/event.ts'
import type { LinkFault, Occurrence } from '../../model/fault.ts'
import type { Attestation, FaultActions, HoldWatch } from '../fault-actions.ts'
import { type Link, LinkHolds, outside } from '../link-holds.ts'
import { effectsOf } from '../schedule/link-effects.ts'
import { describeEvent } from './holding.ts'
import { measureLinks } from './measure-links.ts'
import { choosePairs, isFree, kindOf, type Pair, reversed } from './pairs.ts'
import type { FaultPorts } from './ports.ts'
import { type Probe, pathsOf, shareNetwork } from './probes.ts'
import { type Path, Reach } from './reach.ts'
import type { ShaperDesk } from './shaper-desk.ts'

/** Nodes looked at to attest a fault: a sample, whatever the size of the network. */
const sampledNodes = 40
/** Neighbours outside of the group that an isolated container is measured with. */
const sampledOutside = 120
/** Times that it is measured when other faults on the same links come in between. */
const triesMax = 10
/**
 * A fault may last so much longer than it was to for the sake of being measured again; then it is healed without. A change that has waited in
 * vain disturbs a measurement once.
 */
const lateMs = 10_000
/** A change waits so long for a measurement that it would disturb, which takes 2 to 10 s. */
const turnMs = 5000

type LinkOccurrence = Occurrence & { readonly fault: LinkFault }

/** Faults of links, made by the shaper and measured from inside the targets' namespaces against what carried before. */
export function linkFaults(
  { containers, time, regions, feed, isolation }: FaultPorts,
  desk: ShaperDesk,
): FaultActions {
  const { places } = containers
  const reach = new Reach(desk, containers)
  /** Containers, each by the first of those that live in it. */
  const everybody = [...Map.groupBy(places.keys(), node => places[node]!.container).values()].map(
    ([first]) => first!,
  )
  /** What was measured when a fault began, to be measured again when it has healed. */
  const begun = new Map<string, { readonly at: number; probes: readonly Probe[] }>()
  /** Who else is on the networks of containers that were isolated. */
  const neighbours = new Map<number, readonly Neighbour[]>()
  const stateOf = (link: Link) => desk.links.stateOf(link)

  const effectsHere = (occurrence: Occurrence) =>
    effectsOf(occurrence as LinkOccurrence, { nodes: everybody, regions, isolation })

  return {
    prepare: async occurrence => {
      const planned = desk.links.with(occurrence.id, effectsHere(occurrence))
      // Others come and go between two faults.
      for (const target of occurrence.targets) neighbours.delete(target)
      const pairs = [...(await pairsOf(occurrence, planned)), ...(await outsideOf(occurrence))]
      const isOpen = ({ link }: Pair) => isFree(stateOf(link)) && isFree(stateOf(reversed(link)))
      const open = pairs.filter(isOpen)
      const [oneWay, others] = [open.filter(isOneWay), open.filter(pair => !isOneWay(pair))]
      // Only arrivals show a single direction.
      const there = oneWay.flatMap(({ link }) => [
        ...pathsOf(link, places),
        ...pathsOf(reversed(link), places),
      ])
      await reach.learn(there, untouched(oneWay), ['ping', 'arrival', 'connection'])
      await reach.learn(
        others.flatMap(pair => pathsFrom(pair)),
        untouched(others),
      )
    },
    turn: (occurrence, step, signal) => {
      const effects = step === 'inject' ? effectsHere(occurrence) : undefined
      return desk.turn(links => links.with(occurrence.id, effects), { withinMs: turnMs, signal })
    },
    inject: async occurrence => {
      const { id } = occurrence
      begun.set(id, { at: time.now(), probes: [] })
      desk.links.add(id, effectsHere(occurrence))
      await desk.apply()
    },
    hold,
    heal: async ({ id }) => {
      desk.links.remove(id)
      await desk.apply()
    },
    restarted: () => desk.followMoves(),
    attest: async (occurrence, meant, until) => {
      const attestation = await attest(occurrence, meant, until)
      const lapse = desk.lapseSince(begun.get(occurrence.id)?.at ?? 0)
      return lapse === undefined ? attestation : { holds: false, evidence: lapse }
    },
  }

  /** By the shaper, which inspects the rules, and by the engine's events: the rules of a container go with its process. */
  async function hold(occurrence: Occurrence, watch: HoldWatch): Promise<void> {
    const own = new LinkHolds()
    const effects = effectsHere(occurrence)
    own.add(occurrence.id, effects)
    const shaped = new Set(own.desired(places).namespaces.map(({ name }) => name))
    // Whoever is cut from every address is so from new ones as well.
    const addressed = new Set(
      effects.filter(({ alone }) => !alone).flatMap(({ links }) => [...links.from, ...links.to]),
    )
    using _listening = feed?.listen(event => {
      const { name } = places[event.node]!
      if (event.state === 'moved' && addressed.has(event.node)) void follow(event, name)
      if (event.asked || event.state !== 'started' || !shaped.has(name)) return
      const evidence = `${describeEvent(event, name)}, without rules until it got them again`
      watch.note({ holds: false, evidence, at: event.at })
    })
    await desk.hold(watch, name => shaped.has(name))

    /** Rules go by addresses, of which some have no rules yet. */
    async function follow(event: ContainerEvent, name: string): Promise<void> {
      watch.note({ holds: false, evidence: describeEvent(event, name), at: event.at })
      await desk.followMoves().then(
        () => watch.note({ holds: true, evidence: `${name} has rules for its addresses` }),
        // It is told when the fault heals, which tries again.
        () => {},
      )
    }
  }

  async function attest(
    occurrence: Occurrence,
    meant: 'injected' | 'healed',
    until = Number.POSITIVE_INFINITY,
  ): Promise<Attestation> {
    let last: Attestation | undefined
    for (let tries = 1; tries <= triesMax; tries += 1) {
      const probes = meant === 'injected' ? await probesHit(occurrence) : await probesHealed(occurrence)
      if (typeof probes === 'string') return { holds: false, evidence: probes }
      using watched = watchEnds(probes)
      const measured = await untouched(probes)(() => measureLinks(probes, reach, places))
      if (measured && (measured.holds || !watched.hasMoved())) return measured
      last = measured
      if (time.now() > until + lateMs) break
    }
    if (last) return last
    return { holds: false, evidence: 'other faults began and healed on the same links while it was measured' }
  }

  /** Notices containers that end, start or move while links to them are measured: their silence is not the fault's. */
  function watchEnds(probes: readonly Probe[]): Disposable & { hasMoved(): boolean } {
    const ends = new Set(probes.flatMap(({ link: { from, to } }) => [from, to]))
    let hasMoved = false
    const listening = feed?.listen(({ node, state }) => {
      hasMoved ||= ends.has(node) && ['died', 'started', 'moved'].includes(state)
    })
    return { hasMoved: () => hasMoved, [Symbol.dispose]: () => listening?.[Symbol.dispose]() }
  }

  /** Does something while nothing changes for these pairs. */
  function untouched(pairs: readonly Pair[]) {
    const held = (links: LinkHolds) =>
      JSON.stringify(pairs.map(({ link }) => [links.stateOf(link), links.stateOf(reversed(link))]))
    return <T>(work: () => Promise<T>) => desk.whileHeld(held(desk.links), held, work)
  }

  /** @returns why there is nothing to measure, as one clause */
  async function probesHit(occurrence: Occurrence): Promise<Probe[] | string> {
    const pairs = [...(await pairsOf(occurrence, desk.links)), ...(await outsideOf(occurrence))]
    const isHit = isHitBy(occurrence, desk.links)
    const hit = pairs.filter(({ link }) => isHit(link))
    if (hit.length === 0) return 'no two running nodes with a link that is hit'
    const probes = probesFor(hit)
    if (probes.length === 0) return 'none of the affected links carried traffic before the fault'
    begun.set(occurrence.id, { at: begun.get(occurrence.id)?.at ?? 0, probes })
    return [...probes, ...probesFor(pairs.filter(pair => !isHit(pair.link)))]
  }

  async function probesHealed({ id }: Occurrence): Promise<Probe[]> {
    const probes = begun.get(id)?.probes ?? []
    const ends = probes.flatMap(({ link: { from, to } }) => [from, to]).filter(node => node !== outside)
    const running = new Set([outside, ...(await runningOf([...new Set(ends)]))])
    const present = probes.filter(({ link: { from, to } }) => running.has(from) && running.has(to))
    const links = new Map(present.map(({ link }) => [`${link.from} ${link.to}`, link]))
    // Addresses may be new ones: a container that was started again is measured where it is now.
    return probesFor([...links.values()].map(pairNow))
  }

  function pairNow(link: Link): Pair {
    return { link, there: stateOf(link), back: stateOf(reversed(link)) }
  }

  /** Those of the pairs that are measured, each over every address that carried before, in the way in which that showed. */
  function probesFor(pairs: readonly Pair[]): Probe[] {
    return pairs.flatMap(pair =>
      pathsFrom(pair).flatMap(path => {
        const way = reach.wayOf(path)
        return way === undefined ? [] : [{ ...pair, path, way }]
      }),
    )
  }

  function pathsFrom({ link: { from, to } }: Pair): Path[] {
    const { container, name } = places[from]!
    if (to !== outside) return pathsOf({ from, to }, places)
    const near = neighbours.get(from) ?? []
    return near.map(({ address, name: other }) => ({ container, address, name: `${name} to ${other}` }))
  }

  /** Pairs of every sort that a fault hits, and some that nothing is to happen to. */
  async function pairsOf(occurrence: Occurrence, links: LinkHolds): Promise<Pair[]> {
    const running = await runningOf(sample(occurrence, everybody))
    const isHit = isHitBy(occurrence, links)
    const state = (link: Link) => links.stateOf(link)
    const choose = (fits: (link: Link) => boolean) => {
      const near = choosePairs(running, state, link => fits(link) && shareNetwork(link, places))
      return near.length > 0 ? near : choosePairs(running, state, fits)
    }
    const hit = choose(isHit)
    if (hit.length === 0) return []
    return [...hit, ...choose(link => !isHit(link)).filter(pair => kindOf(pair) === 'free')]
  }

  /** Of targets that are cut from everything, the pair with whoever else is on their networks. */
  async function outsideOf({ fault, targets }: Occurrence): Promise<Pair[]> {
    if (fault.kind !== 'isolate' || isolation !== 'everything') return []
    const running = await runningOf(evenly(targets, sampledNodes / 2))
    const each = Math.ceil(sampledOutside / Math.max(1, running.length))
    for (const node of running)
      if (!neighbours.has(node)) neighbours.set(node, (await containers.neighboursOf(node)).slice(0, each))
    return running.map(from => pairNow({ from, to: outside }))
  }

  async function runningOf(sampled: readonly number[]): Promise<number[]> {
    const nodes = sampled.filter(node => places[node]!.addresses.length > 0)
    const states = await Promise.all(nodes.map(node => containers.stateOf(node)))
    return nodes.filter((_, i) => states[i] !== 'down')
  }
}

function isHitBy({ id }: Occurrence, links: LinkHolds): (link: Link) => boolean {
  return link => [link, reversed(link)].some(each => !isFree(links.stateOf(each, id)))
}

function isOneWay(pair: Pair): boolean {
  return kindOf(pair) === 'one-way'
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
