import type { Behaviour } from '../../model/behaviour.ts'
import type { BehaviourName } from '../../nodes/contract/behaviours.ts'
import { lateVoteColumns } from '../../nodes/contract/seen-columns.ts'
import type { Choices, Faces } from './choices.ts'
import type { Sight } from './sight.ts'

/** Correct peers and one node they looked at, over a window of time. */
export interface Scene {
  readonly subject: Sight
  /** The correct nodes, as one. */
  readonly others: Sight
  readonly choices: Choices
  readonly faces: Faces
  /** The share of clear double-spends on which a correct node is not with the majority, the median of them. */
  readonly othersAgainst: number
  readonly windowMs: number
  readonly witnesses: number
  /** Whether enough correct nodes were asked to have both halves of two faces among them, and whether all were. */
  readonly isWide: boolean
  readonly isComplete: boolean
}

/** hidden: there was nothing by which it could have been seen. */
export interface Found {
  readonly is: 'seen' | 'unseen' | 'hidden'
  readonly told: string
}

/** What a behaviour leaves at correct peers: what they saw, against the least that it must be. */
type Footprint<Name extends BehaviourName> = (
  scene: Scene,
  behaviour: Extract<Behaviour, { name: Name }>,
) => Found

/** Vertices, as one witness sees them, from which on it is no chance that a node says nothing, or refuses, or floods. */
const leastDue = 10
/** Votes that a share is made of at least. */
const leastVotes = 5
/** Share from which on it is `all`, and below which it is `none`: votes of just before the window come into it. */
const all = 0.8
const none = 0.2
/** Expected refusals below which chance could hide them, and standard deviations that chance is given. */
const leastRefusals = 20
const deviations = 4
/** Votes on vertices that do not exist, where correct nodes send none. */
const leastStray = 10
const leastSets = 3
const leastAsked = 3
const leastCoins = 24
/** What happens now and then has this much time more than its pause before it must have been seen, milliseconds. */
const slackMs = 3000

const seen = (told: string): Found => ({ is: 'seen', told })
const hidden = (told: string): Found => ({ is: 'hidden', told })
const found = (isSeen: boolean, told: string): Found => ({ is: isSeen ? 'seen' : 'unseen', told })

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
const isBusy = ({ subject, others, witnesses }: Scene) =>
  subject.due >= leastDue * witnesses && share(others.votes, others.due) >= 0.5

const idle = hidden('too few vertices were voted on')
const uncontested = hidden('it cannot be seen without more contested transactions')

const fewWitnesses = hidden('too few correct nodes were asked to have both faces among them')

