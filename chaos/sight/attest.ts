import type { Behaviour } from '../../model/behaviour.ts'
import type { Witness } from '../../model/event.ts'
import { nameNodes } from '../../model/node-names.ts'
import { choicesOf, contestsOf, facesOf } from './choices.ts'
import { type Found, look, type Scene, suspicion } from './footprints.ts'
import { sightOf } from './sight.ts'

/** Correct nodes among whom both halves that two faces part the others into are represented, but for 1.6 % of all draws. */
const wide = 7

/** A node that is to be Byzantine, and how. */
export interface Liar {
  readonly node: number
  readonly behaviour: Behaviour
}

/** What peers saw of a node: of one that is to be Byzantine, whether it is what it says. */
interface Looked extends Found {
  readonly node: number
  readonly behaviour: string
}

/** What peers saw, and correct nodes that left what only Byzantine ones do. */
export interface Attested {
  readonly liars: readonly Looked[]
  readonly suspects: readonly { readonly node: number; readonly told: string }[]
}

interface Window {
  readonly nodes: number
  /** All that are Byzantine at some time: they are neither a measure nor suspect. */
  readonly byzantine: readonly number[]
  readonly windowMs: number
}

/** Puts what correct nodes saw of each liar beside what they saw of each other. */
export function attest(
  liars: readonly Liar[],
  told: readonly Witness[],
  { nodes, byzantine, windowMs }: Window,
): Attested {
  const witnesses = told.filter(({ node }) => !byzantine.includes(node))
  const correct = Array.from({ length: nodes }, (_, node) => node).filter(node => !byzantine.includes(node))
  const contests = contestsOf(witnesses, new Set(correct))
  const clear = correct.map(node => choicesOf(node, contests)).filter(each => each.clear > 0)
  const common = {
    others: sightOf(correct, witnesses),
    othersAgainst: median(clear.map(({ against, clear: sets }) => against / sets)),
    windowMs,
    witnesses: Math.max(1, witnesses.length),
    isComplete: witnesses.length === correct.length,
    isWide: witnesses.length === correct.length || witnesses.length >= wide,
  }
  const sceneOf = (node: number): Omit<Scene, 'faces'> => ({
    ...common,
    subject: sightOf([node], witnesses),
    choices: choicesOf(node, contests),
  })
  return {
    liars: liars.map(({ node, behaviour }) => ({
      node,
      behaviour: behaviour.name,
      ...lookAt({ ...sceneOf(node), faces: facesOf(node, witnesses) }, behaviour, witnesses.length),
    })),
    suspects: correct.flatMap(node => {
      const found = suspicion(sceneOf(node))
      return found === undefined ? [] : [{ node, told: found }]
    }),
  }
}

/** Not the mean: who issues one side of many double-spends is for its own. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

function lookAt(scene: Scene, behaviour: Behaviour, witnesses: number): Found {
  if (witnesses === 0) return { is: 'unseen', told: 'no correct node told what it saw' }
  if (behaviour.trigger === 'never') return { is: 'hidden', told: 'it never lies' }
  const { is, told } = look(scene, behaviour)
  return is === 'unseen' && behaviour.trigger !== 'always'
    ? { is: 'hidden', told: `${told}: it lies only at times` }
    : { is, told }
}

/** `2 of 3 Byzantine nodes seen (always-reject: 20 of 20 votes refuse); node-3 cannot be seen: …` */
export function describe({ liars }: Pick<Attested, 'liars'>): string {
  const of = (is: Found['is']) => liars.filter(each => each.is === is)
  const parts = (['unseen', 'seen', 'hidden'] as const).flatMap(is => {
    const [first] = of(is)
    return first ? [`${words[is]} of ${nameNodes(of(is))} (${first.behaviour}: ${first.told})`] : []
  })
  return parts.join('; ')
}

const words = { unseen: 'peers saw nothing', seen: 'peers saw it', hidden: 'not observable' } as const
