import type { Behaviours, Clocks, ContainerGroup } from '../../model/backend.ts'
import type { Behaviour } from '../../model/behaviour.ts'

/** What faults are done with. */
export interface FaultPorts {
  readonly containers: ContainerGroup
  /** The region of each container, where there are regions. */
  readonly regions?: readonly string[] | undefined
  /** Only nodes of our own network have clocks that can be set. */
  readonly clocks?: Clocks | undefined
  /** Only those have behaviours that can be switched; `planned` is what each node has from its start. */
  readonly behaviours?: (Behaviours & { readonly planned: readonly (Behaviour | undefined)[] }) | undefined
}
