import type { Machine } from '../../model/machine.ts'
import type { ConsensusParameters } from '../../model/plan.ts'
import type { Objective } from '../../model/scenario.ts'
import { finality, type Load, rateThatFits } from './cost-model.ts'

/** What finality at the issuer is made of, as far as a plan knows it. */
export interface FinalityInputs {
  readonly machine: Machine
  readonly load: Load
  readonly consensus: ConsensusParameters
}

/** Levels over the predicted p95. A load that queues up without end is soon past four times of what its protocol needs. */
const times = { target: 1, acceptable: 2, critical: 4 } as const
/** Below these, other programs of the machine would be judged: no level is less, milliseconds. */
const leastMs = { target: 500, acceptable: 1000, critical: 2000 } as const

/** The default objective for p95 of finality at the issuer outside of faults, milliseconds, and how it comes about. */
export function finalityObjective(inputs: FinalityInputs): Objective & { readonly sum: string } {
  const terms = termsOf(inputs).filter(({ ms }) => Math.round(ms) > 0)
  const totalMs = terms.reduce((sum, { ms }) => sum + ms, 0)
  const level = (name: keyof typeof times) => Math.max(leastMs[name], Math.round(times[name] * totalMs))
  const total = `${terms.map(({ ms, what }) => `${what} ${told(ms)}`).join(' + ')} = ${told(totalMs)}`
  const target = level('target')
  return {
    ...{ target, acceptable: level('acceptable'), critical: level('critical') },
    sum: Math.round(totalMs) < target ? `${total}, raised to ${told(target)}` : total,
  }
}

interface Term {
  readonly ms: number
  readonly what: string
}

/** A rate beyond what the machine carries has no finality of its own: it is held to that of the rate that fits. */
function termsOf({ machine, load, consensus }: FinalityInputs): Term[] {
  const rate = Math.min(load.rate, rateThatFits(machine, load) || load.rate)
  const predicted = finality(machine, { ...load, rate }, 'issuer').terms.map(({ name, p95 }) => ({
    ms: Number.isFinite(p95) ? p95 : 0,
    what: name,
  }))
  return [...predicted, ...furtherRounds(predicted, consensus)]
}

/** Lock votes and polls take more than the one exchange of votes that is predicted. */
function furtherRounds(predicted: readonly Term[], consensus: ConsensusParameters): Term[] {
  const exchangeMs = predicted.slice(2).reduce((sum, { ms }) => sum + ms, 0)
  if (consensus.rule === 'sampled')
    return [{ ms: consensus.beta * consensus.pollIntervalMs, what: `${consensus.beta} polls in a row` }]
  return consensus.beta === 2 ? [{ ms: 2 * exchangeMs + lockMs, what: 'locking' }] : []
}

/** Locked votes that change after a certificate are told together, milliseconds (nodes/host/collector.ts). */
const lockMs = 400

function told(ms: number): string {
  return `${Math.round(ms).toLocaleString('en')} ms`
}
