import { collectorsOf, type Plan } from '../../model/plan.ts'

/** Correct nodes that are asked: with the two faces of a half each, all of them see the same one in 1 of 128 draws. */
const witnessesMax = 8

/**
 * Whom to ask what Byzantine nodes were seen to do: some correct collectors, which hear the votes of everybody. Only when none of the first ones is
 * correct are those asked that follow them.
 */
export function witnessesOf(plan: Pick<Plan, 'byzantine' | 'succession'>): number[] {
  const { byzantine = [], succession } = plan
  const isCorrect = (node: number) => !byzantine.includes(node)
  const collectors = collectorsOf(plan).filter(isCorrect)
  const chosen = collectors.length > 0 ? collectors : succession.order.filter(isCorrect)
  return chosen.slice(0, witnessesMax).sort((a, b) => a - b)
}

/** Vertices younger than this are left out of what nodes have seen, milliseconds: votes on them may be on their way. */
export function votesUnderWayMs({ tuning }: Pick<Plan, 'tuning'>): number {
  return 2000 + 4 * tuning.issueIntervalMs
}
