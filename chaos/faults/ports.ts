import type { Behaviours, Clocks, InstanceGroup } from '../../model/backend.ts'
import type { Behaviour } from '../../model/behaviour.ts'
import type { Time } from '../../model/ports/time.ts'
import type { ContainerFeed } from './container-feed.ts'

/** Who tells what the nodes that a fault makes Byzantine were seen to do. */
interface Peers {
  /** All that are Byzantine at some time: their word counts for nothing. */
  /** Nodes of the roster: indexes beyond are no voters. */
  readonly nodes: number
  readonly byzantine: readonly number[]
  /** Some correct nodes that these are connected with. */
  witnessesOf(liars: readonly number[]): readonly number[]
  /** Votes on vertices younger than this may be on their way. */
  readonly votesUnderWayMs: number
}

/** What faults of processes are done to. */
export type ProcessGroup = Pick<
  InstanceGroup,
  'places' | 'stateOf' | 'kill' | 'stop' | 'revive' | 'pause' | 'unpause'
>

/** What faults that nodes make of themselves are done to. */
export type NodeGroup = Pick<InstanceGroup, 'places' | 'stateOf'>

/** What faults are done with. */
export interface FaultPorts {
  readonly containers: InstanceGroup
  /** On the clock that the events of the containers have their times of. */
  readonly time: Time
  /** What cannot be healed at once is tried again until this aborts; left out, it is not. */
  readonly patience?: AbortSignal | undefined
  /** Events of the containers; without it an interruption is noticed only just before the heal. */
  readonly feed?: ContainerFeed | undefined
  /**
   * What an isolated container is cut from: the other containers of the group, so that driver and Prometheus go on to reach it, or every address
   * that there is.
   */
  readonly isolation?: 'group' | 'everything'
  /** The region of each container, where there are regions. */
  readonly regions?: readonly string[] | undefined
  /** Only nodes of our own network have clocks that can be set. */
  readonly clocks?: Clocks | undefined
  /** Only those have behaviours that can be switched; `planned` is what each node has from its start. */
  readonly behaviours?:
    | (Behaviours & { readonly planned: readonly (Behaviour | undefined)[]; readonly peers: Peers })
    | undefined
}
