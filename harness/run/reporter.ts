import type { FaultEvent, Stage } from '../../model/event.ts'

/** The stages of a run as a person sees them: those of the history, and judging and reporting after it. */
export type ReportedStage = Stage | 'judge' | 'report'

/** Where a run tells how it goes. What it says is for people; machines read the history and the verdict. */
export interface Reporter {
  stage(stage: ReportedStage, state: 'begin' | 'end' | 'failed', detail?: string): void
  /** The state of the present stage; each replaces the last where the terminal can do that. `share` is how much of it is done, 0 to 1. */
  progress(text: string, share?: number): void
  /** Something to know, whatever the stage. */
  line(text: string): void
  /** Resolves once everything is on the screen, so that a result can follow. */
  close(): Promise<void>
}

/** What a person is told of a step: its outcome. */
export function describeFault({ id, step, attested, evidence }: FaultEvent): string | undefined {
  if (['inject', 'effect', 'heal', 'ended'].includes(step)) return undefined
  if (step === 'interrupted') return `fault ${id} INTERRUPTED: ${evidence}`
  if (step === 'resumed') return `fault ${id} holds again: ${evidence}`
  return `fault ${id} ${attested ? step : `NOT ${step}`}: ${evidence}`
}
