import { z } from 'zod'
import { describeHit } from './hit.ts'
import { type Outcome, worst } from './verdict.ts'

/** Version of ladder.json. 1 knew nothing of vertices and was written only at the end. */
export const ladderVersion = 2

const figure = z.number().nullable()
const outcome = z.enum(['FINAL', 'STALLED', 'PARTIAL', 'VIOLATED'])

const verdict = z.enum(['pass', 'fail', 'unknown'])

const rungFields = z.object({
  attack: z.string(),
  fraction: z.number(),
  byzantine: z.number(),
  /** How many of the Byzantine nodes are collectors from the start. Older ladders did not count them. */
  collectors: z.number().nullable().default(null),
  nodes: z.number(),
  outcome,
  expected: outcome,
  /** Share of the vertices that theory leaves undecided where votes are a matter of chance. */
  expectedUndecided: z.number().default(0),
  /** What was undecided at the node with most of it; null where nothing of it was recorded. */
  vertices: z
    .object({
      unconflicted: z.object({ least: z.number(), most: z.number() }),
      undecided: z.number(),
      elsewhere: z.number(),
    })
    .nullable()
    .default(null),
  /** Finality at the issuer relative to the cell before the attack, without one; null where nothing was final. */
  p50Ratio: figure,
  p95Ratio: figure,
  finalityMs: z.object({ p50: figure, p95: figure }),
  safe: z.boolean(),
  /** Whether correct nodes saw the attack, as far as it can be seen: without it the cell shows nothing. Older ladders did not look. */
  seen: z.boolean().default(true),
  contested: z.object({ accepted: z.number(), undecided: z.number(), violated: z.number() }),
  /** What the checks that did not pass say; of a violation that is expected, its witness. */
  remarks: z.array(z.string()),
  /** Those of these checks that the outcome does not explain where theory expects it. Older ladders did not tell. */
  unexplained: z.array(z.object({ check: z.string(), verdict })).default([]),
})

const rungSchema = rungFields
  .extend({ verdict: verdict.optional() })
  .transform(rung => ({ ...rung, verdict: rung.verdict ?? verdictOfRung(rung) }))

/** One line of the customer's table: an attack by a share of the nodes. */
export type Rung = z.infer<typeof rungSchema>

/** What a report shows of a ladder. */
export const reportedLadderSchema = z.object({
  nodes: z.number(),
  /** All cells but the one that warms the nodes up; those beyond the rungs were not run. */
  cells: z.number(),
  rungs: z.array(rungSchema),
})
export type ReportedLadder = z.infer<typeof reportedLadderSchema>

/** ladder.json as any version wrote it. */
export const ladderSchema = reportedLadderSchema
  .partial({ cells: true })
  .transform(({ cells, ...ladder }) => ({
    ...ladder,
    cells: cells ?? ladder.rungs.length,
  }))

type Judged = z.infer<typeof rungFields>

/**
 * pass: the outcome is what theory expects, the attack was seen, and every check holds that the outcome does not explain. A cell whose
 * outcome is another one is unknown where the check that decides it is.
 */
export function verdictOfRung(rung: Judged): Outcome {
  const spoilt = rung.unexplained.map(each => each.verdict)
  const outcome = isExpected(rung) ? 'pass' : isOpen(rung) ? 'unknown' : 'fail'
  return worst([outcome, rung.seen ? 'pass' : 'unknown', ...spoilt])
}

/** A violation is as expected only where theory has one. */
export function isExpected({ outcome, expected, safe }: Judged): boolean {
  return outcome === expected && safe === (expected !== 'VIOLATED')
}

function isOpen({ outcome, expected, unexplained }: Judged): boolean {
  const decisive = expected === 'VIOLATED' ? ['agreement', 'liveness'] : ['liveness']
  return outcome !== 'VIOLATED' && unexplained.some(each => decisive.includes(each.check))
}

/** `always-reject 30 %` */
export function nameOfRung({ attack, fraction }: Pick<Rung, 'attack' | 'fraction'>): string {
  return `${attack} ${percent(fraction)}`
}

/** `33 %`, `30.4 %`: shares that differ must look different. */
export function percent(fraction: number): string {
  return `${percentOf(fraction)} %`
}

/** `delay-by-200ms-30`: what a cell's directory is called, so another one for each attack and share. */
export function nameOfCell(attack: string, fraction: number): string {
  return `${attack} ${percentOf(fraction)}`.replaceAll(/[^a-z0-9]+/g, '-')
}

/** Without what binary fractions add: 0.07 is 7, not 7.000000000000001. */
function percentOf(fraction: number): number {
  return Number((fraction * 100).toPrecision(12))
}

/** `FINAL, but evidence failed, driver-health unknown` */
export function resultOfRung(rung: Rung): string {
  return `${outcomeOfRung(rung)}${spoiltBy(rung)}`
}

/** `, but evidence failed`; nothing where nothing spoils the outcome. */
export function spoiltBy({ unexplained, seen }: Rung): string {
  const told = unexplained.map(each => `${each.check} ${each.verdict === 'fail' ? 'failed' : 'unknown'}`)
  if (!seen) told.push('the attack was not seen')
  return told.length === 0 ? '' : `, but ${told.join(', ')}`
}

/** `FINAL, 2 of 172 vertices undecided` */
export function outcomeOfRung({ outcome, vertices }: Rung): string {
  if (outcome === 'STALLED' || vertices === null || vertices.undecided === 0) return outcome
  return `${outcome}, ${vertices.undecided} of ${count(vertices.unconflicted.most)} vertices undecided`
}

/** `FINAL, 1 of 128 vertices undecided` */
export function expectationOfRung({ expected, expectedUndecided: share }: Rung): string {
  if (share === 1 || share < rareShare) return expected
  const ratio = share < 0.1 ? `1 of ${count(Math.round(1 / share))}` : `${Math.round(share * 100)} of 100`
  return `${expected}, ${ratio} vertices undecided`
}

/** Nobody waits for what happens once in a million vertices. */
const rareShare = 1e-6

/** `silent 30 %, 6 nodes, 2 of them collectors` */
export function describeAttack(rung: Pick<Rung, 'attack' | 'fraction' | 'byzantine' | 'collectors'>): string {
  const { byzantine: nodes, collectors } = rung
  const hit = nodes === 0 || collectors === null ? '' : `, ${describeHit({ nodes, collectors })}`
  return `${nameOfRung(rung)}${hit}`
}

function count(value: number): string {
  return value.toLocaleString('en')
}