/** One file would be three lines a behaviour: what all of them leave, side by side. */
const footprints: { readonly [Name in BehaviourName]: Footprint<Name> } = {
  'random-vote': (scene, { probability }) => {
    const { votes, refused } = scene.subject
    if (!isBusy(scene)) return idle
    // All witnesses hear the same votes: chance has only so many.
    const tosses = votes / scene.witnesses
    const told = `${refused} of ${votes} votes refuse`
    if (probability * tosses < leastRefusals) return hidden(`${told}, too few to tell`)
    const slack = deviations * Math.sqrt((probability * (1 - probability)) / tosses)
    return found(Math.abs(share(refused, votes) - probability) <= slack, told)
  },
  'always-reject': refusal,
  'always-accept': support,
  silent: scene => {
    const { votes, due } = scene.subject
    return isBusy(scene) ? found(votes <= none * due, `${votes} of ${due} votes were heard`) : idle
  },
  delay: (scene, { by }) => {
    const { subject, others } = scene
    // Peers have a vertex earlier or later than the liar: a vote that is half as late is late.
    const [name, ms] = lateVoteColumns.findLast(([, lateMs]) => lateMs <= 0.75 * by) ?? []
    if (!isBusy(scene)) return idle
    const [least, leastMs] = lateVoteColumns[0]
    const told = `${subject[name ?? least]} of ${subject.heard} votes came ${ms ?? leastMs} ms late or later`
    if (name === undefined || others[name] > none * others.heard)
      return hidden(`${told}, as may be by chance`)
    return found(subject[name] >= all * subject.heard, told)
  },
  collude: (scene, { side }) => {
    if (side === 'reject') return refusal(scene)
    if (side === 'accept') return support(scene)
    const { clear, against } = scene.choices
    if (clear < leastCoins || scene.othersAgainst > none / 2) return uncontested
    return found(
      against >= none * clear,
      `${against} of ${clear} votes on double-spends are against the majority`,
    )
  },
  'two-faced': scene => (scene.isWide ? faces(scene) : fewWitnesses),
  balancing: ({ choices: { clear, against }, othersAgainst }) => {
    if (clear < leastCoins || othersAgainst > none / 2) return uncontested
    return found(
      against >= 0.5 * clear,
      `${against} of ${clear} votes on double-spends are against the majority`,
    )
  },
  'feed-then-flip': scene => (scene.isComplete ? faces(scene) : fewWitnesses),
  equivocate: (scene, { every }) => nowAndThen(scene, every, 'equivocation'),
  stale: ({ subject, others, windowMs }, { by }) => {
    const age = share(subject.gossipAgeMs, subject.gossips)
    const usual = share(others.gossipAgeMs, others.gossips)
    const told = `what it told was ${(age / 1000).toFixed(1)} s old, of others ${(usual / 1000).toFixed(1)} s`
    if (subject.gossips < leastVotes || windowMs < 1.5 * by) return hidden(`too little was told: ${told}`)
    if (subject.accepted < leastDue) return hidden(`nobody got further: ${told}`)
    if (4 * usual > by) return hidden(`others are as old: ${told}`)
    return found(age >= by / 4, told)
  },
  forge: (scene, { every }) => nowAndThen(scene, every, 'bad-signature'),
  garbage: (scene, { every }) => nowAndThen(scene, every, 'garbage'),
  flood: scene => {
    const { stray } = scene.subject
    if (!isBusy(scene)) return idle
    return found(stray >= leastStray * scene.witnesses, `${stray} votes on vertices that do not exist`)
  },
  'selective-tags': () => hidden('a bad tag may be the work of its voter or of whoever collected it'),
  withhold: ({ subject: { asked, served } }) => {
    const told = `${served} answers to ${asked} requests for vertices`
    return asked < leastAsked ? hidden(`${told}, too few to tell`) : found(served === 0, told)
  },
  amnesia: ({ subject }) => {
    const count = subject.caught.get('contradictory-votes') ?? 0
    return count > 0
      ? seen(`${count} contradictory votes`)
      : hidden('it voted as before, as chance may have it')
  },
}

/** What a node that has this behaviour all the time is to leave, and whether it did. */
export function look(scene: Scene, behaviour: Behaviour): Found {
  return (footprints[behaviour.name] as Footprint<BehaviourName>)(scene, behaviour as never)
}

/** What a correct node never leaves whatever the network does to it; undefined when it did not. */
export function suspicion(scene: Omit<Scene, 'faces'>): string | undefined {
  const { votes, refused, stray } = scene.subject
  const { sets, both } = scene.choices
  if (refused >= leastDue * scene.witnesses && refused >= none * votes)
    return `${refused} of ${votes} votes refuse`
  if (stray >= leastStray * scene.witnesses && stray >= none * votes)
    return `${stray} votes on vertices that do not exist`
  if (both >= leastSets && both >= none * sets)
    return `${both} of ${sets} double-spends with both sides supported`
  return undefined
}

function refusal(scene: Scene): Found {
  const { votes, refused } = scene.subject
  if (!isBusy(scene)) return idle
  return found(votes >= leastVotes && refused >= all * votes, `${refused} of ${votes} votes refuse`)
}

function support({ choices: { sets, both } }: Scene): Found {
  if (sets < leastSets) return uncontested
  return found(both >= none * sets, `${both} of ${sets} double-spends with both sides supported`)
}

function faces({ choices: { sets }, faces: { told, shared } }: Scene): Found {
  if (sets < leastSets || shared < leastSets) return uncontested
  return found(told > 0, `${told} of ${shared} votes on double-spends differ from peer to peer`)
}

function nowAndThen(scene: Scene, everyMs: number, offence: string): Found {
  const count = scene.subject.caught.get(offence) ?? 0
  if (count === 0 && (!isBusy(scene) || scene.windowMs < everyMs + slackMs)) return idle
  return found(count > 0, `${offence} ${count} times`)
}
