import type { Finding } from './checker.ts'
import type { ClockTrack } from './clock-track.ts'
import type { Span } from './noise-track.ts'

/** A finding about durations, which is unknown where one of its windows has times that cannot be compared. */
export function underClocks(finding: Finding, clocks: ClockTrack, load: Span | undefined): Finding {
  const { during = load === undefined ? [] : [load] } = finding
  const [doubt] = during.flatMap(span => clocks.doubt(span) ?? [])
  if (doubt === undefined) return finding
  const { level: _, ...rest } = finding
  return { ...rest, verdict: 'unknown', message: `${finding.message}; not known: ${doubt}` }
}
