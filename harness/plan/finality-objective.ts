import type { ConsensusParameters, NodeTuning } from '../../model/plan.ts'
import type { Objective } from '../../model/scenario.ts'

/** What finality at the issuer is made of, as far as a plan knows it. */
export interface FinalityInputs {
  /** Sends are grouped by this much of intended time. */
  readonly batchMs: number
  /** CPU of one vertex in all nodes together, over the cores that they share, milliseconds. */
  readonly vertexMs: number
  readonly tuning: Pick<NodeTuning, 'voteIntervalMs' | 'voteDimensions' | 'fullMesh'>
  readonly consensus: ConsensusParameters
}

/** Requests, wake-ups and the stream of decisions between driver and nodes that mostly sleep, milliseconds. */
const roundTripMs = 50
/** Levels over the sum. A load that queues up without end is soon past twice of what its protocol needs. */
const times = { target: 1, acceptable: 1.5, critical: 2 } as const
/** Below these, other programs of the machine would be judged: no level is less, milliseconds. */
const leastMs = { target: 500, acceptable: 1000, critical: 2000 } as const

/** The default objective for p95 of finality at the issuer outside of faults, milliseconds, and how it comes about. */
export function finalityObjective(inputs: FinalityInputs): Objective & { readonly sum: string } {
  const terms = termsOf(inputs).filter(({ ms }) => ms > 0)
  const totalMs = terms.reduce((sum, { ms }) => sum + ms, 0)
  const level = (name: keyof typeof times) => Math.max(leastMs[name], Math.round(times[name] * totalMs))
  const total = `${terms.map(({ ms, what }) => `${told(ms)} ${what}`).join(' + ')} = ${told(totalMs)}`
  const target = level('target')
  return {
    ...{ target, acceptable: level('acceptable'), critical: level('critical') },
    sum: totalMs < target ? `${total}, raised to ${told(target)}` : total,
  }
}

interface Term {
  readonly ms: number
  readonly what: string
}

function termsOf({ batchMs, vertexMs, tuning, consensus }: FinalityInputs): Term[] {
  return [
    { ms: batchMs, what: 'for a batch to fill' },
    { ms: Math.ceil(vertexMs), what: 'for all nodes to check a vertex' },
    ...(consensus.rule === 'sampled'
      ? [{ ms: consensus.beta * consensus.pollIntervalMs, what: `for ${consensus.beta} polls in a row` }]
      : votes(tuning, consensus.beta === 2)),
  ]
}

/** Issuers that are linked with everybody get votes at once; all other votes wait for the next push at every hop. */
function votes(
  { voteIntervalMs, voteDimensions, fullMesh }: FinalityInputs['tuning'],
  isLocking: boolean,
): Term[] {
  const pushes = (exchanges: number) => ({
    ms: exchanges * voteDimensions * voteIntervalMs,
    what: `for ${exchanges * voteDimensions} pushes of votes, one every ${told(voteIntervalMs)}`,
  })
  const first = fullMesh ? { ms: roundTripMs, what: 'for the round trip of votes' } : pushes(1)
  return [first, ...(isLocking ? [pushes(2)] : [])]
}

function told(ms: number): string {
  return `${ms.toLocaleString('en')} ms`
}
