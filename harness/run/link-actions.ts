import { LinkHolds, type Place, pairsToProbe } from '../../chaos/links.ts'
import type { Attestation, FaultActions } from '../../chaos/nemesis.ts'
import { type BlockedLink, linksOf } from '../../chaos/partition.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Plan } from '../../model/plan.ts'
import { shaperLeaseMs } from '../../model/shaper.ts'

/** Nodes looked at to attest a cut, and pairs of them pinged of each sort: a sample, whatever the size of the network. */
const sampledNodes = 24
const pairsOfEachSort = 8
const probeMs = 2000

/** Faults of links between nodes, made by the shaper and measured by pings from inside the nodes' namespaces. */
export function linkActions(network: RunningNetwork, plan: Plan): FaultActions {
  const holds = new LinkHolds()
  const places: Place[] = plan.nodes.map(({ name, address, index }) => ({
    name,
    address,
    container: network.nodeContainers[index]!,
  }))
  /** What was pinged when a fault began, to be pinged again when it has healed. */
  const crossed = new Map<string, BlockedLink[]>()
  let lapse: string | undefined
  let renewal: NodeJS.Timeout | undefined

  return {
    inject: async ({ id, fault, targets }) => {
      lapse = undefined
      holds.add(id, linksOf(fault, targets, places.length))
      await shape()
      renewal ??= setInterval(() => void renew(), shaperLeaseMs / 3)
    },
    heal: async ({ id }) => {
      holds.remove(id)
      if (holds.size === 0) {
        clearInterval(renewal)
        renewal = undefined
      }
      await shape()
    },
    attest: async (occurrence, meant) => {
      const attestation = await (meant === 'injected' ? attestCut(occurrence) : attestHealed(occurrence))
      return lapse === undefined ? attestation : { holds: false, evidence: lapse }
    },
  }

  async function shape(): Promise<void> {
    const reply = await network.shape({ kind: 'shape', leaseMs: shaperLeaseMs, ...holds.desired(places) })
    if (reply.kind !== 'shaped') throw new Error(`the shaper answered ${JSON.stringify(reply)}`)
    const [first] = reply.failed
    if (first)
      throw new Error(`${reply.failed.length} namespaces not shaped, such as ${first.name}: ${first.reason}`)
  }

  async function renew(): Promise<void> {
    try {
      const reply = await network.shape({ kind: 'renew', leaseMs: shaperLeaseMs })
      // The shaper heals by itself when nobody renews; then the fault was shorter than the plan says.
      if (holds.size > 0 && reply.kind === 'renewed' && reply.namespaces === 0) {
        lapse = 'the lease of the shaper ended while the fault was to hold'
      }
    } catch (error) {
      lapse = `the lease could not be renewed: ${(error as Error).message}`
    }
  }

  async function attestCut(occurrence: Occurrence): Promise<Attestation> {
    const running = await runningOf(sample(occurrence, places.length))
    const { across, inside } = pairsToProbe(running, holds.blocks(), pairsOfEachSort)
    crossed.set(occurrence.id, across)
    const reached = await probe([...across, ...inside])
    const leaks = across.filter((_, i) => reached[i])
    const losses = inside.filter((_, i) => !reached[across.length + i])
    if (across.length === 0) return { holds: false, evidence: 'no two running nodes with a cut between them' }
    if (leaks.length > 0) return { holds: false, evidence: `${describe(leaks[0]!)} still gets through` }
    if (losses.length > 0) {
      return { holds: false, evidence: `${describe(losses[0]!)} is cut too, which was not meant` }
    }
    return {
      holds: true,
      evidence: `${across.length} of ${across.length} pairs across the cut are silent, ${inside.length} of ${inside.length} inside answer`,
    }
  }

  async function attestHealed({ id }: Occurrence): Promise<Attestation> {
    const isBlocked = holds.blocks()
    const free = (crossed.get(id) ?? []).filter(
      link => !isBlocked(link) && !isBlocked({ from: link.to, to: link.from }),
    )
    const running = new Set(await runningOf([...new Set(free.flatMap(({ from, to }) => [from, to]))]))
    const pairs = free.filter(({ from, to }) => running.has(from) && running.has(to))
    const reached = await probe(pairs)
    const silent = pairs.filter((_, i) => !reached[i])
    if (silent.length > 0)
      return { holds: false, evidence: `${describe(silent[0]!)} still does not get through` }
    return { holds: true, evidence: `${pairs.length} of ${pairs.length} pairs across the former cut answer` }
  }

  async function probe(pairs: readonly BlockedLink[]): Promise<readonly boolean[]> {
    if (pairs.length === 0) return []
    const reply = await network.shape({
      kind: 'probe',
      timeoutMs: probeMs,
      pairs: pairs.map(({ from, to }) => ({
        container: places[from]!.container,
        address: places[to]!.address,
      })),
    })
    if (reply.kind !== 'probed') throw new Error(`the shaper answered ${JSON.stringify(reply)}`)
    return reply.answered
  }

  async function runningOf(nodes: readonly number[]): Promise<number[]> {
    const states = await Promise.all(nodes.map(node => network.stateOf(node)))
    return nodes.filter((_, i) => states[i] !== 'down')
  }
}

/** Nodes on all sides of a fault: evenly from a partition's order, else half targets and half others. */
function sample({ fault, targets }: Occurrence, nodes: number): number[] {
  if (fault.kind === 'partition') return evenly(targets, sampledNodes)
  const targeted = new Set(targets)
  const others = Array.from({ length: nodes }, (_, node) => node).filter(node => !targeted.has(node))
  return [...evenly(targets, sampledNodes / 2), ...evenly(others, sampledNodes / 2)]
}

function evenly(nodes: readonly number[], most: number): number[] {
  const step = Math.max(1, nodes.length / most)
  return nodes.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).slice(0, most)
}

function describe({ from, to }: BlockedLink): string {
  return `node-${from} to node-${to}`
}
