import type { ConsensusParameters } from '../../model/plan.ts'
import { censusRounds, meanPolls, successChance } from '../theory/rounds.ts'

/**
 * Mean rounds to finality that theory expects of a rule when so many nodes are silent: polls of the sampled rules, votes of the census.
 * Infinity where it can never be.
 */
export function expectedRounds(parameters: ConsensusParameters, nodes: number, silent: number): number {
  if (parameters.rule === 'census') {
    return censusRounds({ silent, f: parameters.f, beta: parameters.beta ?? 1 })
  }
  const { k, alphaConfidence, beta } = parameters
  // A node is among those it may ask, and never silent to itself.
  return meanPolls(successChance({ population: nodes, refusing: silent, k, alphaConfidence }), beta)
}
