import type { Act } from '../byzantine/act.ts'
import type { Behaviour, Surroundings } from '../byzantine/behaviour.ts'
import { behave } from '../byzantine/index.ts'
import type { Effect } from '../consensus/effect.ts'
import type { Gossip, Input } from '../consensus/input.ts'
import type { Vote } from '../consensus/types.ts'
import type { Described, Trigger } from '../contract/behaviours.ts'
import type { Clock, NodeIndex } from './ports.ts'

/** A behaviour as data, as one node of a group has it. */
export type Assigned = Described & {
  readonly trigger: Trigger
  /** What the chance of the whole group derives from. */
  readonly seed: string
  /** Nodes that act together; nobody but this node when it is empty. */
  readonly group: readonly NodeIndex[]
}

interface ConductPorts {
  readonly clock: Clock
  readonly draw?: (seed: string, name: string) => number
}

/** How a node conducts itself: as its core asks, or as a behaviour has it. A correct node pays one comparison for it. */
export class Conduct {
  readonly #place: { readonly self: NodeIndex; readonly n: number }
  readonly #ports: ConductPorts
  #assigned: Assigned | undefined
  #behaviour: Behaviour | undefined

  constructor(place: { self: NodeIndex; n: number }, ports: ConductPorts) {
    this.#place = place
    this.#ports = ports
  }

  get assigned(): Assigned | undefined {
    return this.#assigned
  }

  behave(assigned: Assigned | undefined): void {
    this.#assigned = assigned
    this.#behaviour = assigned && behave(assigned, this.#surroundings(assigned), this.#ports.clock.nowMs())
  }

  /** What is done of all that the core asks for after an input. */
  acts(input: Input, effects: readonly Effect[]): readonly Act[] {
    const behaviour = this.#behaviour
    if (!behaviour) return effects
    behaviour.hear?.(input)
    const { act } = behaviour
    return act ? effects.flatMap(effect => act(effect, input.nowMs)) : effects
  }

  /** Votes that a peer is told again; undefined when it is not told anything. */
  repeat(to: NodeIndex, votes: readonly Vote[], nowMs: number): readonly Vote[] | undefined {
    const act = this.#behaviour?.act
    if (!act) return votes
    const [said] = act({ kind: 'answer', to, votes }, nowMs)
    return said?.kind === 'answer' ? said.votes : undefined
  }

  gossip(gossip: Gossip, nowMs: number): Gossip | undefined {
    return this.#behaviour?.gossip ? this.#behaviour.gossip(gossip, nowMs) : gossip
  }

  get serves(): boolean {
    return this.#behaviour?.serves?.(this.#ports.clock.nowMs()) ?? true
  }

  get certifies(): boolean {
    return this.#behaviour?.certifies?.(this.#ports.clock.nowMs()) ?? true
  }

  get issues(): boolean {
    return this.#behaviour?.issues?.(this.#ports.clock.nowMs()) ?? true
  }

  get forgets(): boolean {
    return this.#behaviour?.forgets ?? false
  }

  #surroundings({ seed, group }: Assigned): Surroundings {
    const { draw } = this.#ports
    if (!draw) throw new Error('a Byzantine node needs a source of chance')
    return {
      ...this.#place,
      group: group.length > 0 ? group : [this.#place.self],
      draw: name => draw(seed, name),
    }
  }
}
