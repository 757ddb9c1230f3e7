/**
 * What other programs did to the performance of a run: it can only get worse by them. A pass at target level is true all the
 * same; less than that is not known to be the network's own doing. Safety does not depend on time and is judged as ever.
 */
import type { Finding } from './checker.ts'
import type { NoiseTrack, Span, Taken } from './noise-track.ts'

/**
 * Share of the cores that others may take. Without other programs a run shows less than 5 %, and the measurement is within
 * 5 points: three times that is neither.
 */
const noiseMax = 0.15

/** A tail is judged in pieces of this length: shorter ones are as uneven as the kernel's counters. */
const pieceMs = 5000

/**
 * A finding about performance in the light of what others took. A window that missed its objective while nothing was taken
 * stands, whatever happened in others.
 *
 * @param load judged when the finding does not name the windows in which it was decided
 */
export function underNoise(finding: Finding, noise: NoiseTrack, load: Span | undefined): Finding {
  const { during = load === undefined ? [] : [load], tail, ...judged } = finding
  const taken = during.map(span => takenFrom(noise, span, tail))
  const [first] = taken
  if (first === undefined || taken.includes(undefined)) return judged
  const message = `${judged.message}; ${describeTaken(first)}`
  const isProven = judged.verdict === 'pass' && (judged.level ?? 'target') === 'target'
  if (isProven) return { ...judged, message }
  const { level: _, ...rest } = judged
  return { ...rest, verdict: 'unknown', message }
}

/** `other programs took 41 % of the cores` */
export function describeTaken({ others, steal }: Taken): string {
  const who = [
    ...(others >= steal / 10 ? [`other programs took ${percent(others)}`] : []),
    ...(steal >= others / 10 ? [`other virtual machines took ${percent(steal)}`] : []),
  ]
  return `${who.join(' and ')} of the cores`
}

/** Whether a run has been slowed down by others for a while. */
export function isDisturbed({ others, steal }: Taken): boolean {
  return others + steal > noiseMax
}

/**
 * What was taken in a window, when that was too much. Of a figure that a small part of the transactions decides, as of a
 * percentile, it is enough that others were busy in that part of the window.
 */
function takenFrom(noise: NoiseTrack, span: Span, tail: number | undefined): Taken | undefined {
  const mean = noise.over(span)
  if (mean === undefined || isDisturbed(mean)) return mean
  if (tail === undefined) return undefined
  const disturbed = piecesOf(span).flatMap(piece => {
    const taken = noise.over(piece)
    return taken !== undefined && isDisturbed(taken) ? { piece, taken } : []
  })
  const disturbedMs = disturbed.reduce((sum, { piece }) => sum + piece.to - piece.from, 0)
  return disturbedMs >= tail * (span.to - span.from) ? disturbed[0]?.taken : undefined
}

function piecesOf({ from, to }: Span): Span[] {
  const count = Math.ceil((to - from) / pieceMs)
  return Array.from({ length: count }, (_, index) => ({
    from: from + index * pieceMs,
    to: Math.min(to, from + (index + 1) * pieceMs),
  }))
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
