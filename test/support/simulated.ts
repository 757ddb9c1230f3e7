import { judge } from '../../harness/checkers/index.ts'
import { buildDriverConfig } from '../../harness/plan/node-files.ts'
import type { HistoryEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import { simulate } from '../../simulator/simulate.ts'

const machine = { cpus: 2, cpuModel: '-', memoryMiB: 1, kernel: '-', engine: 'virtual', node: '-' }

/** The history of a plan in virtual time. */
export async function historyOf(plan: Plan): Promise<HistoryEvent[]> {
  const history: HistoryEvent[] = []
  await simulate({
    plan,
    config: { ...buildDriverConfig(plan, 'virtual'), nodeCount: plan.nodes.length },
    begin: { run: 'virtual', version: '0', machine },
    record: event => history.push(event),
  })
  return history
}

/** Its verdict by the harness' own checkers, with the checks that did not pass. */
export async function judged(plan: Plan, history: readonly HistoryEvent[]) {
  const { verdict, checks, metrics } = await judge(plan, history)
  const failing = checks.filter(check => check.verdict !== 'pass')
  return { verdict, metrics, failing: failing.map(({ name, message }) => `${name}: ${message}`) }
}
