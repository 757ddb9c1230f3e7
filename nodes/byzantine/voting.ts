import type { Effect } from '../consensus/effect.ts'
import type { NodeIndex, Vertex, Vote } from '../consensus/types.ts'
import type { Act } from './act.ts'
import { type Behaviour, peersOf, type Surroundings } from './behaviour.ts'
import { Window } from './window.ts'

/** Vertices whose votes may still be asked for. */
const remembered = 4_096

/** Positions this node says it votes against when it talks to `to`. */
type Opinion = (vertex: Vertex, to: NodeIndex) => readonly number[]

export interface Voting {
  /** Told of every vertex before it is voted on. */
  readonly see?: (vertex: Vertex) => void
  readonly opinion: Opinion
  /** All hear the same, so that one answer does for everybody. */
  readonly isUniform?: boolean
  /** Who hears of a vote when; everybody at once when it is left out. */
  readonly waves?: readonly { readonly inMs: number; readonly to: readonly NodeIndex[] }[]
  /** What becomes of own vertices; everybody gets them at once when it is left out. */
  readonly push?: (effect: Extract<Effect, { kind: 'push' }>) => Act[]
}

/** A vertex of its own would have its vote, whatever it says later: nodes that refuse others' transactions issue none. */
export const refusing: Pick<Behaviour, 'issues'> = { issues: () => false }

/** A node that differs in its votes alone: in those it casts and in those it repeats to whoever asks. */
export function voting(
  surroundings: Surroundings,
  { see, opinion, isUniform, waves, push }: Voting,
): Behaviour {
  const vertices = new Window<Vertex>(remembered)
  const peers = peersOf(surroundings)

  const voteFor = (vertex: Vertex, to: NodeIndex): Vote => ({
    vertex: vertex.id,
    exceptions: opinion(vertex, to),
  })

  const tell = (vertex: Vertex, to: readonly NodeIndex[]): Act[] => {
    const groups = Map.groupBy(to, peer => opinion(vertex, peer).join())
    return [...groups.values()].map(members => ({
      kind: 'tell',
      vote: voteFor(vertex, members[0]!),
      issuer: vertex.issuer,
      to: members,
    }))
  }

  const cast = (effect: Extract<Effect, { kind: 'vote' }>): Act[] => {
    const { vertex } = effect
    vertices.set(vertex.id, vertex)
    see?.(vertex)
    if (isUniform)
      return [
        { kind: 'keep', of: effect },
        { kind: 'tell', vote: voteFor(vertex, vertex.issuer), issuer: vertex.issuer },
      ]
    if (!waves) return [{ kind: 'keep', of: effect }, ...tell(vertex, peers)]
    const later = waves.map(({ inMs, to }): Act => ({ kind: 'later', inMs, acts: () => tell(vertex, to) }))
    return [{ kind: 'keep', of: effect }, ...later]
  }

  const repeat = (vote: Vote, to: NodeIndex): Vote => {
    const vertex = vertices.get(vote.vertex)
    return vertex ? voteFor(vertex, to) : vote
  }

  return {
    act: effect => {
      switch (effect.kind) {
        case 'vote':
          return cast(effect)
        case 'push':
          return push ? push(effect) : [effect]
        case 'revote':
          // Of lock votes: what was said stays said.
          return []
        case 'answer':
        case 'chits':
          return [{ ...effect, votes: effect.votes.map(vote => repeat(vote, effect.to)) }]
        default:
          return [effect]
      }
    },
  }
}

/** Every position of a vertex. */
export function allOf(vertex: Vertex): number[] {
  return vertex.transactions.map((_, position) => position)
}

/** The positions that hold for a condition. */
export function positionsOf(
  vertex: Vertex,
  condition: (transaction: Vertex['transactions'][number]) => boolean,
): number[] {
  return vertex.transactions.flatMap((transaction, position) => (condition(transaction) ? [position] : []))
}
