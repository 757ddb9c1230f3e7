import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { projectRoot } from '../../compose/images/project-root.ts'

const violations: Readonly<Record<string, string>> = {
  date: 'export const at = () => Date.now()',
  duration: 'export const at = () => performance.now()',
  timer: 'export const wait = (work: () => void) => setTimeout(work, 1)',
  'imported timer': "export { setTimeout } from 'node:timers/promises'",
  process: 'export const name = () => process.env.NAME',
  chance: 'export const draw = () => Math.random()',
}

const pure = [
  ...['chaos', 'chaos/faults', 'chaos/schedule', 'harness/checkers', 'harness/history', 'harness/plan'],
  ...['model', 'nodes/byzantine', 'nodes/consensus', 'nodes/contract', 'nodes/host', 'nodes/reference'],
  ...['nodes/wire', 'prometheus', 'simulator', 'workload'],
]

/** The files that the project's own lint refuses. */
async function refused(files: ReadonlyMap<string, string>): Promise<Set<string>> {
  const root = await mkdtemp(join(tmpdir(), 'whiteout-lint-'))
  try {
    for (const name of ['biome.json', '.gitignore', 'scripts/no-random.grit'])
      await cp(join(projectRoot, name), join(root, name))
    for (const [path, text] of files) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), `${text}\n`)
    }
    const biome = join(projectRoot, 'node_modules/.bin/biome')
    const options = ['lint', '--error-on-warnings', '--max-diagnostics=none', '--reporter=github', '.']
    const { all } = await execa(biome, options, { cwd: root, reject: false, all: true })
    return new Set(
      [...all.matchAll(/file=([^,]+),/g)].map(([, file]) => relative(root, resolve(root, file!))),
    )
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

describe('pure folders', () => {
  it('are refused by the lint when they read a clock, start a timer, ask the process or draw by chance', async () => {
    const files = pure.flatMap(folder =>
      Object.entries(violations).map(
        ([name, text]) => [`${folder}/${name.replace(' ', '-')}.ts`, text] as const,
      ),
    )
    expect([...(await refused(new Map(files)))].sort()).toEqual(files.map(([path]) => path).sort())
  })

  it('are refused nothing else, and programs nothing of that', async () => {
    const files = new Map([
      ['workload/sound.ts', 'export const at = (time: { now(): number }) => time.now()'],
      ['harness/run/timer.ts', violations.timer!],
      ['chaos/shaper/duration.ts', violations.duration!],
    ])
    expect([...(await refused(files))]).toEqual([])
  })
})
