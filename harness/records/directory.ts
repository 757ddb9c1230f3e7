import { existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve as resolvePath } from 'node:path'
import type { ClockOrigin } from '../../model/clock.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Plan } from '../../model/plan.ts'
import { buildNodeFiles } from '../plan/node-files.ts'
import { systemOf } from '../systems/index.ts'
import { runId } from './run-id.ts'

/** Where runs go: runs/ in the folder the command is started in. */
export const runsRoot = resolvePath('runs')

/** Makes runs/<id>/ and points runs/latest at it. */
export async function createRunDirectory(
  root: string,
  name: string,
): Promise<{ run: string; directory: string }> {
  const run = runId(new Date(), name, id => existsSync(join(root, id)))
  const directory = join(root, run)
  await mkdir(join(directory, 'logs'), { recursive: true })
  // Secrets of test nodes are no real ones, but nobody else's either.
  await mkdir(join(directory, 'nodes'), { mode: 0o700 })
  await pointLatest(directory)
  return { run, directory }
}

/**
 * Writes everything that follows from the plan: what the containers mount, and what repeats the run.
 * @param clock where its times count from; left out, each process has an origin of its own
 */
export async function writeInputs(
  directory: string,
  plan: Plan,
  scenarioText: string,
  clock?: ClockOrigin,
): Promise<void> {
  const { genesis, secrets, driver } = buildNodeFiles(plan, basename(directory), clock)
  await copyFiles(plan, directory)
  await Promise.all([
    writeFile(join(directory, 'scenario.toml'), scenarioText),
    writeJson(join(directory, 'plan.json'), plan, 1),
    writeJson(join(directory, 'genesis.json'), genesis),
    writeJson(join(directory, 'driver.json'), driver),
    ...[...secrets].map(([name, secret]) => writeJson(join(directory, 'nodes', `${name}.json`), secret)),
  ])
}

/** Copies what nodes are given beside the files of the contract. @throws HarnessError naming a file that cannot be read */
async function copyFiles(plan: Plan, directory: string): Promise<void> {
  const { deployment } = systemOf(plan.scenario)
  const files = plan.nodes.flatMap(node => deployment.instance(plan, node).files)
  const copies = new Map(files.flatMap(({ source, copyOf }) => (copyOf ? [[source, copyOf] as const] : [])))
  for (const [source, copyOf] of copies) {
    await mkdir(dirname(join(directory, source)), { recursive: true })
    await copyFile(copyOf, join(directory, source)).catch((cause: NodeJS.ErrnoException) => {
      throw new HarnessError({
        code: 'system-file',
        message: `the file ${copyOf} for the nodes cannot be read: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`,
        next: 'correct files in [system] or [[byzantine]]; paths count from the folder that the command is started in',
        cause,
      })
    })
  }
}

/** Writes JSON so that a reader sees all of it or nothing. */
export async function writeJson(file: string, value: unknown, indent = 0): Promise<void> {
  const partial = `${file}.partial`
  try {
    await writeFile(partial, `${JSON.stringify(value, null, indent)}\n`)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** A link is replaced by renaming a new one over it: there is no moment without. */
async function pointLatest(directory: string): Promise<void> {
  const latest = join(dirname(directory), 'latest')
  const next = `${latest}.${process.pid}`
  await rm(next, { force: true })
  await symlink(basename(directory), next)
  await rename(next, latest)
}
