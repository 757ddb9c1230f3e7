import { createHash } from 'node:crypto'
import { cpus, totalmem } from 'node:os'
import type { HistoryEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { EngineFacts } from '../../model/ports/backend.ts'
import type { Verdict } from '../../model/verdict.ts'
import { requireSimulated } from '../../simulator/faults.ts'
import { simulate } from '../../simulator/simulate.ts'
import { openHistory } from '../history/writer.ts'
import { buildDriverConfig } from '../plan/node-files.ts'
import { createRunDirectory, writeInputs } from '../records/directory.ts'
import { recordVerdict } from '../records/judge.ts'
import { describeMachine } from './machine.ts'
import type { Reporter } from './reporter.ts'
import { reportStage } from './stages/report.ts'

export interface SimulatedRun {
  readonly run: string
  readonly directory: string
  readonly verdict: Verdict
  /** SHA-256 over everything that happened, in hex: equal for equal plans, whatever the run is called. */
  readonly digest: string
}

/**
 * Plays a plan in virtual time into a run directory, and judges and reports it as a run in containers.
 * @throws HarnessError `not-simulated` before there is a directory
 */
export async function simulateRun(
  plan: Plan,
  options: {
    readonly runsRoot: string
    readonly scenarioText: string
    readonly repeat: string
    readonly reporter: Reporter
  },
): Promise<SimulatedRun> {
  const { reporter, repeat } = options
  requireSimulated(plan)
  const { run, directory } = await createRunDirectory(options.runsRoot, plan.scenario.name)
  await writeInputs(directory, plan, options.scenarioText)
  const history = await openHistory(directory)
  const hash = createHash('sha256')
  const record = (event: HistoryEvent) => {
    history.append(event)
    // The first line names the run and this machine.
    if (event.type !== 'begin') hash.update(`${JSON.stringify(event)}\n`)
  }
  reporter.stage('load', 'begin')
  try {
    const config = { ...buildDriverConfig(plan, run), nodeCount: plan.nodes.length }
    const begin = { run, repeat, ...(await describeMachine(simulator())) }
    await simulate({ plan, config, begin, record })
  } finally {
    await history.close()
  }
  reporter.stage('load', 'end')
  const verdict = await recordVerdict(directory)
  await reportStage(directory, reporter)
  return { run, directory, verdict, digest: hash.digest('hex') }
}

/** What stands for an engine in the history: the machine that the simulator runs on, which its results do not depend on. */
function simulator(): EngineFacts {
  return {
    ...{ version: 'simulator', kernel: 'virtual time', isLocal: true },
    ...{ cpus: cpus().length, memoryBytes: totalmem() },
  }
}
