import { join } from 'node:path'
import { HarnessError } from '../../model/errors.ts'
import { type BeginEvent, historySchema } from '../../model/event.ts'
import { hitBy } from '../../model/hit.ts'
import { machineSchema, type Report, reportVersion } from '../../model/report.ts'
import { worst } from '../../model/verdict.ts'
import { type OnBroken, readHistory } from '../history/reader.ts'
import { historyFile } from '../history/writer.ts'
import type { OwnerState } from '../session/owner.ts'
import { shellCommand } from '../shell-command.ts'
import { byzantineOf } from './byzantine.ts'
import { type Collected, Collector } from './collect.ts'
import { faultSpans } from './fault-spans.ts'
import { type HistoryState, historyCheck, schemaText } from './history-check.ts'
import { oneLine, readSources, type Sources } from './sources.ts'

/** Broken lines that are named one by one. */
const namedLines = 3

/**
 * The report of a run directory, whatever state it is in: what is missing is part of it. The history is read once, as a
 * stream.
 */
export async function buildReport(directory: string): Promise<Report> {
  const missing: string[] = []
  const sources = await readSources(directory, sentence => missing.push(sentence))
  const { nodes } = sources
  const collector = new Collector(nodes.length, node => nodes[node]!.name, sources.plan?.byzantine)
  const broken = brokenLines()
  let unreadable: string | undefined
  let isOutdated = false
  try {
    for await (const event of readHistory(join(directory, historyFile), broken.add)) collector.add(event)
  } catch (error) {
    unreadable = oneLine(error)
    isOutdated = error instanceof HarnessError && error.code === 'history-schema'
    const what = isOutdated ? 'The history is of another version' : 'The history is missing'
    missing.push(`${what}, so nothing can be shown over time: ${unreadable}`)
  }
  const collected = collector.finish()
  // Of what was not read nothing is known to be missing.
  missing.push(...broken.sentences(), ...(isOutdated ? [] : gaps(collected, sources)))
  const { begin, end } = collected
  const state = { begin, end, unreadable, brokenLines: broken.count(), recorded: sources.recorded }
  return assemble(sources, collected, missing, state)
}

function brokenLines(): { add: OnBroken; count(): number; sentences(): string[] } {
  const named: string[] = []
  let count = 0
  return {
    add: problem => {
      if (named.length < namedLines) named.push(oneLine(problem))
      count++
    },
    count: () => count,
    sentences: () => {
      if (count === 0) return []
      const lines = count === 1 ? 'One line of the history was' : `${count} lines of the history were`
      return [`${lines} left out: ${named.join('; ')}${count > namedLines ? '; and more' : ''}`]
    },
  }
}

/** Why a history has no end, by who answers for the run. */
const endings: Readonly<Record<OwnerState, string>> = {
  running: 'The run is still going on: this is what there is so far.',
  kept: 'The history has no end: the network was left up, or the run broke off.',
  dead: 'The history has no end: the run broke off.',
  elsewhere: 'The history has no end: the run broke off, or is still going on.',
}

/** What a complete run of this version has, and this one has not. */
function gaps({ begin, end, series, grids, beganAt }: Collected, { plan, owner, ladder }: Sources): string[] {
  const isSchemaKnown = begin === undefined || begin.schema === historySchema
  return [
    ...(begin === undefined ? ['The history has no beginning: machine and version are not known.'] : []),
    ...(isSchemaKnown
      ? []
      : [
          `The history has ${schemaText(begin)}, this version reads schema ${historySchema}: what it does not know is left out.`,
        ]),
    ...(begin !== undefined && machineOf(begin) === null
      ? ['The beginning of the history does not say on what machine it was.']
      : []),
    ...(end === undefined ? [endings[owner]] : []),
    // The loads of a ladder are those of its cells, which have histories of their own.
    ...(plan !== undefined && beganAt === undefined && !ladder ? ['The load never began.'] : []),
    ...(ladder && ladder.rungs.length < ladder.cells
      ? [`Of ${ladder.cells} cells of the ladder ${ladder.rungs.length} were run.`]
      : []),
    ...(plan !== undefined && beganAt !== undefined && series === null
      ? ['No transaction was declared.']
      : []),
    ...(series !== null && grids.memoryMiB === null
      ? ['There is no sample of memory and CPU during the load.']
      : []),
  ]
}

function assemble(sources: Sources, collected: Collected, missing: string[], state: HistoryState): Report {
  const { plan, verdict, nodes } = sources
  const { begin, end, beganAt } = collected
  // Without any verdict there is nothing that could be taken on trust.
  const distrusted = verdict === undefined ? undefined : historyCheck(state)
  const origin = beganAt ?? begin?.at ?? 0
  const checks = [
    ...(verdict?.checks ?? [
      {
        name: 'verdict',
        verdict: 'unknown' as const,
        message: 'there is no verdict, and none could be made',
      },
    ]),
    ...(distrusted === undefined ? [] : [distrusted]),
  ]
  return {
    schema: reportVersion,
    run: begin?.run || verdict?.run || sources.name,
    scenario: {
      name: plan?.scenario.name ?? verdict?.scenario ?? '',
      description: plan?.scenario.description ?? '',
      toml: sources.scenarioToml ?? null,
    },
    seed: sources.seed ?? null,
    repeat: repeatOf(sources, begin),
    startedAt: wallOf(begin, begin),
    endedAt: wallOf(begin, end),
    ending: end?.reason ?? null,
    endingMessage: end?.message ?? null,
    version: begin?.version ?? null,
    machine: machineOf(begin),
    missing,
    verdict: worst([verdict?.verdict ?? 'unknown', ...checks.map(check => check.verdict)]),
    checks,
    metrics: verdict?.metrics ?? null,
    loadMs: collected.loadMs,
    warmupMs: Math.round(collected.warmupMs),
    stages: collected.stages,
    nodes: [...nodes],
    faults: faultSpans({
      events: collected.faults,
      planned: sources.faults,
      nameOf: node => nodes[node]?.name ?? `node-${node}`,
      // Plans of older versions have no collectors.
      hitOf: occurrence => (plan?.succession ? hitBy(plan, [occurrence]) : null),
      origin,
    }),
    byzantine: plan === undefined || sources.ladder ? null : byzantineOf(plan, collected.evidence),
    ladder: sources.ladder ?? null,
    series: collected.series,
    distribution: collected.distribution,
    grids: collected.grids,
    slopes: [...collected.slopes],
    notes: collected.notes.map(({ at, level, message }) => ({
      atMs: begin === undefined ? null : Math.round(at - origin),
      level,
      message,
    })),
    notesLeftOut: collected.notesLeftOut,
  }
}

/** Runs before the command was recorded can be played again from their own files. */
function repeatOf({ plan, name, scenarioToml }: Sources, begin: BeginEvent | undefined): string | null {
  if (begin?.repeat !== undefined) return begin.repeat
  if (plan === undefined || scenarioToml === undefined) return null
  return shellCommand(['npm', 'run', 'run', '--', `runs/${name}/scenario.toml`, '--seed', plan.seed])
}

/** For people, who have a clock on the wall. */
function wallOf(begin: BeginEvent | undefined, event: { readonly at: number } | undefined): number | null {
  return begin === undefined || event === undefined ? null : Math.round(begin.originWallMs + event.at)
}

function machineOf(begin: BeginEvent | undefined): Report['machine'] {
  return machineSchema.safeParse(begin?.machine).data ?? null
}
