import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

/** A package table as npm writes it: one dependency, one package for another system, and Node.js itself. */
const packages = {
  '': { dependencies: { zod: '4.0.0', node: '24.0.0' } },
  'node_modules/zod': { version: '4.0.0', integrity: 'sha512-a' },
  'node_modules/node': { version: '24.0.0', integrity: 'sha512-b' },
  'node_modules/fsevents': { version: '2.0.0', integrity: 'sha512-c', optional: true },
}
const { '': _root, 'node_modules/fsevents': _optional, ...installed } = packages

/** Stands in for npm: writes what an install leaves, one line to a log, and fails when told to. */
const fakeNpm = `
const fs = require('fs')
fs.appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n')
if (fs.existsSync('npm-fails')) { console.error('npm error E404'); process.exit(1) }
fs.mkdirSync('node_modules/node/bin', { recursive: true })
if (!fs.existsSync('no-scripts')) fs.symlinkSync(process.execPath, 'node_modules/node/bin/node')
fs.writeFileSync('node_modules/.package-lock.json', ${JSON.stringify(JSON.stringify({ packages: installed }))})
`

let root: string
const file = (...names: string[]) => join(root, ...names)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'whiteout-test-'))
  await mkdir(file('scripts'))
  await copyFile(join(process.cwd(), 'scripts', 'ensure.mjs'), file('scripts', 'ensure.mjs'))
  await writeFile(file('package.json'), JSON.stringify(packages['']))
  await writeFile(file('package-lock.json'), JSON.stringify({ packages }))
  await writeFile(file('npm.cjs'), fakeNpm)
  // The Node.js to start npm with is looked for on PATH; here it is the one that runs the tests.
  await mkdir(file('path'))
  await symlink(process.execPath, file('path', 'node'))
})
afterEach(() => rm(root, { recursive: true }))

/** Runs ensure.mjs as an npm pre script would. */
async function ensure(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { PATH: file('path'), npm_execpath: file('npm.cjs') }
  const child = spawn(process.execPath, [file('scripts', 'ensure.mjs')], { cwd: tmpdir(), env })
  const out = { stdout: '', stderr: '' }
  child.stdout.on('data', data => (out.stdout += data))
  child.stderr.on('data', data => (out.stderr += data))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, ...out }
}

const npmCalls = async () =>
  (await readFile(file('npm.log'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

describe('the pre script', () => {
  it('installs when node_modules is missing, says why, and leaves stdout to the script that follows', async () => {
    const { code, stdout, stderr } = await ensure()
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/^set-up: npm install: node_modules is missing or incomplete \(about a minute\)\n/)
    expect(await npmCalls()).toEqual([
      'install --no-save --include=dev --no-audit --no-fund --loglevel=error',
    ])
  })

  it('is silent and starts nothing when all is there', async () => {
    await ensure()
    expect(await ensure()).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await npmCalls()).toHaveLength(1)
  })

  it('installs again when the lock file names another version', async () => {
    await ensure()
    const changed = { ...packages, 'node_modules/zod': { version: '4.0.1', integrity: 'sha512-d' } }
    await writeFile(file('package-lock.json'), JSON.stringify({ packages: changed }))
    expect((await ensure()).stderr).toMatch(/node_modules\/zod is not the one of package-lock.json/)
  })

  it('installs again when Node.js 24 is gone', async () => {
    await ensure()
    await rm(file('node_modules', 'node'), { recursive: true })
    expect((await ensure()).stderr).toMatch(/node_modules has no Node.js 24/)
  })

  it("shows npm's own message when it fails, and the next step", async () => {
    await writeFile(file('npm-fails'), '')
    const { code, stderr } = await ensure()
    expect(code).toBe(69)
    expect(stderr).toMatch(
      /npm error E404\nwhiteout: npm install failed \(exit code 1\); its own message is above\n {2}next: /,
    )
  })

  it('says so when the package brought no Node.js, such as with ignore-scripts', async () => {
    await writeFile(file('no-scripts'), '')
    const { code, stderr } = await ensure()
    expect(code).toBe(69)
    expect(stderr).toMatch(/brought no working Node.js 24.*\n {2}next: .*ignore-scripts/)
  })

  it('refuses a package.json that the lock file was not made for', async () => {
    await writeFile(file('package.json'), JSON.stringify({ dependencies: { node: '24.0.0', zod: '5.0.0' } }))
    const { code, stderr } = await ensure()
    expect(code).toBe(69)
    expect(stderr).toMatch(/disagree about zod/)
    expect(await npmCalls()).toEqual([])
  })

  it('refuses a broken lock file with the command that restores it', async () => {
    await writeFile(file('package-lock.json'), '{')
    expect((await ensure()).stderr).toMatch(/git checkout package-lock.json/)
  })

  it('installs once when two scripts start together', async () => {
    await chmod(file('npm.cjs'), 0o644)
    const results = await Promise.all([ensure(), ensure(), ensure()])
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(await npmCalls()).toHaveLength(1)
  })
})
