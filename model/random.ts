/** A reproducible source of chance. Equal seed and name give equal draws on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of it. */
  next(): number
  /** Uniform in 0 … below - 1. */
  integer(below: number): number
  /** Exponentially distributed with this mean: the gaps of a Poisson process. */
  exponential(mean: number): number
  /** Uniform bytes. Not for secrets: whoever knows the seed knows them. */
  bytes(length: number): Uint8Array
  /** The items in a random order (Fisher-Yates); the argument stays as it is. */
  shuffled<T>(items: readonly T[]): T[]
}

/**
 * One named sub-stream of a run's seed, such as `stream(seed, 'workload/arrivals')`. Parts that draw from streams of
 * their own cannot disturb each other: one more draw in the workload leaves the faults as they were.
 */
export function stream(seed: string, name: string): RandomStream {
  const next = sfc32(hash128(`${seed}/${name}`))
  const integer = (below: number) => Math.floor(next() * below)
  return {
    next,
    integer,
    exponential: mean => -Math.log(1 - next()) * mean,
    bytes: length => Uint8Array.from({ length }, () => integer(256)),
    shuffled: items => {
      const order = [...items]
      for (let i = order.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const item = order[i]!
        order[i] = order[j]!
        order[j] = item
      }
      return order
    },
  }
}

type State = readonly [number, number, number, number]

/** sfc32 (Doty-Humphrey's Small Fast Chaotic generator): passes PractRand, four words of state, no multiplication. */
function sfc32([first, second, third, fourth]: State): () => number {
  let [a, b, c, counter] = [first, second, third, fourth]
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 4_294_967_296
  }
  // The first outputs of close states are close; a dozen rounds part them.
  for (let i = 0; i < 12; i++) next()
  return next
}

/** Spreads a text over 128 bits (cyrb128), so that seeds such as 1 and 2 share no pattern. */
function hash128(text: string): State {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i)
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067)
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233)
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213)
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179)
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067)
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233)
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213)
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179)
  const all = h1 ^ h2 ^ h3 ^ h4
  return [all, h2 ^ all, h3 ^ all, h4 ^ all]
}
