import { HarnessError } from '../../../model/errors.ts'
import type { RunOutcome } from '../../run/run.ts'
import { pathsOf } from './summary.ts'

/** verdict.json and what surrounds it, for programs: the same paths as in the summary, null where there is nothing. */
export function resultOf(
  { run, directory, verdict, wasInterrupted, failure, watchers }: RunOutcome,
  { seed, keep }: { readonly seed: string; readonly keep: boolean },
) {
  const error = failure && {
    code: failure instanceof HarnessError ? failure.code : 'internal',
    message: failure.message,
    ...(failure instanceof HarnessError ? { next: failure.next } : {}),
  }
  return {
    ...(verdict ?? { run, seed }),
    directory,
    // A Prometheus that is left up is asked at its address; what it still writes to is for nobody else.
    paths: pathsOf(directory, keep ? undefined : watchers),
    ...(keep ? watchers : {}),
    interrupted: wasInterrupted,
    ...(error ? { error } : {}),
  }
}
