import type { Effect } from '../consensus/effect.ts'
import type { Trigger } from '../contract/behaviours.ts'
import type { Behaviour, Surroundings } from './behaviour.ts'
import { Contests } from './contests.ts'
import { Window } from './window.ts'

const remembered = 4_096

/** The same behaviour, shown only when the trigger says so. @param beganMs when the node took it on */
export function triggered(
  behaviour: Behaviour,
  trigger: Trigger,
  { draw, self }: Surroundings,
  beganMs: number,
): Behaviour {
  if (trigger === 'always') return behaviour
  if (trigger === 'never') return {}
  if (trigger === 'conflict') return onConflict(behaviour)
  if ('probability' in trigger) {
    const lies = (vertex: string) => draw(`trigger/${self}/${vertex}`) < trigger.probability
    return {
      ...only(behaviour, effect => lies(subjectOf(effect))),
      ...atTimes(behaviour, nowMs => draw(`trigger/${self}/at/${nowMs}`) < trigger.probability),
    }
  }
  const isOn = (nowMs: number) => nowMs >= beganMs + trigger.from && nowMs < beganMs + trigger.until
  return { ...only(behaviour, (_effect, nowMs) => isOn(nowMs)), ...atTimes(behaviour, isOn) }
}

/** What is about no single vertex: at these times as the behaviour has it, else as in a correct node. */
function atTimes(
  { gossip, serves, certifies, issues }: Behaviour,
  isOn: (nowMs: number) => boolean,
): Behaviour {
  return {
    ...(gossip ? { gossip: (said, nowMs) => (isOn(nowMs) ? gossip(said, nowMs) : said) } : {}),
    ...(serves ? { serves: nowMs => !isOn(nowMs) || serves(nowMs) } : {}),
    ...(issues ? { issues: nowMs => !isOn(nowMs) || issues(nowMs) } : {}),
    ...(certifies ? { certifies: nowMs => !isOn(nowMs) || certifies(nowMs) } : {}),
  }
}

function only(behaviour: Behaviour, applies: (effect: Effect, nowMs: number) => boolean): Behaviour {
  const { act, hear } = behaviour
  return {
    ...(hear ? { hear } : {}),
    ...(act ? { act: (effect, nowMs) => (applies(effect, nowMs) ? act(effect, nowMs) : [effect]) } : {}),
  }
}

function onConflict(behaviour: Behaviour): Behaviour {
  const contests = new Contests()
  const contested = new Window<true>(remembered)
  return only(behaviour, effect => {
    if (effect.kind === 'vote') {
      contests.see(effect.vertex)
      if (effect.vertex.transactions.some(transaction => contests.isContested(transaction)))
        contested.set(effect.vertex.id, true)
    }
    return contested.get(subjectOf(effect)) === true
  })
}

/** The vertex that an effect is about; several at once count as their first. */
function subjectOf(effect: Effect): string {
  switch (effect.kind) {
    case 'vote':
    case 'push':
      return effect.vertex.id
    case 'answer':
      return effect.votes[0]?.vertex ?? ''
    default:
      return ''
  }
}
