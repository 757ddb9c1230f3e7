import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve as resolvePath } from 'node:path'
import { HarnessError } from '../../model/errors.ts'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { judge } from '../checkers/index.ts'
import { readHistory } from '../history/reader.ts'
import { historyFile } from '../history/writer.ts'
import { runsRoot, writeJson } from './directory.ts'
import { judgeProject, type ProjectVerdict, readProjectPlan } from './project-file.ts'

/**
 * Judges what a run directory holds; needs nothing else.
 * @throws HarnessError when the plan or the history is missing or broken
 */
export async function judgeDirectory(
  directory: string,
): Promise<{ readonly verdict: Verdict; readonly plan: Plan }> {
  const plan = await readPlan(directory)
  const history = { [Symbol.asyncIterator]: () => readHistory(join(directory, historyFile)) }
  return { plan, verdict: await judge(plan, history) }
}

/** The same, and writes verdict.json. */
export async function recordVerdict(directory: string): Promise<Verdict> {
  const { verdict } = await judgeDirectory(directory)
  await writeJson(join(directory, 'verdict.json'), verdict, 1)
  return verdict
}

/**
 * The directory that a person means by a run's id, a path or `latest`.
 * @param marks files by which a run directory is known: it has at least one of them
 * @throws HarnessError `no-such-run`
 */
export async function findRunDirectory(name: string, marks = ['plan.json']): Promise<string> {
  const candidates = [resolvePath(name), join(runsRoot, name)]
  const found = candidates.find(candidate => marks.some(mark => existsSync(join(candidate, mark))))
  if (found !== undefined) return found
  const asDirectory = await stat(candidates[0]!).catch(() => undefined)
  throw new HarnessError({
    code: 'no-such-run',
    message: asDirectory?.isDirectory()
      ? `${name} is not a run directory: it has no ${marks.join(' or ')}`
      : `no run "${name}": it is neither a directory nor a name in ${runsRoot}`,
    next: 'give the id of a run in runs/, its directory, or latest',
  })
}

/**
 * Judges a run on a project of somebody else; undefined when it was no such run.
 * @throws HarnessError when its faults or the history are missing or broken
 */
export async function judgeProjectDirectory(directory: string): Promise<ProjectVerdict | undefined> {
  const plan = await readProjectPlan(directory)
  if (plan === undefined) return undefined
  return judgeProject(basename(directory), plan, readHistory(join(directory, historyFile)))
}

/** @throws HarnessError `plan-unreadable`, also for a plan of another version */
export async function readPlan(directory: string): Promise<Plan> {
  const file = join(directory, 'plan.json')
  try {
    return wholePlan(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new HarnessError({
      code: 'plan-unreadable',
      message: `${file}: ${(cause as Error).message}`,
      next: 'only a run writes this file; if it was edited, restore it',
      cause,
    })
  }
}

/** Versions before faults had no list of them; whatever else is missing makes a plan one of another version. */
function wholePlan(value: unknown): Plan {
  const plan = value as Plan | null
  if (plan?.schema !== 1) throw new Error(`expected schema 1, got ${JSON.stringify(plan?.schema) ?? 'none'}`)
  const parts = {
    seed: typeof plan.seed === 'string',
    'scenario.name': typeof plan.scenario?.name === 'string',
    'scenario.expect': isObject(plan.scenario?.expect),
    nodes: Array.isArray(plan.nodes) && plan.nodes.every(node => typeof node?.name === 'string'),
    consensus: isObject(plan.consensus),
    workload: isObject(plan.workload),
    faults: plan.faults === undefined || (Array.isArray(plan.faults) && plan.faults.every(isObject)),
  }
  const lacking = Object.entries(parts).flatMap(([name, isThere]) => (isThere ? [] : [name]))
  if (lacking.length > 0) throw new Error(`missing or unsupported: ${lacking.join(', ')}`)
  return { ...plan, faults: plan.faults ?? [] }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
