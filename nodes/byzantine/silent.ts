import type { Act } from './act.ts'
import type { Behaviour } from './behaviour.ts'

/** Hears everything and says nothing. */
export function silent(): Behaviour {
  return {
    serves: () => false,
    certifies: () => false,
    issues: () => false,
    gossip: () => undefined,
    act: (effect): readonly Act[] => {
      switch (effect.kind) {
        case 'vote':
          return [{ kind: 'keep', of: effect }]
        case 'admission':
        case 'issue':
        case 'decide':
          return [effect]
        default:
          return []
      }
    },
  }
}
