import { nameNodes } from '../../model/node-names.ts'
import { named } from '../history/witnesses.ts'
import { type Checker, counted, fail, nothingDecided, pass } from './checker.ts'

/** Safety: no node decides a transaction twice. */
export const integrity: Checker = {
  name: 'integrity',
  check: (plan, { nodes, decisionCount, transactions }) => {
    if (decisionCount === 0) return nothingDecided(plan)
    const repeating = nodes.filter(({ repeated }) => repeated.count > 0)
    if (repeating.length === 0)
      return pass(`nothing was decided twice in ${counted(decisionCount, 'decision')}`)
    const count = repeating.reduce((sum, { repeated }) => sum + repeated.count, 0)
    return fail(
      `${nameNodes(repeating)} decided ${counted(count, 'transaction')} more than once`,
      named(
        repeating.map(({ repeated }) => repeated),
        transactions.id,
      ),
    )
  },
}
