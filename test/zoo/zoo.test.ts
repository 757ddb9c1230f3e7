import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { bundlePrograms, programs } from '../../compose/images/bundle.ts'
import { projectRoot } from '../../compose/images/project-root.ts'
import { bundlePlays, mark } from './bundle.ts'
import { type Defect, defects } from './defects.ts'
import type { Played } from './main.ts'
import { plays } from './plays.ts'

let folder = ''
const caught: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whiteout-zoo-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Each play is a process of its own: a defect may leave anything behind. */
async function played(play: string, defect?: Defect): Promise<Played> {
  const file = join(folder, `${defect ? defects.indexOf(defect) : 'sound'}.mjs`)
  await writeFile(file, await bundlePlays(defect))
  const { stdout } = await execa(process.execPath, [file, play], { timeout: 100_000 })
  return JSON.parse(stdout) as Played
}

describe('a sound node', () => {
  it.each(Object.keys(plays))('passes the play %s', async play => {
    expect(await played(play)).toEqual({ verdict: 'pass', checks: {}, wasReached: false })
  })
})

describe('a node that', () => {
  it.each(defects.map(defect => [defect.name, defect.play, defect.check, defect] as const))(
    '%s is caught in the play %s by the check %s',
    async (name, play, check, defect) => {
      const result = await played(play, defect)
      const { verdict = 'fail' } = defect
      expect(result).toMatchObject({ verdict, wasReached: true })
      expect(result.checks[check]).toMatchObject({ verdict })
      caught.push(name)
    },
  )

  it('has any defect of the zoo is caught: the score of the harness', () => {
    const missed = defects.map(({ name }) => name).filter(name => !caught.includes(name))
    console.log(
      `mutation score ${caught.length}/${defects.length}${missed.map(name => `\n  missed: ${name}`).join('')}`,
    )
    expect(missed).toEqual([])
  })
})

describe('defects', () => {
  it('each change one place of the sources as they are', async () => {
    for (const { file, original } of defects.flatMap(({ edits }) => edits)) {
      const parts = (await readFile(join(projectRoot, file), 'utf8')).split(original)
      expect({ file, original, found: parts.length - 1 }).toEqual({ file, original, found: 1 })
    }
  })

  it('are in no program of the node image', async () => {
    const bundles = await bundlePrograms(programs)
    for (const name of Object.keys(programs)) {
      const text = Buffer.from(bundles[`${name}.mjs`]!).toString()
      expect(text.length).toBeGreaterThan(10_000)
      expect(text.includes(mark)).toBe(false)
    }
    expect(Buffer.from(await bundlePlays(defects[0]!)).includes(mark)).toBe(true)
  })
})
