import type { CheckResult } from '../../model/verdict.ts'

/**
 * Checks that did not pass, without those that are unknown because other programs took the cores: a test run that shares its
 * machine says nothing of performance then, and all the same of safety and faults.
 */
export function unexplained(checks: readonly CheckResult[]): CheckResult[] {
  return checks.filter(
    ({ verdict, message }) => verdict !== 'pass' && !(verdict === 'unknown' && isByOthers(message)),
  )
}

export function isByOthers(message: string): boolean {
  return /; other (programs|virtual machines) took [^;]* of the cores$/.test(message)
}
