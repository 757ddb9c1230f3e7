import type { Report } from '../../model/report.ts'
import { markup } from './markup.ts'

/**
 * The verdict in the format that CI systems read: a test case a check. A failed check is a failure; an unknown one is an error,
 * because a run that shows nothing must not look green. What is missing goes to the standard error of the suite.
 */
export function junitXml(report: Report): string {
  const { checks, scenario, run } = report
  const count = (verdict: string) => checks.filter(check => check.verdict === verdict).length
  const seconds =
    report.startedAt === null || report.endedAt === null ? 0 : (report.endedAt - report.startedAt) / 1000
  const totals = { tests: checks.length, failures: count('fail'), errors: count('unknown') }
  const startedAt = report.startedAt === null ? null : new Date(report.startedAt).toISOString().slice(0, 19)
  const cases = checks.map(({ name, verdict, message, evidence }) => {
    const details = evidence === undefined ? '' : JSON.stringify(evidence, null, 1)
    const trouble =
      verdict === 'pass'
        ? markup`<system-out>${message}</system-out>`
        : verdict === 'fail'
          ? markup`<failure message="${message}">${details}</failure>`
          : markup`<error message="${message}">${details}</error>`
    return markup`    <testcase classname="whiteout.${scenario.name}" name="${name}">${trouble}</testcase>\n`
  })
  return `${markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="whiteout" tests="${totals.tests}" failures="${totals.failures}" errors="${totals.errors}" time="${seconds}">
  <testsuite name="${run}" tests="${totals.tests}" failures="${totals.failures}" errors="${totals.errors}" time="${seconds}"${startedAt === null ? '' : markup` timestamp="${startedAt}"`}>
    <properties>
      <property name="seed" value="${report.seed}"/>
      <property name="repeat" value="${report.repeat}"/>
      <property name="version" value="${report.version}"/>
    </properties>
${cases}    <system-err>${report.missing.join('\n')}</system-err>
  </testsuite>
</testsuites>`}\n`
}
