import { type Behaviour, peersOf, type Surroundings } from './behaviour.ts'

/**
 * Votes as a correct node does, but its tags are good for some of the others only: everybody else cannot count its votes in certificates.
 * The whole group favours the same nodes. It collects and serves as a correct node, and is silent when a tag would be for one of the others.
 */
export function selectiveTags(surroundings: Surroundings, { share }: { share: number }): Behaviour {
  const { group, draw } = surroundings
  const good = peersOf(surroundings).filter(peer => group.includes(peer) || draw(`tags/${peer}`) < share)
  return {
    act: effect => {
      switch (effect.kind) {
        case 'vote': {
          const { vote, vertex } = effect
          return [
            { kind: 'keep', of: effect },
            { kind: 'tag', vote, issuer: vertex.issuer, good },
          ]
        }
        case 'answer':
          return effect.receivers?.some(receiver => !good.includes(receiver)) ? [] : [effect]
        default:
          return [effect]
      }
    },
  }
}
