import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { access, constants, open, readFile, rename } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { execa } from 'execa'
import { HarnessError } from '../../model/errors.ts'
import { type Log, tail } from './apt.ts'
import { ping } from './ping.ts'

const logFile = '/var/log/whiteout-dockerd.log'

/** A first start lays out its storage and firewall rules; measured under 1 s on an idle machine. */
const startWithinMs = 60_000
const pollEveryMs = 100

/** Where dockerd is installed, or undefined. A docker command alone does not mean that there is an engine. */
export async function findDockerd(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  for (const folder of folders) {
    const path = join(folder, 'dockerd')
    if (
      folder !== '' &&
      (await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return path
  }
  return undefined
}

/**
 * Starts the installed engine and waits until it answers: by systemd where it runs the machine, else as a process
 * in a session of its own, which outlives this process and its shell. Needs root.
 *
 * @throws HarnessError `engine-start` with the last lines of the engine's log.
 */
export async function startDaemon(options: {
  readonly dockerd: string
  readonly docker: Docker
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  const bySystemd = existsSync('/run/systemd/system')
  options.log(
    bySystemd
      ? 'set-up: systemctl start docker (the engine is installed but not running)'
      : `set-up: starting ${options.dockerd} (installed but not running), log in ${logFile}`,
  )
  const started = bySystemd ? await startUnit() : await startProcess(options.dockerd)
  const deadline = performance.now() + startWithinMs
  while ((await ping(options.docker)).reach !== 'answers') {
    if (started.hasEnded() || options.signal?.aborted || performance.now() > deadline) {
      started.stop()
      options.signal?.throwIfAborted()
      throw await startError(bySystemd, started.hasEnded())
    }
    await sleep(pollEveryMs)
  }
}

/** An engine that is coming up. Once it answers, it is nobody's: it outlives us. */
type Started = { hasEnded(): boolean; stop(): void }

async function startUnit(): Promise<Started> {
  const result = await execa('systemctl', ['start', 'docker'], { reject: false, timeout: startWithinMs })
  return { hasEnded: () => result.failed, stop: () => {} }
}

async function startProcess(dockerd: string): Promise<Started> {
  // A log of its own for every start, and the one before it: it cannot grow for ever.
  await rename(logFile, `${logFile}.1`).catch(() => {})
  const file = await open(logFile, 'w')
  // One dockerd holds some ten descriptors a container; the shell's limit may be as low as 1,024.
  const script = 'ulimit -n 1048576 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"'
  // At its usual level it writes a dozen lines a container. It refuses a flag that its own configuration may repeat.
  const flags = existsSync('/etc/docker/daemon.json') ? [] : ['--log-level=warn']
  const child = spawn('/bin/sh', ['-c', script, dockerd, ...flags], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', file.fd, file.fd],
  })
  await once(child, 'spawn')
  await file.close()
  child.unref()
  return {
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => void child.kill(),
  }
}

async function startError(bySystemd: boolean, hasEnded: boolean): Promise<HarnessError> {
  const text = bySystemd
    ? (await execa('journalctl', ['-u', 'docker', '-n', '15', '--no-pager'], { reject: false })).stdout
    : await readFile(logFile, 'utf8').catch(() => '')
  const what = hasEnded ? 'ended' : `did not answer within ${startWithinMs / 1000} s`
  return new HarnessError({
    code: 'engine-start',
    message: `dockerd ${what}; the last lines of its log:\n${tail(text ?? '', 15)}`,
    next: `see all of it (${bySystemd ? 'journalctl -u docker' : logFile}), correct what it names, then try again`,
    exitCode: 69,
  })
}
