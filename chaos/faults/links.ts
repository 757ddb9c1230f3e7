import type { LinkFault, Occurrence } from '../../model/fault.ts'
import type { Pinged, Train } from '../../model/shaper.ts'
import { effectsOf } from '../link-effects.ts'
import type { Link, LinkHolds } from '../link-holds.ts'
import type { Attestation, FaultActions } from '../nemesis.ts'
import { describe, expectationOf, findFault, summarise, trainFor } from './measure.ts'
import { choosePairs, isFree, kindOf, likeness, type Pair, reversed } from './pairs.ts'
import type { FaultPorts } from './ports.ts'
import type { ShaperDesk } from './shaper-desk.ts'

/** Nodes looked at to attest a fault: a sample, whatever the size of the network. */
const sampledNodes = 40
/** Times that it is measured when other faults on the same links come in between. */
const triesMax = 10
/**
 * A fault may last so much longer than it was to for the sake of being measured again; then it is healed without. A change that has waited in
 * vain disturbs a measurement once.
 */
const lateMs = 10_000
/** A change waits so long for a measurement that it would disturb, which takes 2 to 10 s. */
const turnMs = 5000
const quick: Train = { count: 3, intervalMs: 200, bytes: 56, waitMs: 1000 }

type LinkOccurrence = Occurrence & { readonly fault: LinkFault }

