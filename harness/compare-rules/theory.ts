import type { Outcome } from '../../model/verdict.ts'
import type { Measured } from './measure.ts'

/** How long a round is taken to be where the first share was not final, so that it has none to measure. */
const usualRoundMs = 100
/** Theory has all final in a phase when the mean is this part of it: chance and timeouts of silent peers take their own. */
const surelyFinal = 1 / 10
/** And nothing when the mean is so many phases. */
const surelyStalled = 10_000

/** Rounds that theory expects, null being never, and how long a round took with the first share of silent nodes. */
interface Expectation {
  readonly rounds: number | null
  readonly roundMs: number | null
  readonly phaseMs: number
}

/**
 * What theory expects of a phase: FINAL, STALLED, or OPEN where it has rounds enough that a phase may end before or after them.
 */
function expectedPhase({ rounds, roundMs, phaseMs }: Expectation): 'FINAL' | 'STALLED' | 'OPEN' {
  if (rounds === null) return 'STALLED'
  const meanMs = rounds * (roundMs ?? usualRoundMs)
  if (meanMs >= surelyStalled * phaseMs) return 'STALLED'
  return meanMs <= surelyFinal * phaseMs ? 'FINAL' : 'OPEN'
}

/** fail: something was final where theory says never, or nothing was where theory has it final. Slow is a matter of the machine. */
export function asTheory({ outcome }: Pick<Measured, 'outcome'>, expected: Expectation): Outcome {
  if (outcome === 'NOT MEASURED') return 'unknown'
  const phase = expectedPhase(expected)
  if (phase === 'STALLED') return outcome === 'STALLED' ? 'pass' : 'fail'
  return phase === 'FINAL' && outcome === 'STALLED' ? 'fail' : 'pass'
}
