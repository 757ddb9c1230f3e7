import type { Place } from '../../model/backend.ts'
import type { Attestation } from '../fault-actions.ts'
import type { Link } from '../link-holds.ts'
import { describe, type Expectation, expectationOf, findFault, summarise, trainFor } from './measure.ts'
import { kindOf, likeness, reversed } from './pairs.ts'
import { type Probe, pathsOf } from './probes.ts'
import { quick, type Reach, type Try } from './reach.ts'

/** Whether every pair carries as it is meant to, sort by sort. */
export async function measureLinks(
  probes: readonly Probe[],
  reach: Reach,
  places: readonly Place[],
): Promise<Attestation> {
  const ofKind = Map.groupBy(probes, kindOf)
  const findings = [
    await measureSilent(ofKind.get('silent') ?? [], reach),
    await measureOneWay(ofKind.get('one-way') ?? [], reach, places),
    ...(await measureImpaired(ofKind.get('impaired') ?? [], reach)),
    await measureFree(ofKind.get('free') ?? [], reach),
  ].filter(found => found !== undefined)
  const wrong = findings.find(({ holds }) => !holds)
  if (wrong) return wrong
  const told = findings.map(({ evidence }) => evidence)
  const shown = told.slice(0, 4)
  const rest =
    told.length > shown.length ? [`${told.length - shown.length} further sorts of links as asked`] : []
  return { holds: true, evidence: [...shown, ...rest].join('; ') || 'nothing that runs was hit' }
}

async function measureSilent(probes: readonly Probe[], reach: Reach): Promise<Attestation | undefined> {
  if (probes.length === 0) return undefined
  const pinged = await reach.probe(probes, quick)
  const leak = probes.find((_, i) => pinged[i]!.answered > 0)
  if (leak) return { holds: false, evidence: `${leak.path.name} gets through, and is meant to be cut` }
  return { holds: true, evidence: `${probes.length} of ${probes.length} pairs across the cut are silent` }
}

async function measureFree(probes: readonly Probe[], reach: Reach): Promise<Attestation | undefined> {
  if (probes.length === 0) return undefined
  const pinged = await reach.probe(probes, quick)
  const silent = probes.find((_, i) => pinged[i]!.answered === 0)
  if (silent)
    return { holds: false, evidence: `${silent.path.name} does not get through, which was not meant` }
  const times = pinged.flatMap(({ roundTripsMs }) =>
    roundTripsMs.length > 0 ? [Math.min(...roundTripsMs)] : [],
  )
  const within = times.length > 0 ? `, within ${Math.max(...times).toFixed(1)} ms` : ''
  return {
    holds: true,
    evidence: `${probes.length} of ${probes.length} pairs that are not hit answer${within}`,
  }
}

/** A ping needs both directions, so what arrives is counted at the other end instead of waiting for answers. */
async function measureOneWay(
  probes: readonly Probe[],
  reach: Reach,
  places: readonly Place[],
): Promise<Attestation | undefined> {
  if (probes.length === 0) return undefined
  const arrivalOver = (link: Link): Try[] =>
    pathsOf(link, places)
      .filter(path => ['ping', 'arrival'].includes(reach.wayOf(path)?.by ?? ''))
      .slice(0, 1)
      .map(path => ({ path, way: { by: 'arrival' } }))
  // The direction that passes first: what is sent there must arrive, what is sent back must not.
  const links = new Map(probes.map(({ link, there }) => [`${link.from} ${link.to}`, { link, there }]))
  const both = [...links.values()].flatMap(({ link, there }) => {
    const open = there.isBlocked ? reversed(link) : link
    const [passes, blocked] = [arrivalOver(open), arrivalOver(reversed(open))]
    return passes[0] && blocked[0] ? [{ passes: passes[0], blocked: blocked[0] }] : []
  })
  if (both.length === 0)
    return {
      holds: false,
      evidence: 'no pings arrived before the fault, and nothing else shows a single direction',
    }
  const pinged = await reach.probe(
    [...both.map(({ passes }) => passes), ...both.map(({ blocked }) => blocked)],
    quick,
  )
  const unheard = both.find((_, i) => pinged[i]!.answered === 0)
  if (unheard)
    return { holds: false, evidence: `${unheard.passes.path.name} does not get through, which was not meant` }
  const leak = both.find((_, i) => pinged[both.length + i]!.answered > 0)
  if (leak)
    return { holds: false, evidence: `${leak.blocked.path.name} gets through, and is meant to be cut` }
  return {
    holds: true,
    evidence: `${both.length} of ${both.length} pairs carry one way only, as counted where it arrives`,
  }
}

async function measureImpaired(probes: readonly Probe[], reach: Reach): Promise<Attestation[]> {
  if (probes.length === 0) return []
  const sorts = [...Map.groupBy(probes, likeness).values()].flatMap(alike => {
    const expected = expectationOf(alike[0]!)
    const telling = alike.filter(({ way }) => shows(way, expected))
    return telling.length === 0 ? [] : [{ alike: telling, expected, train: trainFor(expected) }]
  })
  if (sorts.length === 0)
    return [
      {
        holds: false,
        evidence: 'the affected containers ignore pings, and connections do not show this fault',
      },
    ]
  const findings: Attestation[] = []
  for (const together of Map.groupBy(sorts, ({ train }) => JSON.stringify(train)).values()) {
    const all = together.flatMap(({ alike }) => alike)
    const pinged = await reach.probe(all, together[0]!.train)
    let next = 0
    for (const { alike, expected, train } of together) {
      const measured = summarise(expected, pinged.slice(next, next + alike.length))
      next += alike.length
      const wrong = findFault(expected, measured, train)
      const told = wrong ?? describe(expected, measured, train)
      findings.push({ holds: wrong === undefined, evidence: `${alike[0]!.path.name}: ${told}` })
    }
  }
  return findings
}

/** Connections are retried after a second and show no duplicates; arrivals show only whether anything passes. */
const connectedWithinMs = 900

function shows({ by }: Try['way'], { delayMs, jitterMs, duplicate, reorder, secondsPerBit }: Expectation) {
  if (by === 'arrival') return false
  if (by === 'ping') return true
  return duplicate + reorder + secondsPerBit === 0 && delayMs + 4 * jitterMs < connectedWithinMs
}
