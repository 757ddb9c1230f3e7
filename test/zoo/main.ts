import { plays } from './plays.ts'

/** What one play came to; printed as the only line. */
export interface Played {
  readonly verdict: string
  /** Checks that did not pass, by name. */
  readonly checks: Readonly<Record<string, { readonly verdict: string; readonly message: string }>>
  /** Whether the seeded defect was executed at all. */
  readonly wasReached: boolean
}

const { verdict, checks } = await plays[process.argv[2]!]!()
const played: Played = {
  verdict,
  checks: Object.fromEntries(
    checks
      .filter(check => check.verdict !== 'pass')
      .map(({ name, ...check }) => [name, { verdict: check.verdict, message: check.message }]),
  ),
  wasReached: 'seededDefect' in globalThis,
}
process.stdout.write(JSON.stringify(played))
process.exit(0)
