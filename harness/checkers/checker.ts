import type { Plan } from '../../model/plan.ts'
import type { CheckResult, Outcome } from '../../model/verdict.ts'
import type { Span } from './noise-track.ts'
import type { Observations } from './observations.ts'

/** Judges one property of a run from the plan and the history alone; never asks a live node. */
export interface Checker {
  readonly name: string
  check(plan: Plan, observations: Observations): Finding
}

/** A check result before it has its checker's name and was seen in the light of what other programs did. */
export interface Finding extends Omit<CheckResult, 'name'> {
  /** The windows that decided it, of what depends on time; what is left out is decided by the whole load, or by no time. */
  readonly during?: readonly Span[]
  /** The share of the transactions that decides it, where that is a small one: 0.05 of a 95th percentile. */
  readonly tail?: number
}

export const pass = (message: string): Finding => finding('pass', message)
export const fail = (message: string, evidence?: unknown): Finding => finding('fail', message, evidence)
export const unknown = (message: string, evidence?: unknown): Finding => finding('unknown', message, evidence)

function finding(verdict: Outcome, message: string, evidence?: unknown): Finding {
  return { verdict, message, ...(evidence === undefined ? {} : { evidence }) }
}

/** No decision at all: what a scenario that expects a stall wants to see, and no evidence in any other. */
export function nothingDecided({ scenario }: Plan): Finding {
  if (scenario.expect.stall) return pass('nothing was decided, as the scenario expects')
  return unknown('no node told of any decision')
}

/** `1 node`, `3 nodes`, `12,000 transactions` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
