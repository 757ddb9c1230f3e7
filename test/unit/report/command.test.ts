import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { reportSchema } from '../../../model/report.ts'
import { cli } from '../../support/cli.ts'
import { recordedPass, recordRun } from '../../support/run-directory.ts'

describe('npm run report', () => {
  it('writes four files into the run, and says where and what is missing', async () => {
    await using run = await recordRun()
    const { code, out, err } = await cli('report', run.directory)
    expect(code).toBe(0)
    expect(err).toContain('missing: There is no verdict.json')
    const names = out
      .trim()
      .split('\n')
      .map(path => path.split('/').at(-1))
    expect(names).toEqual(['report.html', 'report.json', 'junit.xml', 'summary.md'])
    expect(await readdir(run.directory)).toEqual(expect.arrayContaining(names))
    const data: unknown = JSON.parse(await readFile(join(run.directory, 'report.json'), 'utf8'))
    expect(reportSchema.parse(data)).toMatchObject({ run: 'synthetic' })
  })

  it('with --json names the verdict, which is no pass without the history', async () => {
    await using run = await recordRun()
    await run.write('verdict.json', JSON.stringify(recordedPass))
    const verdict = async () => JSON.parse((await cli('report', run.directory, '--json')).out).verdict
    expect(await verdict()).toBe('pass')
    await run.remove('history.ndjson')
    expect(await verdict()).toBe('unknown')
  })

  it('takes a run of which there is nothing but a history', async () => {
    await using run = await recordRun()
    await run.remove('plan.json')
    expect((await cli('report', run.directory, '--quiet')).code).toBe(0)
  })

  it('says so where the report cannot be written, without a stack', async () => {
    await using run = await recordRun()
    await mkdir(join(run.directory, 'report.html'))
    const { code, err } = await cli('report', run.directory, '--quiet')
    expect(err).toMatch(/^error: .*report\.html cannot be written: EISDIR.*\nnext: reports go into/)
    expect(code).toBe(69)
  })

  it.each([
    [['report'], 'report needs a run'],
    [['report', 'no-such'], 'no run "no-such"'],
    [['report', 'latest', '--serve'], '--serve takes no run'],
    [['report', 'latest', '--port', '1'], '--port requires --serve'],
    [['report', '--serve', '--port', 'x'], '--port: expected a whole number'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await cli(...argv)
    expect({ code, err }).toMatchObject({ code: 64, err: expect.stringContaining(message) })
  })
})
