/**
 * Ways to be Byzantine, one file each. behaviour.ts says what a behaviour can change, act.ts what it can do that a core cannot;
 * all are pure and draw their chance from what they are given.
 */
import type { Described, Trigger } from '../contract/behaviours.ts'
import { alwaysAccept } from './always-accept.ts'
import { alwaysReject } from './always-reject.ts'
import { balancing } from './balancing.ts'
import type { Behaviour, Surroundings } from './behaviour.ts'
import { collude } from './collude.ts'
import { delayed } from './delayed.ts'
import { equivocate } from './equivocate.ts'
import { feedThenFlip } from './feed-then-flip.ts'
import { flood } from './flood.ts'
import { forge } from './forge.ts'
import { garbage } from './garbage.ts'
import { randomVote } from './random-vote.ts'
import { selectiveTags } from './selective-tags.ts'
import { silent } from './silent.ts'
import { stale } from './stale.ts'
import { triggered } from './trigger.ts'
import { twoFaced } from './two-faced.ts'

/** @param beganMs when the node took it on, which time windows count from */
export function behave(
  described: Described & { readonly trigger: Trigger },
  surroundings: Surroundings,
  beganMs: number,
): Behaviour {
  return triggered(plain(described, surroundings), described.trigger, surroundings, beganMs)
}

function plain(described: Described, surroundings: Surroundings): Behaviour {
  switch (described.name) {
    case 'random-vote':
      return randomVote(surroundings, described)
    case 'always-reject':
      return alwaysReject(surroundings)
    case 'always-accept':
      return alwaysAccept(surroundings)
    case 'silent':
      return silent()
    case 'delay':
      return delayed(described)
    case 'collude':
      return collude(surroundings, described)
    case 'two-faced':
      return twoFaced(surroundings, described)
    case 'balancing':
      return balancing(surroundings, described)
    case 'feed-then-flip':
      return feedThenFlip(surroundings, described)
    case 'equivocate':
      return equivocate(surroundings, described)
    case 'stale':
      return stale(described)
    case 'forge':
      return forge(surroundings, described)
    case 'garbage':
      return garbage(surroundings, described)
    case 'flood':
      return flood(surroundings, described)
    case 'selective-tags':
      return selectiveTags(surroundings, described)
    case 'withhold':
      return { serves: () => false, certifies: () => false }
    case 'amnesia':
      return { forgets: true }
    default:
      return described satisfies never
  }
}
