import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'

const program = fileURLToPath(new URL('fixtures/guarded.ts', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whiteout-guard-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs the fixture until it ends by itself. */
const guarded = (...words: string[]) =>
  execa(process.execPath, [program, join(folder, 'log'), ...words], { reject: false })
const log = () => readFile(join(folder, 'log'), 'utf8').catch(() => '')

describe('a process of ours', () => {
  it.each([
    ['an exception', 'throw', 'error: thrown out of a timer'],
    ['a rejection', 'reject', 'error: rejected'],
    ['something thrown that is no error', 'throw-text', 'error: just text'],
    ['too few open files', 'emfile', 'next: allow this shell more open files: ulimit -n 65536'],
    ['an end before its end', 'drain', 'error: the command stopped before its end'],
  ])('ends with 70 and says so after %s that nobody caught', async (_, what, said) => {
    const { exitCode, stderr } = await guarded(what)
    expect(stderr).toContain(said)
    expect(stderr).toMatch(/^next: \S/m)
    expect(exitCode).toBe(70)
    expect(await log()).toBe('')
  })

  it('takes down what it runs first, and ends with 70 all the same', async () => {
    const { exitCode, stderr } = await guarded('throw', 'run')
    expect(stderr).toContain('an unexpected error: ending the run and taking the network down')
    expect(await log()).toBe('taken down after Broken\n')
    expect(exitCode).toBe(70)
  })

  it('leaves the exit code of what went well alone', async () => {
    expect((await guarded('nothing')).exitCode).toBe(2)
  })

  it('is not kept by what its command left open', async () => {
    expect((await guarded('linger')).exitCode).toBe(2)
  })

  it('ends in order when npm, which runs it, is killed alone', async () => {
    const parent = fileURLToPath(new URL('fixtures/parent.mjs', import.meta.url))
    const env = { ...process.env, npm_lifecycle_event: 'scale' }
    const npm = spawn(process.execPath, [parent, program, join(folder, 'log'), 'wait', 'run'], {
      env,
      stdio: 'ignore',
    })
    await until(async () => (await log()) === 'ready\n')
    npm.kill('SIGKILL')
    await until(async () => (await log()) === 'ready\ntaken down after Interrupted\n')
  })

  it('gets the signal that npm alone is sent, because its script leaves no shell in between', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'))
    const ours = Object.values<string>(scripts).filter(script => script.includes('harness/main.ts'))
    expect(ours.length).toBeGreaterThan(10)
    for (const script of ours) expect(script).toMatch(/^exec node_modules\/node\/bin\/node /)
    const script = `exec "${process.execPath}" "${program}" "${join(folder, 'log')}" wait run`
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { scale: script } }))
    const npm = spawn('npm', ['run', 'scale'], { cwd: folder, stdio: 'ignore' })
    await until(async () => (await log()) === 'ready\n')
    npm.kill('SIGTERM')
    await until(async () => (await log()) === 'ready\ntaken down after Interrupted\n')
  })

  it('goes on when it was not npm, such as a shell that left it in the background', async () => {
    const parent = fileURLToPath(new URL('fixtures/parent.mjs', import.meta.url))
    const { npm_lifecycle_event: _, ...env } = process.env
    const shell = spawn(process.execPath, [parent, program, join(folder, 'log'), 'wait', 'run'], {
      env,
      stdio: 'ignore',
    })
    await until(async () => (await log()) === 'ready\n')
    shell.kill('SIGKILL')
    await until(async () => (await log()) === 'ready\nwaited to the end\ntaken down after nothing\n')
  })
})

describe('the command line', () => {
  const main = join(process.cwd(), 'harness', 'main.ts')
  const sh = (script: string) => execa('sh', ['-c', script, 'sh', process.execPath, main], { reject: false })

  it('ends with 70 when its result cannot be written', async () => {
    const { exitCode, stderr } = await sh('"$1" "$2" plan --nodes 4 --json > /dev/full')
    expect(stderr).toContain('error: standard output cannot be written: ENOSPC')
    expect(exitCode).toBe(70)
  })

  it.each([
    ['its progress cannot be written', '"$1" "$2" plan --nodes 4 2> /dev/full'],
    ['its output is closed', '"$1" "$2" plan --nodes 4 >&- 2>&-'],
    [
      'its reader has seen enough',
      '{ "$1" "$2" plan --nodes 200 --json; echo $? >&3; } 3>&1 | head -c 10 > /dev/null',
    ],
  ])('ends as it would otherwise when %s', async (_, script) => {
    const { exitCode } = await sh(script)
    expect(exitCode).toBe(0)
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in time; the log has: ${await log()}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
