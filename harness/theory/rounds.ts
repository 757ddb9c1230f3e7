/**
 * What theory expects of polls under refusing or silent nodes, in closed form: the hypergeometric tail gives the chance that one poll
 * succeeds, a Markov chain of beta + 1 states (successes in a row) the mean number of polls until beta of them do.
 */
export interface SampledPoll {
  /** Nodes a poll may ask: N, or N - 1 where a node never asks itself. */
  readonly population: number
  /** Those among them that never give a chit. */
  readonly refusing: number
  readonly k: number
  readonly alphaConfidence: number
}

/** Chance that at least alphaConfidence of the k asked nodes give their chit. */
export function successChance({ population, refusing, k, alphaConfidence }: SampledPoll): number {
  let sum = 0
  for (
    let chits = Math.max(alphaConfidence, k - refusing);
    chits <= Math.min(k, population - refusing);
    chits += 1
  ) {
    sum += Math.exp(
      logChoose(population - refusing, chits) + logChoose(refusing, k - chits) - logChoose(population, k),
    )
  }
  return Math.min(1, sum)
}

/**
 * Mean number of polls until beta in a row succeed: from state j a poll leads to j + 1 with chance p and to 0 otherwise, which solves to
 * (1 - p^beta) / ((1 - p) p^beta). Infinity when none can succeed.
 */
export function meanPolls(chance: number, beta: number): number {
  if (chance >= 1) return beta
  return (chance ** -beta - 1) / (1 - chance)
}

/** Rounds of the census: one for each vote that a transaction needs, or never, when more than f nodes are silent. */
export function censusRounds({ silent, f, beta }: { silent: number; f: number; beta: number }): number {
  return silent <= f ? beta : Number.POSITIVE_INFINITY
}

/** Natural logarithm of the binomial coefficient: of 150 over 80 it has 43 digits. */
function logChoose(n: number, k: number): number {
  let sum = 0
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i)
  return sum
}
