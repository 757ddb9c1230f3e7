import { historySchema } from '../../model/event.ts'
import type { ReportedCheck } from '../../model/report.ts'
import type { Outcome } from '../../model/verdict.ts'
import type { Collected } from './collect.ts'

/** How a history could be read. */
export interface HistoryState extends Pick<Collected, 'begin' | 'end'> {
  /** Why it could not be read at all. */
  readonly unreadable: string | undefined
  /** Lines that were left out, a torn last one among them. */
  readonly brokenLines: number
  /** The verdict that a run left; undefined where none was recorded. */
  readonly recorded: Outcome | undefined
}

/**
 * A verdict rests on a history. Without a whole one nobody can make its checks again, so that nothing recorded is taken on trust:
 * the check is unknown, and names what was recorded. Undefined where the history is whole.
 */
export function historyCheck(state: HistoryState): ReportedCheck | undefined {
  const holes = historyHoles(state)
  if (holes.length === 0) return undefined
  const told = state.recorded === undefined ? '' : `; the verdict that was recorded is ${state.recorded}`
  return {
    name: 'history',
    verdict: 'unknown',
    message: `${holes.join('; ')}: the checks cannot be made again from it${told}`,
  }
}

function historyHoles({ unreadable, brokenLines, begin, end }: HistoryState): string[] {
  if (unreadable !== undefined) return [`the history cannot be read (${unreadable})`]
  const holes = [
    ...(brokenLines === 0 ? [] : [`${lines(brokenLines)} no event of this version`]),
    ...(begin === undefined ? ['the history has no beginning'] : []),
    ...(begin === undefined || begin.schema === historySchema
      ? []
      : [`the history has ${schemaText(begin)}, which this version does not know`]),
  ]
  if (end !== undefined) return holes
  return [...holes, holes.length === 0 ? 'the history breaks off' : 'it breaks off']
}

function lines(count: number): string {
  return count === 1 ? '1 line of the history is' : `${count} lines of the history are`
}

/** The schema that a history names, as a person reads it: any version of anybody's may have written it. */
export function schemaText({ schema }: { readonly schema?: unknown }): string {
  return schema === undefined ? 'no schema' : `schema ${JSON.stringify(schema)}`
}
