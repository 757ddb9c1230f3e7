import { effectsOf } from '../../chaos/link-effects.ts'
import { endsProcess, isOfLinks, type LinkFault, type Occurrence, silences } from '../../model/fault.ts'
import type { Aftermath } from '../../model/plan.ts'
import { deafNodes } from './hearing.ts'
import { periodsOf } from './periods.ts'

/** How soon a network is to have caught up after a fault: what the default load and the links of a plan are chosen for. */
export const recoverySeconds = 20

export const noAftermath: Aftermath = { stallMs: 0, backlogMs: 0, restarts: 0 }

interface Network {
  readonly nodes: number
  readonly alpha: number
}

/** @param faults in the order of time */
export function aftermathOf(faults: readonly Occurrence[], network: Network): Aftermath {
  const worst = { stallMs: 0, backlogMs: 0 }
  let stallMs = 0
  let backlogMs = 0
  for (const { fromMs, toMs, inForce } of periodsOf(faults)) {
    const lastsMs = toMs - fromMs
    const share = shareAway(inForce, network)
    stallMs = share === 1 ? stallMs + lastsMs : 0
    backlogMs = share > 0 ? backlogMs + share * lastsMs : 0
    worst.stallMs = Math.max(worst.stallMs, stallMs)
    worst.backlogMs = Math.max(worst.backlogMs, backlogMs)
  }
  return { ...worst, restarts: mostRestarts(faults) }
}

/** The share of the nodes that cannot decide anything: fewer than alpha nodes, itself included, can hear it and be heard by it. */
function shareAway(inForce: readonly Occurrence[], { nodes, alpha }: Network): number {
  if (inForce.length === 0) return 0
  const silent = new Set(inForce.filter(({ fault }) => silences(fault)).flatMap(({ targets }) => targets))
  const deaf = deafNodes(severedBy(inForce, nodes), { nodes, silent, least: alpha })
  return (silent.size + deaf) / nodes
}

/** Links that carry nothing. */
function severedBy(faults: readonly Occurrence[], nodes: number) {
  const ofLinks = faults.filter(({ fault }) => isOfLinks(fault)) as (Occurrence & { fault: LinkFault })[]
  const effects = ofLinks.flatMap(occurrence => effectsOf(occurrence, { nodes }))
  return effects.filter(({ isBlocked }) => isBlocked).map(({ links }) => links)
}

function mostRestarts(faults: readonly Occurrence[]): number {
  const starts = faults
    .filter(({ fault }) => endsProcess(fault))
    .map(({ atMs, forMs, targets }) => ({ ms: atMs + forMs, nodes: targets.length }))
  const within = (fromMs: number) =>
    starts
      .filter(({ ms }) => ms >= fromMs && ms < fromMs + recoverySeconds * 1000)
      .reduce((sum, { nodes }) => sum + nodes, 0)
  return Math.max(0, ...starts.map(({ ms }) => within(ms)))
}
