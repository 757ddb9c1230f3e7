import type { Unjudged } from '../../model/plan.ts'
import type { Objective } from '../../model/scenario.ts'
import type { Level } from '../../model/verdict.ts'

/** Which level of an objective a figure reaches; `missed` is past critical, and the only one that fails a run. */
export function levelOf(figure: number, objective: Objective, better: 'higher' | 'lower'): Level {
  const reaches = (bound: number) => (better === 'higher' ? figure >= bound : figure <= bound)
  if (reaches(objective.target)) return 'target'
  if (reaches(objective.acceptable)) return 'acceptable'
  return reaches(objective.critical) ? 'critical' : 'missed'
}

/** `reported, not judged: the scenario expects a stall` */
export function notJudged({ unjudged }: Unjudged): string {
  return `reported, not judged: ${unjudged}`
}
