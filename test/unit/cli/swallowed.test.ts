import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { composeBackend } from '../../../compose/backend.ts'
import { runCli } from '../../../harness/cli/cli.ts'

/** As after `npm run SCRIPT OPTIONS -- WORDS`, with what npm leaves of the options in the environment. */
async function started(script: string, words: string[], left: Record<string, string>) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const argv = script === 'whiteout' ? words : [script, ...words]
  const code = await runCli(argv, { stdout, stderr }, composeBackend, {
    npm_lifecycle_event: script,
    ...left,
  })
  return { code, err: String(stderr.read() ?? '') }
}

describe('options that npm took for its own', () => {
  it.each([
    [
      'one that npm has as well',
      'chaos',
      ['--project', 'shop', '--fault', 'kill db for 3s'],
      { npm_config_dry_run: 'true' },
      'npm consumed --dry-run',
      'npm run chaos -- --dry-run --project shop --fault "kill db for 3s"',
    ],
    [
      'one that npm does not know',
      'plan',
      [],
      { npm_config_nodes: '4' },
      'npm consumed --nodes',
      'npm run plan -- --nodes 4',
    ],
    [
      'one that lost its value',
      'plan',
      ['4'],
      { npm_config_nodes: 'true' },
      'npm consumed --nodes',
      'npm run plan -- --nodes VALUE 4',
    ],
    [
      'several, and one of them twice',
      'scale',
      ['--seed', '7'],
      { npm_config_fault: 'kill any(1) for 5s\n\npause any(1) for 5s', npm_config_keep: 'true' },
      'npm consumed --fault and --keep',
      'npm run scale -- --fault "kill any(1) for 5s" --fault "pause any(1) for 5s" --keep --seed 7',
    ],
    [
      'a switch that turns something off',
      'up',
      [],
      { npm_config_provision: '', npm_config_metrics: '' },
      'npm consumed --no-provision and --no-metrics',
      'npm run up -- --no-provision --no-metrics',
    ],
    [
      'one of a command without a script of its own',
      'whiteout',
      ['check', 'latest'],
      { npm_config_json: 'true' },
      'npm consumed --json',
      'npm run whiteout -- check --json latest',
    ],
    [
      'one with a dash in it',
      'byzantine',
      [],
      { npm_config_compare_rules: 'true' },
      'npm consumed --compare-rules',
      'npm run byzantine -- --compare-rules',
    ],
  ])('are refused, with what was meant: %s', async (_, script, words, left, message, meant) => {
    const { code, err } = await started(script, words, left)
    expect(err).toContain(`error: ${message}, because it comes before --`)
    expect(err).toContain(`: ${meant}\n`)
    expect(code).toBe(64)
  })

  it.each([
    ['settings of npm alone', { npm_config_loglevel: 'warn', npm_config_force: 'true', npm_config_yes: '' }],
    ['a switch at its default', { npm_config_json: '', npm_config_provision: 'true' }],
    ['the environment of an npm started elsewhere', { NPM_CONFIG_JSON: 'true', npm_config_json: 'true' }],
  ])('are not seen in %s', async (_, left) => {
    expect((await started('plan', ['--nodes', '4'], left as Record<string, string>)).code).toBe(0)
  })

  it('are not looked for where npm did not start it', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    expect(
      await runCli(['plan', '--nodes', '4'], { stdout, stderr }, composeBackend, { npm_config_nodes: '5' }),
    ).toBe(0)
  })
})

describe('with npm itself', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whiteout-npm-'))
    const main = join(process.cwd(), 'harness', 'main.ts')
    const scripts = { plan: `exec "${process.execPath}" "${main}" plan` }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts }))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const npm = (...words: string[]) =>
    execa('npm', ['run', '--silent', ...words], { cwd: folder, reject: false, stdin: 'ignore' })

  it('an option before the -- is refused', async () => {
    const { exitCode, stderr } = await npm('plan', '--nodes=4', '--', '--seed', '7')
    expect(stderr).toContain('npm run plan -- --nodes 4 --seed 7')
    expect(exitCode).toBe(64)
  })

  it('a setting of an .npmrc is none', async () => {
    await writeFile(join(folder, '.npmrc'), 'json=true\n')
    const { exitCode, stdout } = await npm('plan', '--', '--nodes', '4')
    await rm(join(folder, '.npmrc'))
    expect(stdout).toContain('scale-4')
    expect(exitCode).toBe(0)
  })
})
