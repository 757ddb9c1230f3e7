// Runs before every npm script of this project, in plain JavaScript because it may run on Node.js 20: installs the
// dependencies when they are missing or not those of package-lock.json. Silent when there is nothing to do.
//
// Node.js 24, which the project itself runs on, is one of the dependencies (the npm package `node`): npm puts
// node_modules/.bin first on PATH, so the script that follows this one runs on it.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const nodeBinary = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** An install takes one to two minutes; a second one that waits for it gives up after this. */
const lockWithinMs = 15 * 60_000

if (Number.parseInt(process.versions.node, 10) < 20) {
  fail(
    `Node.js 20 or later is needed to start, this is ${process.versions.node}`,
    'install it: https://nodejs.org',
  )
}
if (reasonToInstall() !== undefined) {
  const release = await takeLock()
  try {
    // Whoever held the lock may have done it.
    const reason = reasonToInstall()
    if (reason !== undefined) install(reason)
  } finally {
    release()
  }
}

/** Why dependencies must be installed, or undefined when they are those of package-lock.json. */
function reasonToInstall() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages
  if (wanted === undefined)
    fail('package-lock.json is missing or broken', 'restore it: git checkout package-lock.json')
  requireInStep(wanted[''] ?? {})
  // npm writes this file last, so an interrupted install leaves none.
  const installed = readJson(join(modules, '.package-lock.json'))?.packages
  if (installed === undefined) return 'node_modules is missing or incomplete'
  for (const [path, entry] of Object.entries(wanted)) {
    const present = installed[path]
    // Packages for other systems are optional and are not installed.
    if (path === '' || (present === undefined && (entry.optional || entry.devOptional))) continue
    if (present === undefined || present.version !== entry.version || present.integrity !== entry.integrity) {
      return `${path} is not the one of package-lock.json`
    }
  }
  return isExecutable(nodeBinary) ? undefined : 'node_modules has no Node.js 24'
}

/** The lock file was made for another package.json: npm would quietly choose versions of its own. */
function requireInStep(locked) {
  const wanted = readJson(join(root, 'package.json'))
  for (const kind of ['dependencies', 'devDependencies']) {
    const names = new Set([...Object.keys(wanted?.[kind] ?? {}), ...Object.keys(locked[kind] ?? {})])
    for (const name of names) {
      if (wanted?.[kind]?.[name] === locked[kind]?.[name]) continue
      fail(
        `package.json and package-lock.json disagree about ${name}`,
        'bring them into step: npm install, then commit both',
      )
    }
  }
}

/**
 * `npm install --no-save` installs exactly what the lock file says and leaves it alone. `npm ci` would do the same, but
 * refuses a lock file that does not name the optional packages of every other system, and ours does not: the
 * registry it was made with does not offer them all.
 */
function install(reason) {
  say(`npm install: ${reason} (about a minute)`)
  const startedAt = performance.now()
  // Development packages always come too: otherwise the next script would find them missing and install again.
  const result = runNpm([
    'install',
    '--no-save',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (result.error !== undefined)
    fail(`npm could not be started: ${result.error.message}`, 'see that npm is on PATH')
  if (result.status !== 0) {
    const how = result.signal === null ? `exit code ${result.status}` : `signal ${result.signal}`
    fail(
      `npm install failed (${how}); its own message is above`,
      `correct that, then try again; by hand: cd ${root} && npm install`,
    )
  }
  verifyNode()
  say(`npm install: done in ${Math.round((performance.now() - startedAt) / 1000)} s`)
}

/** The binary comes from an install script of the package `node`, which knows the usual systems only. */
function verifyNode() {
  const result = spawnSync(nodeBinary, ['--version'], { encoding: 'utf8' })
  if (result.status === 0 && /^v24\./.test(result.stdout)) return
  fail(
    `the npm package "node" brought no working Node.js 24 for ${process.platform}-${process.arch}`,
    'if "npm config get ignore-scripts" says true, set it to false, delete node_modules and try again; else this system is not supported (Linux x64 is)',
  )
}

/** Runs npm with the Node.js it was started with, never with the one inside node_modules that is replaced. */
function runNpm(args) {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(folder => !resolve(folder).startsWith(modules))
  const env = { ...process.env, PATH: folders.join(delimiter) }
  // npm's words go to stderr: stdout belongs to the script that follows (--json).
  const options = { cwd: root, env, stdio: ['ignore', 2, 2] }
  const npm = process.env.npm_execpath
  const node = folders.map(folder => join(folder, 'node')).find(isExecutable)
  if (npm === undefined || node === undefined)
    return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  return spawnSync(node, [npm, ...args], options)
}

/** The content of a JSON file; undefined when there is none that can be read. */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * One install a checkout at a time. The lock is a listening socket, which the kernel frees however its holder ends;
 * see compose/engine/lock.ts, which cannot be used here because it needs Node.js 24.
 */
async function takeLock() {
  const name = `whiteout-npm-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`
  const isAbstract = process.platform === 'linux'
  const address = isAbstract ? `\0${name}`.padEnd(108, '\0') : join(tmpdir(), `${name}.lock`)
  const deadline = performance.now() + lockWithinMs
  let hasWaited = false
  while (performance.now() < deadline) {
    const server = createServer(socket => socket.unref().on('error', () => {}))
    const isMine = await new Promise(done => {
      server.once('error', error => {
        if (error.code !== 'EADDRINUSE')
          fail(`the install lock cannot be taken: ${error.message}`, 'by hand: npm install')
        done(false)
      })
      server.listen(address, () => done(true))
    })
    if (isMine) return () => server.unref().close()
    if (!hasWaited) say('waiting for another npm install of this checkout')
    hasWaited = true
    const wasRefused = await holderGone(address, deadline - performance.now())
    if (wasRefused && !isAbstract) rmSync(address, { force: true })
  }
  fail(
    `another npm install of this checkout has run for more than ${lockWithinMs / 60_000} minutes`,
    'stop it, then try again',
  )
}

/** Resolves when the present holder has ended, with true when there was none to connect to. */
function holderGone(address, withinMs) {
  return new Promise(done => {
    let wasRefused = false
    const socket = connect(address)
    const timer = setTimeout(() => socket.destroy(), withinMs)
    socket.on('error', () => {
      wasRefused = true
    })
    socket.on('close', () => {
      clearTimeout(timer)
      done(wasRefused)
    })
    socket.resume()
  })
}

function say(line) {
  process.stderr.write(`set-up: ${line}\n`)
}

function fail(message, next) {
  process.stderr.write(`whiteout: ${message}\n  next: ${next}\n`)
  process.exit(69)
}
