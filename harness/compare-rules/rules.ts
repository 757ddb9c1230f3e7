import type { Scenario } from '../../model/scenario.ts'

/** A rule to be compared, by the name it has in the table. */
export interface NamedRule {
  readonly name: string
  readonly consensus: Partial<Scenario['consensus']>
}

/** Rules that the protocol notes compare; those of N >= 1,000 are for the simulator. */
export const namedRules: readonly NamedRule[] = [
  { name: 'census', consensus: {} },
  { name: 'lock-votes', consensus: { beta: 2 } },
  { name: 'tau-0.39', consensus: { tau: 0.39 } },
  {
    name: '20/15/15/20',
    consensus: { rule: 'sampled', k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 },
  },
  {
    name: '20/14/14/10',
    consensus: { rule: 'sampled', k: 20, alphaPreference: 14, alphaConfidence: 14, beta: 10 },
  },
  {
    name: '10/7/7/10',
    consensus: { rule: 'sampled', k: 10, alphaPreference: 7, alphaConfidence: 7, beta: 10 },
  },
  {
    name: '5/4/4/5',
    consensus: { rule: 'sampled', k: 5, alphaPreference: 4, alphaConfidence: 4, beta: 5 },
  },
]
