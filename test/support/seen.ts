import type { Seen } from '../../model/seen.ts'

/** What a node tells that saw nothing of its n peers, but for this. */
export function seenWith(n: number, more: Partial<Seen>): Seen {
  const nobody = new Array<number>(n).fill(0)
  return {
    ...{ since: 1, due: 0, accepted: 0, frames: nobody, votes: nobody, refused: nobody, stray: nobody },
    ...{
      heard: nobody,
      over125: nobody,
      over250: nobody,
      over500: nobody,
      over1000: nobody,
      over2000: nobody,
    },
    ...{ gossips: nobody, gossipAgeMs: nobody, asked: nobody, served: nobody },
    ...more,
  }
}
