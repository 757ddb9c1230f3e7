import type { Act } from './act.ts'
import type { Behaviour } from './behaviour.ts'

/** Does all a correct node does, and something more with a vote now and then. @param ms least time between two of them */
export function every(
  ms: number,
  more: (vote: Extract<Act, { kind: 'vote' }>, turn: number, nowMs: number) => readonly Act[],
): Behaviour {
  let turn = 0
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    act: (effect, nowMs) => {
      if (effect.kind !== 'vote' || nowMs - lastMs < ms) return [effect]
      const acts = more(effect, turn, nowMs)
      if (acts.length > 0) {
        turn += 1
        lastMs = nowMs
      }
      return [effect, ...acts]
    },
  }
}
