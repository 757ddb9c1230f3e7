import { realpath, writeFile } from 'node:fs/promises'
import { type ExitCode, exitCodes, HarnessError } from '../../../model/errors.ts'
import { share } from '../../../model/quantity.ts'
import { compareSides } from '../../compare/compare.ts'
import { comparisonMarkdown, comparisonPage, comparisonText } from '../../compare/present.ts'
import type { ComparedRun } from '../../compare/side.ts'
import { findRunDirectory, readPlan } from '../../records/judge.ts'
import { buildReport } from '../../report/build.ts'
import { readPageAssets } from '../../report/page-assets.ts'
import { runMarks } from '../../report/sources.ts'
import { shareOf, textOf } from '../values.ts'
import type { Command } from './command.ts'

const defaultThreshold = 0.1

const codes = { pass: exitCodes.pass, fail: exitCodes.fail, unknown: exitCodes.unknown } as const

export const compareCommand: Command = {
  usage: 'compare <first> <second>',
  describe: 'test whether the second set of runs is slower or more expensive than the first',
  positionals: {
    first: 'a run, or several repeats of it separated by commas',
    second: 'the runs to compare with it, in the same form',
  },
  options: {
    threshold: {
      type: 'string',
      requiresArg: true,
      describe: `how much worse a figure may be, such as 5% or 0.05 (default ${share.format(defaultThreshold)})`,
    },
    markdown: { type: 'string', requiresArg: true, describe: 'file for the result as Markdown' },
    html: { type: 'string', requiresArg: true, describe: 'file for the result as an HTML page' },
  },
  examples: [
    ['npm run compare -- runs/a1,runs/a2,runs/a3 runs/b1,runs/b2,runs/b3', 'three repeats a side'],
    ['npm run compare -- runs/a runs/b --threshold 5%', 'exit code 1: worse; 2: undecided, within noise'],
  ],
  handle: async (values, output): Promise<ExitCode> => {
    const threshold = shareOf(values, 'threshold') ?? defaultThreshold
    const [a, b] = await readSides([String(values.first), String(values.second)])
    const comparison = compareSides(a, b, threshold)
    const [markdown, html] = [textOf(values, 'markdown'), textOf(values, 'html')]
    if (markdown !== undefined) await write(markdown, comparisonMarkdown(comparison))
    if (html !== undefined) await write(html, comparisonPage(comparison, await readPageAssets()))
    output.print(output.json ? JSON.stringify(comparison) : comparisonText(comparison))
    return codes[comparison.verdict]
  },
}

/** The runs of both lists, each once: the same run twice would look like less noise than there is. */
async function readSides(lists: readonly [string, string]): Promise<[ComparedRun[], ComparedRun[]]> {
  const sides = await Promise.all(lists.map(findSide))
  const all = sides.flat()
  const twice = all.find((directory, index) => all.indexOf(directory) !== index)
  if (twice !== undefined) {
    const isOnBoth = sides.every(side => side.includes(twice))
    throw misnamed(`${twice} is named ${isOnBoth ? 'on both sides' : 'twice on one side'}`)
  }
  const [a, b] = sides as [string[], string[]]
  return [await readRuns(a), await readRuns(b)]
}

async function findSide(list: string): Promise<string[]> {
  const names = list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  if (names.length === 0) throw misnamed(`"${list}" names no run`)
  // `latest` is a link to a run that may be named as well.
  return Promise.all(names.map(async name => realpath(await findRunDirectory(name, runMarks))))
}

async function readRuns(directories: readonly string[]): Promise<ComparedRun[]> {
  const runs: ComparedRun[] = []
  for (const directory of directories) {
    const plan = await readPlan(directory).catch(() => undefined)
    runs.push({ report: await buildReport(directory), plan })
  }
  return runs
}

function misnamed(message: string): HarnessError {
  return new HarnessError({
    code: 'bad-usage',
    message,
    next: 'name each repeat once, separated by commas: runs/a1,runs/a2 runs/b1,runs/b2',
  })
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
    throw new HarnessError({
      code: 'not-writable',
      message: `${file} cannot be written: ${cause.message}`,
      next: 'name a file in an existing folder that you may write to',
      cause,
    })
  })
}
