import type { FaultActions } from '../chaos/fault-actions.ts'
import { combined } from '../chaos/faults/actions.ts'
import { behaviourFaults } from '../chaos/faults/behaviours.ts'
import { clockFaults } from '../chaos/faults/clocks.ts'
import { ContainerFeed } from '../chaos/faults/container-feed.ts'
import { processFaults } from '../chaos/faults/processes.ts'
import type { Behaviours, Clocks } from '../model/backend.ts'
import { HarnessError } from '../model/errors.ts'
import type { InstanceEvent } from '../model/event.ts'
import { isOfLimits } from '../model/fault.ts'
import { isSecond, type Plan, voters } from '../model/plan.ts'
import type { Assigned } from '../nodes/host/conduct.ts'
import type { WorkloadConfig } from '../workload/run.ts'
import { simulatedLinkFaults } from './link-faults.ts'
import { SimulatedLinks } from './links.ts'
import type { HostNetwork } from './network.ts'
import { simulatedProcesses } from './processes.ts'

/** What of a plan virtual time cannot show, for people; undefined when it can show everything. */
function unsimulated({ nodes, faults }: Pick<Plan, 'nodes' | 'faults'>): string | undefined {
  const fault = faults.find(each => isOfLimits(each.fault) || each.fault.kind === 'disk-full')
  if (fault) return `faults of kind ${fault.fault.kind}`
  if (nodes.some(isSecond)) return 'twins'
  if (nodes.some(({ host }) => host)) return 'several identities in one container'
  return nodes.some(({ build }) => build) ? 'images' : undefined
}

/** @throws HarnessError `not-simulated` when virtual time cannot show all of a plan: nothing is left out silently */
export function requireSimulated(plan: Pick<Plan, 'nodes' | 'faults'>): void {
  const what = unsimulated(plan)
  if (what === undefined) return
  throw new HarnessError({
    code: 'not-simulated',
    message: `virtual time cannot show ${what}`,
    next: 'leave that out of the scenario, or run it in containers',
  })
}

/** The faults of a virtual network: those of containers, done to virtual processes, links, clocks and behaviours. */
export function simulatedFaults(
  network: HostNetwork,
  options: {
    readonly plan: Plan
    readonly witnesses: WorkloadConfig['witnesses']
    readonly record: (event: InstanceEvent) => void
  },
): FaultActions {
  const { plan, witnesses, record } = options
  const names = plan.nodes.map(({ name }) => name)
  const feed = new ContainerFeed()
  const containers = simulatedProcesses(network, { names, feed, record })
  const common = { containers, feed, time: network.clock }
  const behaviours = {
    ...behavioursOf(network),
    planned: plan.nodes.map(({ behaviour }) => behaviour),
    peers: {
      nodes: voters(plan.nodes).length,
      byzantine: plan.byzantine ?? [],
      witnessesOf: () => witnesses?.nodes ?? [],
      votesUnderWayMs: witnesses?.ageMs ?? 0,
    },
  }
  const regions = plan.nodes.flatMap(({ region }) => region ?? [])
  return combined(
    {
      links: simulatedLinkFaults(network, new SimulatedLinks(network, plan.seed), regions),
      processes: processFaults(common),
      others: {
        skew: clockFaults({ ...common, clocks: clocksOf(network) }),
        behaviour: behaviourFaults({ ...common, behaviours }),
      },
    },
    common,
  )
}

function clocksOf({ places }: HostNetwork): Clocks {
  return {
    set: async (node, aheadMs) => {
      places[node]!.clock.aheadMs = aheadMs
    },
    read: async node => places[node]!.clock.aheadMs,
  }
}

function behavioursOf({ places }: HostNetwork): Behaviours {
  return {
    set: async (node, behaviour) => places[node]!.node.behave(behaviour as Assigned | undefined),
    read: async node => places[node]!.node.behaviour?.name ?? 'correct',
    witness: async (index, ageMs) => {
      const { node } = places[index]!
      const [evidence, seen] = [node.evidence(), node.seen(ageMs)]
      if (!evidence || !seen) throw new Error('it does not count what it sees')
      return { node: index, ...evidence, seen }
    },
  }
}
