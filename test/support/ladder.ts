import { type Rung, verdictOfRung } from '../../model/ladder.ts'

/** A cell of a ladder on 20 nodes. */
export function rungWith(more: Partial<Rung>): Rung {
  const rung = {
    ...({
      attack: 'silent',
      fraction: 0.1,
      byzantine: 2,
      nodes: 20,
      outcome: 'FINAL',
      expected: 'FINAL',
    } as const),
    ...{ expectedUndecided: 0, vertices: null, p50Ratio: 1.25, p95Ratio: 1.5, safe: true, seen: true },
    finalityMs: { p50: 50, p95: 150 },
    contested: { accepted: 4, undecided: 2, violated: 0 },
    ...{ remarks: [], unexplained: [] },
    // As if every third node were one.
    collectors: Math.ceil((more.byzantine ?? 2) / 3),
    ...more,
  }
  return { ...rung, verdict: verdictOfRung(rung) }
}

/** Two attacks: one that stalls, one whose coins leave something undecided. */
export const ladderRungs: readonly Rung[] = [
  rungWith({ fraction: 0, byzantine: 0, p50Ratio: 1, p95Ratio: 1 }),
  rungWith({ fraction: 0.3, byzantine: 6, p50Ratio: 2.07, p95Ratio: 3.11 }),
  rungWith({
    ...{ fraction: 0.33, byzantine: 7, outcome: 'STALLED', expected: 'STALLED', expectedUndecided: 1 },
    ...{ p50Ratio: null, p95Ratio: null, finalityMs: { p50: null, p95: null } },
  }),
  rungWith({ attack: 'random-vote', fraction: 0, byzantine: 0, p50Ratio: 1, p95Ratio: 1 }),
  rungWith({ attack: 'random-vote', fraction: 0.3, byzantine: 6, p50Ratio: 4.25, p95Ratio: 6.5 }),
  rungWith({
    ...{ attack: 'random-vote', fraction: 0.33, byzantine: 7, expectedUndecided: 1 / 128 },
    vertices: { unconflicted: { least: 150, most: 170 }, undecided: 2, elsewhere: 0 },
    ...{ p50Ratio: 8.75, p95Ratio: 12.5 },
    remarks: ['liveness: 3 unconflicted transactions of 180 not accepted everywhere'],
  }),
]
