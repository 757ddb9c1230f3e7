import type { Effect } from '../consensus/effect.ts'
import type { Act } from './act.ts'
import { halvesOf, peersOf, type Surroundings } from './behaviour.ts'

/**
 * Own vertices go to one half of the others first, and to the rest after a while: who hears of a side of a double-spend first votes for
 * it, and a split of the correct votes is what the group lives on. Its members see the lesser id as the side of the first half
 * (contests.ts); before the rival is known, the lower half of all ids is taken for the lesser.
 */
export function splitPush(
  surroundings: Surroundings,
  holdMs: number,
): (effect: Extract<Effect, { kind: 'push' }>) => Act[] {
  const halves = halvesOf(surroundings)
  return ({ vertex }) => {
    const later = halves[vertex.transactions[0]!.id < '8' ? 1 : 0]
    const first = peersOf(surroundings).filter(node => !later.includes(node))
    return [
      { kind: 'send', vertex, to: first },
      { kind: 'later', inMs: holdMs, acts: () => [{ kind: 'send', vertex, to: later }] },
    ]
  }
}
