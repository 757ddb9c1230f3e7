import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { composeBackend } from '../../../compose/backend.ts'
import { runCli } from '../../../harness/cli/cli.ts'
import { recordLadder } from '../../../harness/cli/record-ladder.ts'
import { planLadder } from '../../../harness/plan/ladder.ts'
import { checkScenario } from '../../../harness/scenario/read.ts'
import { rungWith } from '../../support/ladder.ts'
import { machine } from '../../support/plan.ts'
import { recordedLines, recordRun } from '../../support/run-directory.ts'

const scenario = checkScenario({ name: 'ladder-4', nodes: 4 }, () => undefined)
const ladder = planLadder({ scenario, seed: 's', machine, attacks: ['silent'], fractions: [0.3] })
const rungs = [
  rungWith({ fraction: 0, byzantine: 0, nodes: 4 }),
  rungWith({ fraction: 0.3, byzantine: 1, nodes: 4 }),
]

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'whiteout-check-'))
  await writeFile(join(directory, 'plan.json'), JSON.stringify(ladder.plan))
  await writeFile(join(directory, 'history.ndjson'), '')
})
afterEach(() => rm(directory, { recursive: true }))

/** A cell with the history of a run of correct nodes. */
async function addCell(name: string, lines = recordedLines()): Promise<void> {
  await using run = await recordRun({ lines })
  const cell = join(directory, 'cells', name)
  await mkdir(cell, { recursive: true })
  for (const file of ['plan.json', 'history.ndjson'])
    await writeFile(join(cell, file), await readFile(join(run.directory, file)))
}

async function check(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCli(['check', directory, ...more], { stdout, stderr }, composeBackend)
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

describe('check of a ladder', () => {
  it('judges its cells again, whatever was written of them', async () => {
    await addCell('silent-0')
    await addCell('silent-30')
    await recordLadder(ladder, [rungs[0]!, { ...rungs[1]!, outcome: 'PARTIAL', verdict: 'fail' }], directory)
    const { code, out } = await check()
    // These histories have no digests, which is not known when a ladder is read but when its cells are judged.
    expect(out).toMatch(/\? silent 30 % +FINAL, as theory expects, but agreement unknown/)
    expect(out).toContain('| silent | 30 %  | 1/4   | 1          | **FINAL, but agreement unknown')
    expect(out).toContain('verdict unknown')
    expect(code).toBe(2)
    const told = JSON.parse((await check('--json')).out)
    expect(told).toMatchObject({
      ...{ verdict: 'unknown', checks: [{ name: 'silent 0 %' }, { name: 'silent 30 %' }] },
      rungs: [{ outcome: 'FINAL' }, { outcome: 'FINAL', verdict: 'unknown' }],
    })
  })

  it('fails with a cell whose history does, and does not take the word of ladder.json', async () => {
    await addCell('silent-0')
    const silenced = recordedLines().filter(line => !line.includes('"type":"decisions"'))
    await addCell('silent-30', silenced)
    await recordLadder(ladder, rungs, directory)
    const { code, out } = await check()
    expect(out).toMatch(/✖ silent 30 % +STALLED where theory expects FINAL/)
    expect(code).toBe(1)
  })

  it('says what was not run of one that broke off', async () => {
    await addCell('silent-0')
    await recordLadder(ladder, rungs.slice(0, 1), directory)
    const { code, out } = await check()
    expect(out).toMatch(/\? cells +1 of 2 cells were not run/)
    expect(code).toBe(2)
  })

  it('names the file that is broken', async () => {
    await writeFile(join(directory, 'ladder.json'), '{"rungs": 3')
    const { code, err } = await check()
    expect(err).toContain('ladder.json: broken')
    expect(code).toBe(64)
  })
})
