import type { ContainerFeed } from '../chaos/faults/container-feed.ts'
import type { ProcessGroup } from '../chaos/faults/ports.ts'
import type { InstanceEvent } from '../model/event.ts'
import type { HostNetwork } from './network.ts'

/** The processes of a virtual network, as faults of processes see them. */
export function simulatedProcesses(
  network: HostNetwork,
  {
    names,
    feed,
    record,
  }: {
    readonly names: readonly string[]
    readonly feed: ContainerFeed
    readonly record: (event: InstanceEvent) => void
  },
): ProcessGroup {
  const { clock, places } = network
  const tell = (node: number, state: InstanceEvent['state'], exitCode?: number) => {
    const code = exitCode === undefined ? {} : { exitCode }
    const event = { type: 'container', at: clock.now(), node, state, ...code, asked: true } as const
    record(event)
    feed.tell(event)
  }
  return {
    places: names.map(name => ({ name, addresses: [], container: name })),
    stateOf: async node => {
      const { up, gate } = places[node]!
      if (!up) return 'down'
      return gate.isClosed ? 'paused' : 'running'
    },
    kill: async node => {
      network.kill(node)
      tell(node, 'died', 137)
    },
    stop: async node => {
      await network.stop(node)
      tell(node, 'died', 0)
    },
    revive: async node => {
      if (places[node]!.up) return
      tell(node, 'started')
      await network.restart(node)
    },
    pause: async node => {
      network.freeze(node)
      tell(node, 'paused')
    },
    unpause: async node => {
      if (!places[node]!.gate.isClosed) return
      network.thaw(node)
      tell(node, 'unpaused')
    },
  }
}
