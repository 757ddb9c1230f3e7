import { type Behaviour, behaviourSchema, readBehaviour } from '../../model/behaviour.ts'

/** With what every behaviour shows within seconds of load with double-spends; but amnesia, which shows over a restart alone. */
export const shownBehaviours = [
  'random-vote',
  'always-reject',
  'always-accept',
  'silent',
  'delay',
  'collude',
  'collude(side=accept)',
  'collude(side=reject)',
  'two-faced',
  'balancing',
  'feed-then-flip',
  'equivocate',
  'stale(by=4s)',
  'forge',
  'garbage',
  'flood',
  'withhold',
]

/** Frames that get lost, so that somebody lacks vertices and asks for them. */
export const lossFor = (behaviour: string) => (behaviour === 'withhold' ? 0.3 : 0)

/** A node that has not voted for a vertex is seldom asked for it; of many double-spends one side never comes into a vertex. */
export const secondsFor = (behaviour: string) =>
  ({ withhold: 16, collude: 32, balancing: 32 })[behaviour] ?? 8

export const behaviourOf = (text: string): Behaviour => behaviourSchema.parse(readBehaviour(text))
