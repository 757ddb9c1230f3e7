import { type Attested, attest, describe, type Liar } from '../../chaos/sight/attest.ts'
import type { Witness } from '../../model/event.ts'
import { nameNodes } from '../../model/node-names.ts'
import { type Plan, voters } from '../../model/plan.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

/**
 * Whether the nodes that are Byzantine from their start did what they say, as their correct peers saw it: a run in which nobody
 * was attacked shows nothing. What faults switch is attested while it lasts, with the faults.
 */
export const behaviours: Checker = {
  name: 'behaviours',
  check: (plan, observations) => {
    if (!plan.byzantine) return pass('all nodes are correct')
    const witnesses = witnessesIn(observations)
    const liars = liarsOf(plan)
    const nobody = liars.length === 0 ? whyNobody(plan) : undefined
    if (witnesses.length === 0)
      return nobody ? pass(nobody) : unknown('no correct node told what it saw its peers do')
    const { load } = observations
    const attested = attest(liars, witnesses, {
      ...{ nodes: voters(plan.nodes).length, byzantine: plan.byzantine },
      windowMs: load ? load.endedAt - load.beganAt : 0,
    })
    return judge(attested, nobody)
  },
}

function whyNobody({ nodes }: Plan): string {
  return nodes.some(({ build }) => build)
    ? 'what a build of its own does is not known in advance'
    : 'no node is Byzantine from its start'
}

function judge(attested: Attested, nobody: string | undefined): Finding {
  const { liars, suspects } = attested
  const unseen = liars.filter(({ is }) => is === 'unseen')
  const evidence = liars.length > 0 ? { evidence: liars.slice(0, 20) } : {}
  if (suspects.length > 0) {
    const [first] = suspects
    return unknown(
      `${nameNodes(suspects)} correct, and seen to behave as if Byzantine: ${first!.told}`,
      suspects.slice(0, 20),
    )
  }
  if (unseen.length > 0)
    return unknown(
      `${unseen.length} of ${counted(liars.length, 'Byzantine node')} not seen to be: ${describe(attested)}`,
      unseen.slice(0, 20),
    )
  return { ...pass(nobody ?? describe(attested)), ...evidence }
}

function witnessesIn({ evidence }: Observations): Witness[] {
  return evidence.flatMap(({ node, caught, contested, seen }) =>
    seen ? [{ node, caught, contested, seen }] : [],
  )
}

/** What a fault switches for a while as well is not what the plan says all the time. */
function liarsOf({ nodes, faults }: Plan): Liar[] {
  const switched = new Set(
    faults.flatMap(({ fault, targets }) => (fault.kind === 'behaviour' ? targets : [])),
  )
  return nodes.flatMap(({ index, behaviour }) =>
    behaviour && !switched.has(index) ? [{ node: index, behaviour }] : [],
  )
}
