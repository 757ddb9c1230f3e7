import { execa, type Options } from 'execa'
import { HarnessError } from '../../model/errors.ts'

export type Log = (line: string) => void

/** Long enough for a slow mirror, short enough that a hanging one ends in a message. */
const aptWithinMs = 10 * 60_000

/** Lines of a failed command's output that are repeated in its error. */
const lastLines = 12

/**
 * Installs packages of this distribution, saying so first. The package lists are refreshed only when an install
 * with those present fails, so that a foreign source that is down does not stop us. Needs root.
 *
 * An install that has begun is never broken off, because dpkg would be left half configured: `signal` stops between steps.
 *
 * @throws HarnessError `apt` with the last lines of apt-get.
 */
export async function aptInstall(options: {
  readonly packages: readonly string[]
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  const { packages, log, signal } = options
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  log(`set-up: apt-get ${install.join(' ')}`)
  const first = await aptGet(install)
  signal?.throwIfAborted()
  if (!first.failed) return
  log('set-up: apt-get update (the install failed with the package lists present)')
  const update = await aptGet(['update'], signal)
  signal?.throwIfAborted()
  const second = await aptGet(install)
  signal?.throwIfAborted()
  if (!second.failed) return
  throw aptError(
    `apt-get install ${packages.join(' ')} failed`,
    `${update.failed ? update.all : ''}\n${second.all}`,
  )
}

/** Runs apt-get once, without questions, waiting for another apt that holds the lock. Never rejects. */
export function aptGet(args: readonly string[], signal?: AbortSignal, cwd = '/') {
  return execa('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    all: true,
    cwd,
    reject: false,
    stdin: 'ignore',
    timeout: aptWithinMs,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    ...(signal ? { cancelSignal: signal } : {}),
  } satisfies Options)
}

/** The error of a failed apt command: the last lines of what it said, and what to look at. */
export function aptError(message: string, output: string | undefined): HarnessError {
  return new HarnessError({
    code: 'apt',
    message: `${message}:\n${tail(output ?? '', lastLines)}`,
    next: 'check that this machine reaches its package mirror (apt-get update), or install Docker yourself: https://docs.docker.com/engine/install/',
    exitCode: 69,
  })
}

/** The last `count` lines of a text that say something, each indented. */
export function tail(text: string, count: number): string {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return lines
    .slice(-count)
    .map(line => `  ${line}`)
    .join('\n')
}
