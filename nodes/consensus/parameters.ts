/** The census rule: everybody is asked once, a transaction is accepted on alpha distinct votes, the own included. */
export interface CensusParameters {
  /** Roster size N; also k, since everybody is polled. */
  readonly n: number
  /** Most faulty nodes, Byzantine and crashed together, with which the network stays live. */
  readonly f: number
  /** alphaPreference and alphaConfidence alike. */
  readonly alpha: number
}

/** Far below what one node of any roster is in shares, far above the error of a product of doubles. */
const epsilon = 1e-9

/** @param tau share of the nodes that may be faulty; the network is safe while fewer than (1 - 2 tau) N are Byzantine */
export function censusParameters(n: number, tau = 0.32): CensusParameters {
  // 0.29 * 100 is 28.999999999999996: the share of a hundred that a person means by 0.29 is 29.
  const f = Math.floor(tau * n + epsilon)
  return verifyCensus({ n, f, alpha: n - f })
}

/**
 * @throws RangeError naming the inequality that does not hold, with its numbers
 */
export function verifyCensus(parameters: CensusParameters): CensusParameters {
  const { n, f, alpha } = parameters
  const fail = (inequality: string) => {
    throw new RangeError(`census parameters break ${inequality}: n = ${n}, f = ${f}, alpha = ${alpha}`)
  }
  if (!Number.isInteger(n) || n < 1) fail('n >= 1')
  if (!Number.isInteger(f) || f < 0) fail('f >= 0')
  if (alpha !== n - f) fail('alpha = n - f')
  // Two quorums share 2 * alpha - n voters: safe while fewer than that are Byzantine, so it must not be zero.
  if (2 * alpha <= n) fail('n < 2 * alpha')
  return parameters
}

/** The sampled rules of the Snow family, named as in the papers. */
export interface SnowParameters {
  /** How many nodes a poll asks. */
  readonly k: number
  /** Chits for one colour that make it the preference. */
  readonly alphaPreference: number
  /** Chits for one colour that raise the confidence in it. */
  readonly alphaConfidence: number
  /** Consecutive successful polls that finalise. */
  readonly beta: number
}

/** avalanchego's own. */
export const defaultSnow: SnowParameters = { k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 }

/**
 * What the sampled rule bears: with f silent nodes a poll still gets alphaConfidence chits on average, and so in half of all cases.
 * More silent nodes only make it slower, until k - alphaConfidence of any sample are (see harness/theory).
 */
export function sampledTolerance(n: number, { k, alphaConfidence }: SnowParameters): CensusParameters {
  const f = Math.floor(n * (1 - alphaConfidence / k) + epsilon)
  return verifyCensus({ n, f, alpha: n - f })
}

/**
 * @param n roster size: a poll asks k different nodes of it
 * @throws RangeError naming the inequality that does not hold, with its numbers
 */
export function verifySnow(parameters: SnowParameters, n = Number.POSITIVE_INFINITY): SnowParameters {
  const { k, alphaPreference, alphaConfidence, beta } = parameters
  const fail = (inequality: string) => {
    const values = `k = ${k}, alphaPreference = ${alphaPreference}, alphaConfidence = ${alphaConfidence}, beta = ${beta}`
    const roster = Number.isFinite(n) ? `, n = ${n}` : ''
    throw new RangeError(`snow parameters break ${inequality}: ${values}${roster}`)
  }
  if (alphaPreference <= k / 2) fail('k / 2 < alphaPreference')
  if (alphaConfidence < alphaPreference) fail('alphaPreference <= alphaConfidence')
  if (k < alphaConfidence) fail('alphaConfidence <= k')
  if (n < k) fail('k <= n')
  if (beta < 1) fail('beta >= 1')
  return parameters
}