/** Faults of links, made by the shaper and measured by pings from inside the targets' namespaces. */
export function linkFaults({ containers, regions }: FaultPorts, desk: ShaperDesk): FaultActions {
  const { places } = containers
  /** Containers, each by the first of those that live in it. */
  const everybody = [...Map.groupBy(places.keys(), node => places[node]!.container).values()].map(
    ([first]) => first!,
  )
  /** What was measured when a fault began, to be measured again when it has healed. */
  const begun = new Map<string, { readonly at: number; links: readonly Link[] }>()
  const stateOf = (link: Link) => desk.links.stateOf(link)

  const effectsHere = (occurrence: Occurrence) =>
    effectsOf(occurrence as LinkOccurrence, { nodes: everybody, regions })

  return {
    turn: (occurrence, step, signal) => {
      const effects = step === 'inject' ? effectsHere(occurrence) : undefined
      return desk.turn(links => links.with(occurrence.id, effects), { withinMs: turnMs, signal })
    },
    inject: async occurrence => {
      const { id } = occurrence
      begun.set(id, { at: Date.now(), links: [] })
      desk.links.add(id, effectsHere(occurrence))
      await desk.apply()
    },
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

  async function attest(
    occurrence: Occurrence,
    meant: 'injected' | 'healed',
    until = Number.POSITIVE_INFINITY,
  ): Promise<Attestation> {
    for (let tries = 1; tries <= triesMax; tries += 1) {
      const pairs = meant === 'injected' ? await pairsHit(occurrence) : await pairsHealed(occurrence)
      if (pairs.length === 0 && meant === 'injected')
        return { holds: false, evidence: 'no two running nodes with a link that is hit' }
      const before = JSON.stringify(pairs.map(({ there, back }) => [there, back]))
      const held = (links: LinkHolds) =>
        JSON.stringify(pairs.map(({ link }) => [links.stateOf(link), links.stateOf(reversed(link))]))
      const attested = await desk.whileHeld(before, held, () => measure(pairs))
      if (attested) return attested
      if (Date.now() > until + lateMs) break
    }
    return { holds: false, evidence: 'other faults began and healed on the same links while it was measured' }
  }

  async function pairsHit(occurrence: Occurrence): Promise<Pair[]> {
    const running = await runningOf(sample(occurrence, everybody))
    const isHit = (link: Link) =>
      [link, reversed(link)].some(each => !isFree(desk.links.stateOf(each, occurrence.id)))
    const hit = choosePairs(running, stateOf, isHit)
    if (hit.length === 0) return []
    const free = choosePairs(running, stateOf, link => !isHit(link)).filter(pair => kindOf(pair) === 'free')
    begun.set(occurrence.id, { at: begun.get(occurrence.id)?.at ?? 0, links: hit.map(({ link }) => link) })
    return [...hit, ...free]
  }

  async function pairsHealed({ id }: Occurrence): Promise<Pair[]> {
    const links = begun.get(id)?.links ?? []
    const running = new Set(await runningOf([...new Set(links.flatMap(({ from, to }) => [from, to]))]))
    return links
      .filter(({ from, to }) => running.has(from) && running.has(to))
      .map(link => ({ link, there: stateOf(link), back: stateOf(reversed(link)) }))
  }

  /** Whether every pair carries as it is meant to, sort by sort. */
  async function measure(pairs: readonly Pair[]): Promise<Attestation> {
    const ofKind = Map.groupBy(pairs, kindOf)
    const findings = [
      await measureSilent(ofKind.get('silent') ?? []),
      await measureOneWay(ofKind.get('one-way') ?? []),
      ...(await measureImpaired(ofKind.get('impaired') ?? [])),
      await measureFree(ofKind.get('free') ?? []),
    ].filter(found => found !== undefined)
    const wrong = findings.find(({ holds }) => !holds)
    if (wrong) return wrong
    const told = findings.map(({ evidence }) => evidence)
    const shown = told.slice(0, 4)
    const rest =
      told.length > shown.length ? [`${told.length - shown.length} further sorts of links as asked`] : []
    return { holds: true, evidence: [...shown, ...rest].join('; ') || 'nothing that runs was hit' }
  }

  async function measureSilent(pairs: readonly Pair[]): Promise<Attestation | undefined> {
    if (pairs.length === 0) return undefined
    const pinged = await ping(pairs, quick)
    const leak = pairs.find((_, i) => pinged[i]!.answered > 0)
    if (leak) return { holds: false, evidence: `${name(leak.link)} gets through, and is meant to be cut` }
    return { holds: true, evidence: `${pairs.length} of ${pairs.length} pairs across the cut are silent` }
  }

  async function measureFree(pairs: readonly Pair[]): Promise<Attestation | undefined> {
    if (pairs.length === 0) return undefined
    const pinged = await ping(pairs, quick)
    const silent = pairs.find((_, i) => pinged[i]!.answered === 0)
    if (silent)
      return { holds: false, evidence: `${name(silent.link)} does not get through, which was not meant` }
    const slowest = Math.max(...pinged.map(({ roundTripsMs }) => Math.min(...roundTripsMs)))
    return {
      holds: true,
      evidence: `${pairs.length} of ${pairs.length} pairs that are not hit answer, within ${slowest.toFixed(1)} ms`,
    }
  }

  /** A ping needs both directions, so what arrives is counted at the other end instead of waiting for answers. */
  async function measureOneWay(pairs: readonly Pair[]): Promise<Attestation | undefined> {
    if (pairs.length === 0) return undefined
    // The direction that passes first: what is sent there must arrive, what is sent back must not.
    const open = pairs.map(({ link, there }) => (there.isBlocked ? reversed(link) : link))
    const ends = open.flatMap(({ from, to }) => [places[to]!.container, places[from]!.container])
    const before = await desk.ask<'count'>({ kind: 'count', containers: ends })
    await pingLinks([...open, ...open.map(reversed)], quick)
    const after = await desk.ask<'count'>({ kind: 'count', containers: ends })
    const arrived = after.counted.map(
      (counted, i) => (counted?.echoes ?? 0) - (before.counted[i]?.echoes ?? 0),
    )
    const deaf = open.find((_, i) => arrived[2 * i] === 0)
    if (deaf) return { holds: false, evidence: `${name(deaf)} does not get through, which was not meant` }
    const leak = open.find((_, i) => arrived[2 * i + 1]! > 0)
    if (leak)
      return { holds: false, evidence: `${name(reversed(leak))} gets through, and is meant to be cut` }
    return {
      holds: true,
      evidence: `${open.length} of ${open.length} pairs carry one way only, as counted where it arrives`,
    }
  }

  async function measureImpaired(pairs: readonly Pair[]): Promise<Attestation[]> {
    const sorts = [...Map.groupBy(pairs, likeness).values()].map(alike => {
      const expected = expectationOf(alike[0]!)
      return { alike, expected, train: trainFor(expected) }
    })
    const byTrain = Map.groupBy(sorts, ({ train }) => JSON.stringify(train))
    const findings: Attestation[] = []
    for (const together of byTrain.values()) {
      const pinged = await ping(
        together.flatMap(({ alike }) => alike),
        together[0]!.train,
      )
      let next = 0
      for (const { alike, expected, train } of together) {
        const measured = summarise(expected, pinged.slice(next, next + alike.length))
        next += alike.length
        const wrong = findFault(expected, measured, train)
        const told = wrong ?? describe(expected, measured, train)
        findings.push({ holds: wrong === undefined, evidence: `${name(alike[0]!.link)}: ${told}` })
      }
    }
    return findings
  }

  function ping(pairs: readonly Pair[], train: Train): Promise<readonly Pinged[]> {
    return pingLinks(
      pairs.map(({ link }) => link),
      train,
    )
  }

  async function pingLinks(links: readonly Link[], train: Train): Promise<readonly Pinged[]> {
    const pairs = links.map(({ from, to }) => ({
      container: places[from]!.container,
      address: places[to]!.addresses[0]!,
    }))
    return (await desk.ask<'probe'>({ kind: 'probe', train, pairs })).pinged
  }

  async function runningOf(sampled: readonly number[]): Promise<number[]> {
    const nodes = sampled.filter(node => places[node]!.addresses.length > 0)
    const states = await Promise.all(nodes.map(node => containers.stateOf(node)))
    return nodes.filter((_, i) => states[i] !== 'down')
  }

  function name({ from, to }: Link): string {
    return `${places[from]!.name} to ${places[to]!.name}`
  }
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
