import { nameNodes } from '../../model/node-names.ts'
import type { Plan } from '../../model/plan.ts'
import { offers, wasNeverAdmitted } from '../history/facts.ts'
import { outcomes } from '../history/outcome-table.ts'
import { WitnessList } from '../history/witnesses.ts'
import { chanceLeft } from './chance-left.ts'
import { type Checker, counted, type Finding, fail, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

interface MissingWitness {
  readonly transaction: number
  readonly id: string
  /** Nodes that run and have not accepted it: one of them, and how many. */
  readonly missingAt: number
  readonly missingCount: number
  readonly reason: 'undecided' | 'rejected' | 'refused' | 'not taken'
}

/**
 * Liveness: after settling, every unconflicted transaction that was submitted is accepted by every node that runs, unless no node
 * ever had room for it, which is a matter of throughput, and but for the share of vertices that votes by chance leave undecided for ever. It may have been refused or lost at first: the driver offers it again until the settle deadline.
 */
export const liveness: Checker = {
  name: 'liveness',
  check: (plan, observations) => {
    const running = observations.nodes.filter(({ isDown }) => !isDown)
    const down = observations.nodes.length - running.length
    const { demanded, missing, contested, neverAdmitted } = survey(observations)
    if (demanded === 0 && neverAdmitted > 0)
      return fail(`no node had room for any of ${counted(neverAdmitted, 'transaction')}`)
    if (demanded === 0 && contested === 0) return unknown('nothing was submitted')
    if (demanded === 0)
      return pass('every transaction was one side of a double-spend: nothing had to be decided')
    if (running.length === 0) return unknown('no node runs')
    if (plan.scenario.expect.stall) return stalled(observations, demanded)
    const aside = [
      ...(neverAdmitted > 0 ? [`no node had room for ${neverAdmitted.toLocaleString('en')} more`] : []),
      ...(contested > 0 ? [`${counted(contested, 'double-spend side')} may stay undecided`] : []),
      ...(down > 0 ? [`${counted(down, 'node')} down`] : []),
    ].join(', ')
    if (missing.count > 0) {
      const late = observations.nodes.filter(node =>
        missing.first.some(({ missingAt }) => missingAt === node.node),
      )
      if (observations.end?.reason !== 'done')
        return unknown(
          `the run ended before its time to settle was over, with ${counted(missing.count, 'unconflicted transaction')} not accepted everywhere`,
        )
      const left = chanceLeft(plan, observations)
      const short = `${counted(missing.count, 'unconflicted transaction')} of ${demanded.toLocaleString('en')} not accepted everywhere`
      if (left?.is === 'theory') return pass(`${left.told}: ${short}${aside ? ` (${aside})` : ''}`)
      if (left?.is === 'untold') return unknown(`${short}, ${left.told}`, missing)
      const failed = fail(
        `${short} within ${plan.workload.settleDeadlineMs / 1000} s after the load, such as at ${nameNodes(late)}${left ? `; ${left.told}` : ''}${whoRaised(plan, running)}`,
        missing,
      )
      return { ...failed, ...timeToSettle(plan, observations) }
    }
    return pass(
      `all ${counted(demanded, 'unconflicted transaction')} accepted at all ${counted(running.length, 'node')}${aside ? ` (${aside})` : ''}`,
    )
  },
}

/** A network that decides may lack time; one that decides nothing stands still, whatever else the machine does. */
function timeToSettle({ workload }: Plan, { load, decisionCount }: Observations): Pick<Finding, 'during'> {
  if (load === undefined || decisionCount === 0) return {}
  return { during: [{ from: load.beganAt, to: load.endedAt + workload.settleDeadlineMs }] }
}

/** `; node-3 and 12 more stopped accepting: …`: nodes of the fault census say so themselves. */
function whoRaised({ consensus }: Plan, nodes: Observations['nodes']): string {
  const raised = nodes.filter(({ lastStatus }) => lastStatus?.raised !== undefined)
  if (raised.length === 0) return ''
  return `; ${nameNodes(raised)} stopped accepting: ${raised[0]!.lastStatus!.raised} (caught more than f = ${consensus.f} peers)`
}

/** The scenario expects that nothing gets through: too many nodes refuse. */
function stalled({ transactions, end }: Observations, demanded: number): Finding {
  const accepted = new WitnessList<{ transaction: number; id: string; acceptedBy: number }>()
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.acceptedCount(index) === 0 || transactions.rival(index) !== -1) continue
    accepted.add(() => ({
      transaction: index,
      id: transactions.id(index),
      acceptedBy: transactions.firstAcceptedBy(index),
    }))
  }
  if (accepted.count > 0) {
    return fail(
      `${counted(accepted.count, 'unconflicted transaction')} of ${demanded.toLocaleString('en')} accepted where the scenario expects a stall`,
      accepted,
    )
  }
  if (end?.reason !== 'done') return unknown('the run ended before its time: the stall was not waited for')
  return pass(
    `none of ${counted(demanded, 'unconflicted transaction')} accepted: the stall that was expected`,
  )
}

function survey(observations: Observations) {
  const { transactions, nodes } = observations
  const running = nodes.filter(({ isDown }) => !isDown)
  const missing = new WitnessList<MissingWitness>()
  let demanded = 0
  let contested = 0
  let neverAdmitted = 0
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.offers(index) === 0) continue
    if (transactions.rival(index) !== -1) {
      contested++
      continue
    }
    if (wasNeverAdmitted(transactions.offers(index)) && transactions.acceptedCount(index) === 0) {
      neverAdmitted++
      continue
    }
    demanded++
    if (transactions.acceptedCount(index) === nodes.length) continue
    const accepts = acceptsCount(running, index)
    if (accepts === running.length) continue
    missing.add(() => ({
      transaction: index,
      id: transactions.id(index),
      missingAt: running.find(({ outcomes: told }) => told.get(index) !== outcomes.accepted)!.node,
      missingCount: running.length - accepts,
      reason: reasonFor(observations, index),
    }))
  }
  return { demanded, missing, contested, neverAdmitted }
}

/** A plain loop: a day of which nothing gets everywhere asks this millions of times. */
function acceptsCount(nodes: Observations['nodes'], index: number): number {
  let count = 0
  for (const { outcomes: told } of nodes) if (told.get(index) === outcomes.accepted) count++
  return count
}

function reasonFor({ transactions }: Observations, index: number): MissingWitness['reason'] {
  if (transactions.rejectedCount(index) > 0) return 'rejected'
  const bits = transactions.offers(index)
  if (transactions.acceptedCount(index) > 0 || bits & (offers.taken | offers.unknown)) return 'undecided'
  return bits & offers.refused ? 'refused' : 'not taken'
}
