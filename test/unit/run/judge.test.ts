import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { composeBackend } from '../../../compose/backend.ts'
import { runCli } from '../../../harness/cli/cli.ts'
import { createRunDirectory, writeInputs } from '../../../harness/records/directory.ts'
import { judgeDirectory } from '../../../harness/records/judge.ts'
import { planOf } from '../../support/plan.ts'
import { begin, declared, digest, end, load, status, submitted, told } from '../checkers/history-fixture.ts'

/** Four nodes accept one transaction; `differs` makes node 3 tell another digest. */
function history(differs: boolean): string {
  const nodes = [0, 1, 2, 3]
  return [
    begin,
    ...nodes.map(node => status(node, { at: 9_000 })),
    declared(1),
    load[0]!,
    submitted([0]),
    ...nodes.map(node => told(node, 0, [0])),
    { type: 'driver', at: 20_000, intended: 1, sent: 1, lagP99Ms: 2 },
    load[1]!,
    ...nodes.map(node => status(node)),
    ...nodes.map(node => digest(node, 1, differs && node === 3 ? 'another' : 'same')),
    end,
  ]
    .map(event => `${JSON.stringify(event)}\n`)
    .join('')
}

describe('judging a run directory', () => {
  let root: string
  let directory: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'whiteout-judge-'))
    ;({ directory } = await createRunDirectory(root, 'old'))
    await writeInputs(directory, planOf(4), '')
  })
  afterEach(() => rm(root, { recursive: true }))

  async function check(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const code = await runCli(['check', ...args], { stdout, stderr }, composeBackend)
    return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
  }

  it('passes a run in which everything went well', async () => {
    await writeFile(join(directory, 'history.ndjson'), history(false))
    const { verdict } = await judgeDirectory(directory)
    expect(verdict.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
    const { code, out } = await check(directory)
    expect(out).toContain('verdict pass')
    expect(code).toBe(0)
  })

  it('fails a run in which nodes disagree, by exit code and in JSON', async () => {
    await writeFile(join(directory, 'history.ndjson'), history(true))
    const { code, out } = await check(directory, '--json')
    expect(JSON.parse(out)).toMatchObject({ schema: 1, verdict: 'fail', directory })
    expect(code).toBe(1)
  })

  it('finds it through the link to the latest one', async () => {
    await writeFile(join(directory, 'history.ndjson'), history(false))
    expect((await check(join(root, 'latest'))).code).toBe(0)
  })

  it('refuses a run whose times are of the clock on the wall, and says how to have another one', async () => {
    const begin =
      '{"type":"begin","at":1,"schema":1,"run":"r","machine":{},"repeat":"npm run scale -- --nodes 4"}'
    await writeFile(join(directory, 'history.ndjson'), `${begin}\n`)
    const { code, err } = await check(directory)
    expect(err).toContain('history.ndjson:1: the run was recorded with schema 1')
    expect(err).toContain('play the run again: npm run scale -- --nodes 4')
    expect(code).toBe(64)
  })

  it('says that the history is missing', async () => {
    const { code, err } = await check(directory)
    expect(err).toContain('history.ndjson: there is no such file')
    expect(code).toBe(64)
  })

  it('says which line of the history is broken', async () => {
    await writeFile(join(directory, 'history.ndjson'), `${history(false).split('\n')[0]}\n{"type":\n{}\n`)
    expect((await check(directory)).err).toContain('history.ndjson:2: expected one JSON object')
  })

  it('says that a folder is no run', async () => {
    expect((await check(root)).err).toContain('is not a run directory: it has no plan.json')
  })
})
