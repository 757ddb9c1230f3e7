import { effectsOf } from '../../chaos/schedule/link-effects.ts'
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
  /** Nodes that live in the container of another one, whom faults name in their place. */
  readonly hosts: ReadonlyMap<number, number>
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

/** Those in the roster of whom a fault of their containers is the end; a twin has a second one that goes on. */
function livingIn(containers: readonly number[], { nodes, hosts }: Network): readonly number[] {
  if (hosts.size === 0) return containers
  const hit = new Set(containers)
  return everybody(nodes).filter(node => hit.has(hosts.get(node) ?? node))
}

function everybody(nodes: number): number[] {
  return Array.from({ length: nodes }, (_, node) => node)
}

/** The share of the nodes that cannot decide anything: fewer than alpha nodes, itself included, can hear it and be heard by it. */
function shareAway(inForce: readonly Occurrence[], network: Network): number {
  if (inForce.length === 0) return 0
  const { nodes, alpha } = network
  const targets = inForce.filter(({ fault }) => silences(fault)).flatMap(occurrence => occurrence.targets)
  const silent = new Set(livingIn(targets, network))
  const severed = severedBy(inForce, nodes).map(({ from, to }) => ({
    from: livingIn(from, network),
    to: livingIn(to, network),
  }))
  const deaf = deafNodes(severed, { nodes, silent, least: alpha })
  return (silent.size + deaf) / nodes
}

/** Links that carry nothing. */
function severedBy(faults: readonly Occurrence[], nodes: number) {
  const ofLinks = faults.filter(({ fault }) => isOfLinks(fault)) as (Occurrence & { fault: LinkFault })[]
  const effects = ofLinks.flatMap(occurrence => effectsOf(occurrence, { nodes: everybody(nodes) }))
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
