import type { Attestation, FaultActions } from '../chaos/fault-actions.ts'
import { choosePairs, isFree } from '../chaos/faults/pairs.ts'
import { LinkHolds } from '../chaos/link-holds.ts'
import { effectsOf } from '../chaos/schedule/link-effects.ts'
import type { LinkFault, Occurrence } from '../model/fault.ts'
import type { SimulatedLinks } from './links.ts'
import type { HostNetwork } from './network.ts'

type LinkOccurrence = Occurrence & { readonly fault: LinkFault }

/** Faults of virtual links: the effects of the real ones, held by the network itself in place of a shaper. */
export function simulatedLinkFaults(
  network: HostNetwork,
  links: SimulatedLinks,
  regions: readonly string[],
): FaultActions {
  const nodes = network.places.map((_, node) => node)
  const effects = (occurrence: Occurrence) => effectsOf(occurrence as LinkOccurrence, { nodes, regions })

  return {
    inject: async occurrence => {
      links.holds.add(occurrence.id, effects(occurrence))
      links.apply()
    },
    heal: async ({ id }) => {
      links.holds.remove(id)
      links.apply()
    },
    attest: async occurrence => attest(occurrence),
  }

  /** Of each sort of link that the fault is about, some are tried. */
  function attest(occurrence: Occurrence): Attestation {
    const own = new LinkHolds()
    own.add(occurrence.id, effects(occurrence))
    const stateOf = (link: { from: number; to: number }) => links.holds.stateOf(link)
    const pairs = choosePairs(nodes, stateOf, link => !isFree(own.stateOf(link)))
    const wrong = pairs.filter(
      ({ link: { from, to }, there }) => network.carries(from, to) === there.isBlocked,
    )
    const cut = pairs.filter(({ there }) => there.isBlocked).length
    const evidence = `${pairs.length} links tried, of which ${cut} are to carry nothing; ${wrong.length} are not as meant`
    return { holds: pairs.length > 0 && wrong.length === 0, evidence }
  }
}
