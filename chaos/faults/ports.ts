import type { Clocks, ContainerGroup } from '../../model/backend.ts'

/** What faults are done with. */
export interface FaultPorts {
  readonly containers: ContainerGroup
  /** The region of each container, where there are regions. */
  readonly regions?: readonly string[] | undefined
  /** Only nodes of our own network have clocks that can be set. */
  readonly clocks?: Clocks | undefined
}
