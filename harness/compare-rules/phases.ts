import { formatDuration } from '../../model/duration.ts'
import { type Scenario, scenarioSchema } from '../../model/scenario.ts'
import type { NamedRule } from './rules.ts'

/** Links, code and answer times are warm after this. */
const warmupMs = 5000
/** Between two phases, so that what piled up in a stall does not count in the next one. */
const restMs = 15_000

/** A time of the load in which a share of the nodes is silent. */
export interface Phase {
  readonly fraction: number
  readonly silent: number
  readonly atMs: number
  readonly forMs: number
}

export interface Comparison {
  readonly nodes: number
  /** Shares of silent nodes, each a phase: the nearest whole number of nodes. */
  readonly fractions: readonly number[]
  readonly phaseMs: number
  /** Transactions per second. */
  readonly rate: number
}

/** The nearest whole number of nodes. */
export function silentCount(fraction: number, nodes: number): number {
  return Math.round(fraction * nodes)
}

/** One phase after the other; the first one begins with the measured load. */
export function phasesOf({ nodes, fractions, phaseMs }: Comparison): Phase[] {
  return fractions.map((fraction, i) => ({
    ...{ fraction, silent: silentCount(fraction, nodes) },
    ...{ atMs: i * (phaseMs + restMs), forMs: phaseMs },
  }))
}

/** One run of one rule through all phases: silent nodes are paused ones. */
export function scenarioOf(rule: NamedRule, comparison: Comparison): Scenario {
  const phases = phasesOf(comparison)
  const last = phases.at(-1)!
  return scenarioSchema.parse({
    name: `rule-${rule.name.replaceAll(/[^a-z0-9]+/g, '-')}`,
    description: `${rule.name} with ${comparison.fractions.join(', ')} of the nodes silent`,
    nodes: comparison.nodes,
    consensus: rule.consensus,
    workload: {
      rate: comparison.rate,
      warmup: formatDuration(warmupMs),
      duration: formatDuration(last.atMs + last.forMs + restMs),
    },
    // Its phases go to the limit of a rule and beyond.
    expect: { throughput: 'measured' },
    faults: phases
      .filter(({ silent }) => silent > 0)
      .map(({ silent, atMs, forMs }) => ({
        ...{ kind: 'pause', targets: `any(${silent})` },
        ...{ at: formatDuration(atMs), for: formatDuration(forMs) },
      })),
  })
}
