import type { InstanceEvent } from '../../model/event.ts'
import type { LinkFault, Occurrence } from '../../model/fault.ts'
import type { Attestation, FaultActions, HoldWatch } from '../fault-actions.ts'
import { LinkHolds, outside } from '../link-holds.ts'
import { effectsOf } from '../schedule/link-effects.ts'
import { describeEvent } from './holding.ts'
import { isHitBy, LinkPairs } from './link-pairs.ts'
import { measureLinks } from './measure-links.ts'
import { kindOf, type Pair, reversed } from './pairs.ts'
import type { FaultPorts } from './ports.ts'
import { type Probe, pathsOf } from './probes.ts'
import { Reach } from './reach.ts'
import type { ShaperDesk } from './shaper-desk.ts'

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
  const pairs = new LinkPairs({ containers, isolation, everybody }, desk.links, reach)

  const effectsHere = (occurrence: Occurrence) =>
    effectsOf(occurrence as LinkOccurrence, { nodes: everybody, regions, isolation })

  return {
    prepare: async occurrence => {
      const planned = desk.links.with(occurrence.id, effectsHere(occurrence))
      // Others come and go between two faults.
      pairs.forgetNeighbours(occurrence.targets)
      const open = (await pairs.of(occurrence, planned)).filter(({ link }) => pairs.isOpen(link))
      const [oneWay, others] = [open.filter(isOneWay), open.filter(pair => !isOneWay(pair))]
      // Only arrivals show a single direction.
      const there = oneWay.flatMap(({ link }) => [
        ...pathsOf(link, places),
        ...pathsOf(reversed(link), places),
      ])
      await reach.learn(there, untouched(oneWay), ['ping', 'arrival', 'connection'])
      await reach.learn(
        others.flatMap(pair => pairs.pathsFrom(pair)),
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
    async function follow(event: InstanceEvent, name: string): Promise<void> {
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
  function untouched(measured: readonly Pair[]) {
    const held = (links: LinkHolds) =>
      JSON.stringify(measured.map(({ link }) => [links.stateOf(link), links.stateOf(reversed(link))]))
    return <T>(work: () => Promise<T>) => desk.whileHeld(held(desk.links), held, work)
  }

  /** @returns why there is nothing to measure, as one clause */
  async function probesHit(occurrence: Occurrence): Promise<Probe[] | string> {
    const sampled = await pairs.of(occurrence, desk.links)
    const isHit = isHitBy(occurrence, desk.links)
    const hit = sampled.filter(({ link }) => isHit(link))
    if (hit.length === 0) return 'no two running nodes with a link that is hit'
    const probes = pairs.probesFor(hit)
    if (probes.length === 0) return 'none of the affected links carried traffic before the fault'
    begun.set(occurrence.id, { at: begun.get(occurrence.id)?.at ?? 0, probes })
    return [...probes, ...pairs.probesFor(sampled.filter(pair => !isHit(pair.link)))]
  }

  async function probesHealed({ id }: Occurrence): Promise<Probe[]> {
    const probes = begun.get(id)?.probes ?? []
    const ends = probes.flatMap(({ link: { from, to } }) => [from, to]).filter(node => node !== outside)
    const running = new Set([outside, ...(await pairs.runningOf([...new Set(ends)]))])
    const present = probes.filter(({ link: { from, to } }) => running.has(from) && running.has(to))
    const links = new Map(present.map(({ link }) => [`${link.from} ${link.to}`, link]))
    // Addresses may be new ones: a container that was started again is measured where it is now.
    return pairs.probesFor([...links.values()].map(link => pairs.now(link)))
  }
}

function isOneWay(pair: Pair): boolean {
  return kindOf(pair) === 'one-way'
}
