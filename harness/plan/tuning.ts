import { type Aftermath, fullMeshNodesMax, type NodeTuning, type Succession } from '../../model/plan.ts'
import { stream } from '../../model/random.ts'
import { noAftermath } from './aftermath.ts'
import { fitted } from './cost-constants.ts'

/** A heartbeat finds stragglers; slower than this and catching up takes longer than people wait. */
const heartbeatMs = { min: 3000, max: 15_000, perNode: 40 } as const

/** What comes late in a turn of so many issue intervals still meets others for its vertex. */
const intervalsPerTurn = 4
/** Both sides of a double-spend, sent at once, go to different issuers when turns are this short: who spends twice would see to it. */
const contestedTurnMs = 1

/**
 * Knobs of the nodes.
 * @param issueIntervalMs see budget.ts
 * @param isContested whether there are double-spends in the load
 */
export function tune(
  nodes: number,
  { issueIntervalMs, isContested }: { readonly issueIntervalMs: number; readonly isContested: boolean },
): NodeTuning {
  const heartbeatIntervalMs = Math.min(
    heartbeatMs.max,
    Math.max(heartbeatMs.min, nodes * heartbeatMs.perNode),
  )
  const turnMs = isContested ? contestedTurnMs : intervalsPerTurn * issueIntervalMs
  return { issueIntervalMs, turnMs, heartbeatIntervalMs }
}

/** Collectors where not everybody is one: some are there whatever a few of them do, and their links are set up in seconds. */
const collectorsAboveFullMesh = 8

/** Who collects votes and issues vertices, and who follows them. */
export function planSuccession({
  nodes,
  seed,
  isFullMesh,
}: {
  readonly nodes: number
  readonly seed: string
  readonly isFullMesh: boolean
}): Succession {
  const roster = Array.from({ length: nodes }, (_, node) => node)
  return {
    order: stream(seed, 'succession').shuffled(roster),
    collectors: isFullMesh ? nodes : Math.min(nodes, collectorsAboveFullMesh),
  }
}

/** CPU of setting a connection up, both sides, milliseconds. */
const linkMs = fitted.link.value / 1000
/**
 * So much of the time to ready a full mesh may cost, and so much of the time after faults, when there is most to catch up with: halves
 * of 100 nodes with a full mesh had 2 cores busy for 40 s with it. 100 nodes on 2 cores were ready after 68 s with one, and each vertex cost
 * them half as much again as 150 nodes with collectors, because it is always somebody else's turn to issue. Milliseconds.
 */
const meshMs = { atStart: 10_000, afterFaults: 2000 } as const

/** Whether all pairs are connected, so that everybody can be a collector from the start. */
export function hasFullMesh(nodes: number, cpus: number, aftermath = noAftermath): boolean {
  const peers = nodes - 1
  const takesMs = (links: number) => (links * linkMs) / cpus
  return (
    nodes <= fullMeshNodesMax &&
    takesMs((nodes * peers) / 2) <= meshMs.atStart &&
    takesMs(linksAnew(nodes, peers, aftermath)) <= meshMs.afterFaults
  )
}

/** Links that have to be set up again after faults: those of nodes that start again, and half of all after a stall, as halves take. */
export function linksAnew(nodes: number, peers: number, { stallMs, restarts }: Aftermath): number {
  return Math.min((nodes * peers) / 2, restarts * peers + (stallMs > 0 ? (nodes * peers) / 4 : 0))
}

/** Links that a node has on average without a full mesh. */
export function neighbourCount(nodes: number): number {
  return Math.min(nodes - 1, 2 * collectorsAboveFullMesh)
}
