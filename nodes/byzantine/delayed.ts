import type { Act } from './act.ts'
import type { Behaviour } from './behaviour.ts'

/** Says what a correct node says, and so much later, milliseconds. Votes of others that it collects are passed on as they come. */
export function delayed({ by }: { by: number }): Behaviour {
  const later = (act: Act): Act => ({ kind: 'later', inMs: by, acts: () => [act] })
  return {
    act: (effect): readonly Act[] => {
      switch (effect.kind) {
        case 'vote':
          return [
            { kind: 'keep', of: effect },
            later({ kind: 'tell', vote: effect.vote, issuer: effect.vertex.issuer }),
          ]
        case 'push':
        case 'answer':
        case 'pull':
        case 'stretch':
        case 'want':
          return [later(effect)]
        default:
          return [effect]
      }
    },
  }
}
