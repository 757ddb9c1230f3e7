import { WitnessList } from '../history/witnesses.ts'
import { type Checker, counted, fail, nothingDecided, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

/** Safety: only what was submitted, and so was well signed, is accepted. */
export const validity: Checker = {
  name: 'validity',
  check: (plan, observations) => {
    const { accepted, rejected } = observations.foreign
    if (accepted.count > 0) {
      return fail(`${counted(accepted.count, 'acceptance')} of transactions that nobody submitted`, accepted)
    }
    const { unsent, acceptedCount } = acceptances(observations)
    if (unsent.count > 0 && observations.end?.reason !== 'done') {
      // A submission is written once it is answered, so a history that breaks off can lack the lines of the last ones.
      return unknown(
        `the history ends early: ${counted(unsent.count, 'accepted transaction')} may have been submitted`,
        unsent,
      )
    }
    if (unsent.count > 0) {
      return fail(
        `${counted(unsent.count, 'transaction')} accepted before or without being submitted`,
        unsent,
      )
    }
    if (acceptedCount === 0)
      return plan.scenario.expect.stall ? nothingDecided(plan) : unknown('nothing was accepted')
    const aside =
      rejected.count > 0
        ? `; ${counted(rejected.count, 'rejection')} of transactions unknown to the workload`
        : ''
    return pass(`all ${counted(acceptedCount, 'accepted transaction')} had been submitted${aside}`)
  },
}

function acceptances({ transactions }: Observations) {
  const unsent = new WitnessList<{ transaction: number; id: string; acceptedBy: number }>()
  let acceptedCount = 0
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.acceptedCount(index) === 0) continue
    acceptedCount++
    if (transactions.offers(index) === 0) {
      unsent.add(() => ({
        transaction: index,
        id: transactions.id(index),
        acceptedBy: transactions.firstAcceptedBy(index),
      }))
    }
  }
  return { unsent, acceptedCount }
}
