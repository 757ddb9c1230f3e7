import { HarnessError } from '../../model/errors.ts'
import type { Distribution } from './distribution.ts'
import type { Endpoint } from './endpoint.ts'
import type { Reach } from './ping.ts'

/** What is known about this machine before anything is done to it. */
export type EngineFacts = {
  readonly endpoint: Endpoint
  readonly reach: Reach
  readonly detail: string
  readonly platform: string
  readonly isRoot: boolean
  /** Path of dockerd, when it is installed. */
  readonly dockerd: string | undefined
  readonly distribution: Distribution | undefined
  /** False when the user forbade changes to the machine (--no-provision). */
  readonly provision: boolean
}

export type EngineStep = 'use' | 'start' | 'install'

/**
 * Decides how to come to a running engine. An engine that answers is used as it is; only the default socket of a
 * Linux machine is ever provisioned, because anything else is somebody's own choice.
 *
 * @throws HarnessError with exit code 69 and the three ways on, when there is no step this process may take.
 */
export function decideEngineStep(facts: EngineFacts): EngineStep {
  if (facts.reach === 'answers') return 'use'
  const { endpoint } = facts
  if (facts.reach === 'denied') {
    throw unavailable({
      code: 'engine-denied',
      message: `this user may not use the Docker Engine at ${endpoint.host} (${facts.detail})`,
      next: 'run "sudo usermod -aG docker $USER" and log in again, or run as root, or set DOCKER_HOST to an engine you may use',
    })
  }
  if (endpoint.source !== 'default' || facts.reach !== 'absent') {
    const chosen = {
      DOCKER_HOST: 'set by DOCKER_HOST',
      context: 'set by the docker context',
      default: 'the default',
    }
    throw unavailable({
      code: 'engine-unreachable',
      message: `the Docker Engine at ${endpoint.host} (${chosen[endpoint.source]}) does not answer: ${facts.detail}`,
      next:
        endpoint.source === 'DOCKER_HOST'
          ? 'start that engine, correct DOCKER_HOST, or unset it to use the engine of this machine'
          : endpoint.source === 'context'
            ? 'start that engine, or choose another one with "docker context use NAME"'
            : 'restart the engine ("sudo systemctl restart docker") and look at its log',
    })
  }
  if (!facts.provision) {
    const missing = facts.dockerd === undefined ? 'is not installed' : 'is installed but not running'
    throw unavailable({
      code: 'engine-not-provisioned',
      message: `the Docker Engine ${missing}, and --no-provision forbids to change that`,
      next: `leave out --no-provision, or ${threeWays(facts)}`,
    })
  }
  if (facts.platform === 'linux' && facts.isRoot) {
    if (facts.dockerd !== undefined) return 'start'
    if (facts.distribution?.family === 'debian') return 'install'
  }
  throw unavailable({
    code: 'engine-missing',
    message: `no Docker Engine answers at ${endpoint.host}, and ${whyNot(facts)}`,
    next: threeWays(facts),
  })
}

function whyNot(facts: EngineFacts): string {
  if (facts.platform !== 'linux') return 'it is not provisioned automatically on this system'
  if (!facts.isRoot) {
    return facts.dockerd === undefined
      ? 'installing it needs root'
      : `${facts.dockerd} is installed but starting it needs root`
  }
  return `it is installed automatically on Debian and Ubuntu only (this is ${facts.distribution?.name ?? 'an unknown system'})`
}

function threeWays(facts: EngineFacts): string {
  const own =
    facts.platform !== 'linux'
      ? 'start Docker Desktop'
      : facts.dockerd === undefined
        ? 'install Docker Engine (https://docs.docker.com/engine/install/)'
        : 'start it ("sudo systemctl start docker")'
  return `(1) ${own}; or (2) set DOCKER_HOST, or "docker context use NAME", to an engine that runs; or (3) run as root on Debian or Ubuntu, where whiteout installs and starts it by itself`
}

function unavailable(options: { code: string; message: string; next: string }): HarnessError {
  return new HarnessError({ ...options, exitCode: 69 })
}
