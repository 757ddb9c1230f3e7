import type { Plan } from '../../model/plan.ts'
import { toldLimit } from '../../nodes/host/evidence-book.ts'
import { isWithinTheory, undecidedShareOf } from '../theory/outcome.ts'
import type { Observations } from './observations.ts'
import { vertexFigures } from './vertices.ts'

/** Whether theory explains what is undecided, or nodes did not tell all of it; as part of a sentence. */
interface ChanceLeft {
  readonly is: 'theory' | 'too many' | 'untold'
  readonly told: string
}

/** What Byzantine nodes that vote by chance have left undecided. Undefined where theory leaves nothing, or everything: that is a stall. */
export function chanceLeft(plan: Plan, observations: Observations): ChanceLeft | undefined {
  const share = undecidedShareOf(plan)
  const figures = share > 0 && share < 1 ? vertexFigures(observations) : null
  if (!figures) return undefined
  const { undecided, unconflicted, elsewhere } = figures
  const leaves = `theory leaves ${share > 0.5 ? `${(share * 100).toFixed(1)} %` : `1 of ${Math.round(1 / share).toLocaleString('en')}`}`
  const count = `${undecided} of ${unconflicted.most.toLocaleString('en')} vertices undecided`
  if (isWithinTheory(figures, share))
    return { is: 'theory', told: `${count}, of which ${leaves}, within what chance does 99.9 times of 100` }
  if (observations.evidence.some(({ undecided: told }) => (told?.length ?? 0) >= toldLimit))
    return {
      is: 'untold',
      told: `and nodes tell of their oldest ${toldLimit} undecided vertices alone, too few to say whether chance explains it; try a shorter load`,
    }
  const others = elsewhere > 0 ? `, and ${elsewhere} transactions in none of them` : ''
  return { is: 'too many', told: `${count}${others}, of which ${leaves}: more than chance explains` }
}
