import type { RunClock } from '../../model/clock.ts'
import type { Stage } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Engine } from '../../model/ports/backend.ts'
import type { HistoryWriter } from '../history/writer.ts'
import { type Interrupts, isInterruption } from './interrupts.ts'
import type { Reporter } from './reporter.ts'
import type { Situation } from './situation.ts'

/** What a run is asked to do beside its plan. */
export interface RunOptions {
  readonly engine: Engine
  /** The scenario as its author wrote it, kept in the run directory. */
  readonly scenarioText: string
  /** The command line that plays the run again, for its report. */
  readonly repeat: string
  readonly reporter: Reporter
  readonly interrupts: Interrupts
  /** Where run directories are made. */
  readonly runsRoot: string
  /** Leave the network up at the end. */
  readonly keep: boolean
  /** ready: bring the network up and leave it, without load. */
  readonly until: 'judged' | 'ready'
  readonly driverPort: number | undefined
  readonly provision: boolean
  /** Prometheus and Grafana beside the nodes. */
  readonly metrics: boolean
}

/** A run under way. */
export interface RunContext extends RunOptions {
  readonly plan: Plan
  readonly run: string
  readonly directory: string
  /** Gives every line of the history its time. */
  readonly clock: RunClock
  /** For calls that change anything; new in every run. */
  readonly token: string
  readonly history: HistoryWriter
}

/** A run whose network is up. */
export interface WatchedContext extends RunContext {
  readonly situation: Situation
}

/** Does the work of a stage between its two lines in the history. */
export async function inStage<T>(context: RunContext, stage: Stage, work: () => Promise<T>): Promise<T> {
  context.history.append({ type: 'stage', at: context.clock.now(), stage, state: 'begin' })
  context.reporter.stage(stage, 'begin')
  try {
    const result = await work()
    context.history.append({ type: 'stage', at: context.clock.now(), stage, state: 'end' })
    context.reporter.stage(stage, 'end')
    return result
  } catch (error) {
    context.reporter.stage(stage, 'failed', isInterruption(error) ? 'interrupted' : (error as Error).message)
    throw error
  }
}

/** Tells the person and the history alike. */
export function note(context: RunContext, level: 'info' | 'warning' | 'error', message: string): void {
  context.history.append({ type: 'note', at: context.clock.now(), level, message })
  context.reporter.line(message)
}
