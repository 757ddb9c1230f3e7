import { HarnessError } from '../../model/errors.ts'
import type { ConsensusParameters, Plan } from '../../model/plan.ts'
import type { Scenario } from '../../model/scenario.ts'
import {
  censusParameters,
  defaultSnow,
  type SnowParameters,
  sampledTolerance,
  verifySnow,
} from '../../nodes/consensus/parameters.ts'
import { systemOf } from '../systems/index.ts'

/** CPU of a query and its answer, both sides, milliseconds, as a vote's frame (tuning.ts). */
const queryMs = 0.3
/** Share of all cores that polls may take while anything is undecided. */
const pollShare = 0.25
const pollIntervalMsMin = 50

/** The rule's parameters, all resolved. @throws HarnessError naming the key, or the inequality that does not hold */
export function planConsensus({ consensus, nodes }: Scenario, cpus: number): ConsensusParameters {
  try {
    return consensus.rule === 'census' ? census(consensus, nodes) : sampled(consensus, nodes, cpus)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new HarnessError({
      code: 'consensus-impossible',
      message: `scenario.consensus: ${cause.message}`,
      next: 'correct it and try again; npm run plan shows what becomes of it without starting anything',
      cause,
    })
  }
}

function census({ tau, beta = 1, ...others }: Scenario['consensus'], n: number): ConsensusParameters {
  const foreign = (['k', 'alphaPreference', 'alphaConfidence'] as const).filter(
    key => others[key] !== undefined,
  )
  if (foreign.length > 0) throw new RangeError(`${foreign.join(', ')}: only with rule = "sampled"`)
  if (beta > 2) throw new RangeError(`beta: the census takes 1 (sticky votes) or 2 (lock votes), got ${beta}`)
  const { f, alpha } = censusParameters(n, tau)
  return beta === 2 ? { rule: 'census', f, alpha, beta } : { rule: 'census', f, alpha }
}

function sampled(asked: Scenario['consensus'], n: number, cpus: number): ConsensusParameters {
  const { k = defaultSnow.k, beta = defaultSnow.beta } = asked
  const { alphaPreference = defaultSnow.alphaPreference } = asked
  const { alphaConfidence = Math.max(alphaPreference, defaultSnow.alphaConfidence) } = asked
  const snow = verifySnow({ k, alphaPreference, alphaConfidence, beta }, n)
  const { f, alpha } = sampledTolerance(n, snow)
  return { rule: 'sampled', f, alpha, ...snow, pollIntervalMs: pollInterval(n, snow, cpus) }
}

/** Every node polls k others at once. */
function pollInterval(n: number, { k }: SnowParameters, cpus: number): number {
  const wanted = (n * k * queryMs) / (pollShare * cpus)
  return Math.max(pollIntervalMsMin, Math.ceil(wanted / 10) * 10)
}

/** Most faulty nodes with which the census of a scenario is live. */
export function toleratedFaults({ consensus, nodes }: Pick<Scenario, 'consensus' | 'nodes'>): number {
  return censusParameters(nodes, consensus.tau).f
}

/** One line for a person. */
export function describeConsensus(parameters: ConsensusParameters): string {
  const { f, alpha } = parameters
  const live = `live with up to ${f} faulty nodes`
  if (parameters.rule === 'census') {
    return `census, alpha ${alpha}${parameters.beta === 2 ? ', beta 2 (lock votes)' : ''}, ${live}`
  }
  const { k, alphaPreference, alphaConfidence, beta, pollIntervalMs } = parameters
  return `sampled ${k}/${alphaPreference}/${alphaConfidence}/${beta}, a poll every ${pollIntervalMs} ms, ${live}`
}

/** The same of a system of which only its name and what it tolerates are known. */
export function describeSystem({ scenario, consensus }: Pick<Plan, 'scenario' | 'consensus'>): string {
  return `image ${systemOf(scenario).name}, taken to be live with up to ${consensus.f} faulty nodes (consensus.tau)`
}
