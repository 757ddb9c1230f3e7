import { effectsOf } from '../../chaos/link-effects.ts'
import { isOfLinks, type LinkFault, type Occurrence, silences } from '../../model/fault.ts'
import type { Plan } from '../../model/plan.ts'

/**
 * The longest time in which no node can decide anything, milliseconds: fewer than alpha nodes, itself included, can hear it and
 * be heard by it. What is offered meanwhile piles up and has to be worked off afterwards.
 */
export function longestStallMs(
  faults: readonly Occurrence[],
  network: { readonly nodes: number; readonly alpha: number },
): number {
  const times = [...new Set(faults.flatMap(({ atMs, forMs }) => [atMs, atMs + forMs]))].sort((a, b) => a - b)
  let longest = 0
  let beganMs: number | undefined
  for (const ms of times) {
    const inForce = faults.filter(({ atMs, forMs }) => atMs <= ms && ms < atMs + forMs)
    if (isStalled(inForce, network)) beganMs ??= ms
    else if (beganMs !== undefined) {
      longest = Math.max(longest, ms - beganMs)
      beganMs = undefined
    }
  }
  return longest
}

/** Of a plan as a whole. */
export function stallOf({ nodes, consensus, faults }: Pick<Plan, 'nodes' | 'consensus' | 'faults'>): number {
  return longestStallMs(faults, { nodes: nodes.length, alpha: consensus.alpha })
}

function isStalled(faults: readonly Occurrence[], network: { nodes: number; alpha: number }): boolean {
  const { nodes, alpha } = network
  const down = new Set(faults.filter(({ fault }) => silences(fault)).flatMap(({ targets }) => targets))
  const unheard = Array.from({ length: nodes }, () => new Set(down))
  for (const { from, to } of severedBy(faults, nodes)) {
    for (const a of from) {
      for (const b of to) {
        if (a === b) continue
        // Whom one does not hear and who does not hear one are no use alike.
        unheard[a]!.add(b)
        unheard[b]!.add(a)
      }
    }
  }
  return unheard.every(({ size }, node) => down.has(node) || nodes - size < alpha)
}

/** Links that carry nothing. */
function severedBy(faults: readonly Occurrence[], nodes: number) {
  const ofLinks = faults.filter(({ fault }) => isOfLinks(fault)) as (Occurrence & { fault: LinkFault })[]
  const effects = ofLinks.flatMap(occurrence => effectsOf(occurrence, { nodes }))
  return effects.filter(({ isBlocked }) => isBlocked).map(({ links }) => links)
}
