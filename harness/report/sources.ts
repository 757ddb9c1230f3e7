import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Occurrence } from '../../model/fault.ts'
import { ladderSchema, type ReportedLadder } from '../../model/ladder.ts'
import type { Plan } from '../../model/plan.ts'
import { type RecordedVerdict, recordedVerdictSchema } from '../../model/report.ts'
import { type Outcome, worst } from '../../model/verdict.ts'
import { readHistory } from '../history/reader.ts'
import { historyFile } from '../history/writer.ts'
import { judgeDirectory, judgeProjectDirectory, readPlan } from '../records/judge.ts'
import { projectFile, readProjectPlan } from '../records/project-file.ts'
import { type OwnerState, ownerState } from '../session/owner.ts'
import { ladderChecks } from './ladder-checks.ts'

/** Any one of these makes a directory a run. */
export const runMarks = ['plan.json', historyFile, projectFile, 'verdict.json']

/** What a run on containers of somebody else never has, so that nobody looks for it. */
const projectSentence =
  'These are containers of somebody else: faults and their attestation are all there is. There was no load and no node told of decisions, so nothing is said of safety, throughput or finality.'

/** What a run directory has beside its history, as far as it can be read. */
export interface Sources {
  /** The directory's name, which is the run's id unless somebody renamed it. */
  readonly name: string
  readonly plan: Plan | undefined
  readonly scenarioToml: string | undefined
  readonly verdict: RecordedVerdict | undefined
  /** What the run itself came to; undefined where the verdict was made for the report, or there is none. */
  readonly recorded: Outcome | undefined
  readonly nodes: readonly { readonly name: string; readonly region: string | null }[]
  readonly faults: readonly Occurrence[] | undefined
  readonly seed: string | undefined
  /** What the cells of a ladder came to. */
  readonly ladder: ReportedLadder | undefined
  /** Whether anybody still plays it. */
  readonly owner: OwnerState
}

/**
 * Reads the small files of a run directory. One that is missing, broken or of another version is left out, and `miss` is told
 * in a sentence.
 */
export async function readSources(directory: string, miss: (sentence: string) => void): Promise<Sources> {
  const project = await readProjectPlan(directory).catch(error => {
    miss(`What faults were to be played is not known: ${oneLine(error)}`)
    return undefined
  })
  if (project !== undefined) miss(projectSentence)
  const plan =
    project === undefined
      ? await readPlan(directory).catch(error => {
          miss(
            `The plan is missing, so names, regions and what faults were planned are not known: ${oneLine(error)}`,
          )
          return undefined
        })
      : undefined
  const ladder = await readLadder(directory, miss)
  const recorded = await readVerdict(directory, ladder, miss)
  const isJudgeable = (plan ?? project) !== undefined
  const verdict = recorded ?? (isJudgeable ? await judgeAnew(directory, miss) : undefined)
  const nodeCount = () => verdict?.metrics?.nodes ?? countNodes(join(directory, historyFile))
  return {
    name: basename(directory),
    plan,
    scenarioToml: await readFile(join(directory, 'scenario.toml'), 'utf8').catch(() => undefined),
    verdict,
    recorded: recorded?.verdict,
    nodes:
      plan?.nodes.map(({ name, region = null }) => ({ name, region })) ??
      project?.places.map(({ name }) => ({ name, region: null })) ??
      Array.from({ length: await nodeCount() }, (_, node) => ({ name: `node-${node}`, region: null })),
    faults: plan?.faults ?? project?.faults,
    seed: plan?.seed ?? project?.seed ?? verdict?.seed,
    owner: await ownerState(directory),
    ladder,
  }
}

async function readLadder(
  directory: string,
  miss: (sentence: string) => void,
): Promise<ReportedLadder | undefined> {
  const text = await readFile(join(directory, 'ladder.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return ladderSchema.parse(JSON.parse(text))
  } catch {
    miss('ladder.json cannot be read: it is broken, or of a version this one does not know.')
    return undefined
  }
}

/** The verdict as it was written, or that of the cells of a ladder. */
async function readVerdict(
  directory: string,
  ladder: ReportedLadder | undefined,
  miss: (sentence: string) => void,
): Promise<RecordedVerdict | undefined> {
  const file = join(directory, 'verdict.json')
  try {
    return recordedVerdictSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    // The first version of ladders wrote none.
    if (ladder) {
      const checks = ladderChecks(ladder.rungs, ladder.rungs)
      return recordedVerdictSchema.parse({ verdict: worst(checks.map(({ verdict }) => verdict)), checks })
    }
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    miss(
      isAbsent
        ? 'There is no verdict.json: the run did not come to its verdict.'
        : 'verdict.json cannot be read: it is broken, or of a version this one does not know.',
    )
    return undefined
  }
}

async function judgeAnew(
  directory: string,
  miss: (sentence: string) => void,
): Promise<RecordedVerdict | undefined> {
  try {
    const verdict = (await judgeProjectDirectory(directory)) ?? (await judgeDirectory(directory)).verdict
    miss('The verdict shown here was made from the history when this report was written.')
    return recordedVerdictSchema.parse(verdict)
  } catch (error) {
    miss(`The history could not be judged: ${oneLine(error)}`)
    return undefined
  }
}

/** Without a plan the history alone knows how many nodes there were. */
async function countNodes(history: string): Promise<number> {
  let count = 0
  try {
    for await (const event of readHistory(history, () => {})) {
      if ('node' in event) count = Math.max(count, event.node + 1)
      if (event.type === 'resources') count = Math.max(count, event.memoryBytes.length)
    }
  } catch {
    // Without a history there are none to count; whoever reads it next says that it is missing.
  }
  return Math.min(count, nodesMax)
}

/** A broken line may name any number; more nodes than a scenario can have are none. */
const nodesMax = 1000

/** The first line of an error, without the path of the directory, which is another one for each reader. */
export function oneLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.replaceAll(/(?:\/[^/\s:]+)+\/([^/\s:]+)/g, '$1')
}
