import type { Behaviour, Surroundings } from './behaviour.ts'
import { every } from './every.ts'

/** Wire type 7, which protobuf does not have: no decoder can take these bytes for a frame. */
const impossibleByte = 7
const length = 64

/** Sends bytes that are no frame, at most once in so many milliseconds. */
export function garbage({ self, draw }: Surroundings, { every: ms }: { every: number }): Behaviour {
  return every(ms, (_vote, turn) => {
    const bytes = Uint8Array.from({ length }, (_, i) =>
      Math.floor(draw(`garbage/${self}/${turn}/${i}`) * 256),
    )
    bytes[0] = impossibleByte
    return [{ kind: 'garbage', bytes }]
  })
}
