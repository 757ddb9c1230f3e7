import { effectsOf } from '../../chaos/link-effects.ts'
import { endsProcess, isOfLinks, type LinkFault, type Occurrence, silences } from '../../model/fault.ts'
import { isSecond, type Plan } from '../../model/plan.ts'

/** How soon a network is to have caught up after a fault: what the default load and the links of a plan are chosen for. */
export const recoverySeconds = 20

/** What the worst of a plan's faults leave to be done once they are over. */
export interface Aftermath {
  /** The longest time in which no node can decide anything, milliseconds. */
  readonly stallMs: number
  /** So many milliseconds of load are to be caught up with: those of a stall in full, those of one node of N that is away as 1/N. */
  readonly backlogMs: number
  /** Most nodes that start again within the time of one recovery. */
  readonly restarts: number
}

export const noAftermath: Aftermath = { stallMs: 0, backlogMs: 0, restarts: 0 }

interface Network {
  readonly nodes: number
  readonly alpha: number
  /** Nodes that live in the container of another one, whom faults name in their place. */
  readonly hosts: ReadonlyMap<number, number>
}

export function aftermathOf(faults: readonly Occurrence[], network: Network): Aftermath {
  const times = [...new Set(faults.flatMap(({ atMs, forMs }) => [atMs, atMs + forMs]))].sort((a, b) => a - b)
  const worst = { stallMs: 0, backlogMs: 0 }
  let stallMs = 0
  let backlogMs = 0
  times.forEach((ms, i) => {
    const lastsMs = (times[i + 1] ?? ms) - ms
    const inForce = faults.filter(({ atMs, forMs }) => atMs <= ms && ms < atMs + forMs)
    const share = shareAway(inForce, network)
    stallMs = share === 1 ? stallMs + lastsMs : 0
    backlogMs = share > 0 ? backlogMs + share * lastsMs : 0
    worst.stallMs = Math.max(worst.stallMs, stallMs)
    worst.backlogMs = Math.max(worst.backlogMs, backlogMs)
  })
  return { ...worst, restarts: mostRestarts(faults) }
}

/** Of a plan as a whole. */
export function planAftermath({
  nodes,
  consensus,
  faults,
}: Pick<Plan, 'nodes' | 'consensus' | 'faults'>): Aftermath {
  const roster = nodes.filter(node => !isSecond(node))
  const hosts = new Map(roster.flatMap(({ index, host }) => (host ? [[index, host.index] as const] : [])))
  return aftermathOf(faults, { nodes: roster.length, alpha: consensus.alpha, hosts })
}

/** Those in the roster of whom a fault of their containers is the end; a twin has a second one that goes on. */
function livingIn(containers: Iterable<number>, { nodes, hosts }: Network): number[] {
  const hit = new Set(containers)
  return everybody(nodes).filter(node => hit.has(hosts.get(node) ?? node))
}

function everybody(nodes: number): number[] {
  return Array.from({ length: nodes }, (_, node) => node)
}

/** The share of the nodes that cannot decide anything: fewer than alpha nodes, itself included, can hear it and be heard by it. */
function shareAway(inForce: readonly Occurrence[], network: Network): number {
  const { nodes, alpha } = network
  const silent = inForce.filter(({ fault }) => silences(fault)).flatMap(({ targets }) => targets)
  const down = new Set(livingIn(silent, network))
  const unheard = Array.from({ length: nodes }, () => new Set(down))
  for (const { from, to } of severedBy(inForce, nodes)) {
    const there = livingIn(to, network)
    for (const a of livingIn(from, network)) {
      for (const b of there) {
        if (a === b) continue
        // Whom one does not hear and who does not hear one are no use alike.
        unheard[a]!.add(b)
        unheard[b]!.add(a)
      }
    }
  }
  return unheard.filter(({ size }, node) => down.has(node) || nodes - size < alpha).length / nodes
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
