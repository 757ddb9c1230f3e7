import { release } from 'node:os'
import type Docker from 'dockerode'
import { aptInstall, type Log } from './apt.ts'
import { ensureCompose, readComposeVersion } from './compose-plugin.ts'
import { findDockerd, startDaemon } from './daemon.ts'
import { readDistribution } from './distribution.ts'
import { type Endpoint, findEndpoint } from './endpoint.ts'
import { takeLock } from './lock.ts'
import { connectTo, ping, unixPath } from './ping.ts'
import { decideEngineStep, type EngineFacts } from './provision.ts'

export type { Log } from './apt.ts'

/** A Docker Engine that answers, with Compose v2 beside it. Everything of compose/ that talks to Docker takes one. */
export type Engine = {
  readonly docker: Docker
  readonly endpoint: Endpoint
  /** What it calls itself, on whatever way it is reached. */
  readonly id: string
  readonly version: string
  readonly apiVersion: string
  /** What the engine may use, which on Docker Desktop is its virtual machine. */
  readonly cpus: number
  readonly memoryBytes: number
  readonly kernel: string
  /** As the engine names it, such as x86_64. */
  readonly architecture: string
  readonly operatingSystem: string
  readonly rootDirectory: string
  readonly rootless: boolean
  /** Who makes the cgroups of containers: `cgroupfs` or `systemd`; `none` where nobody does. */
  readonly cgroupDriver: string
  /** True when the engine shares this machine's kernel, so that /proc/sys here is the one its containers see. */
  readonly isLocal: boolean
  readonly composeVersion: string
}

export type EngineOptions = {
  /** False forbids to install or start anything (--no-provision). */
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}

/** An install on a slow mirror takes minutes; a second run waits for it. */
const provisionWithinMs = 15 * 60_000

/**
 * Comes to a running Docker Engine with Compose v2: uses the one that answers, starts the one that is installed,
 * or installs it on Debian and Ubuntu. Says every change it makes, and makes none when there is an engine.
 *
 * @throws HarnessError with exit code 69 and the next step, when no engine can be had.
 */
export async function ensureEngine(options: EngineOptions): Promise<Engine> {
  const endpoint = await findEndpoint(process.env)
  const docker = connectTo(endpoint)
  const step = decideEngineStep(await engineFacts(endpoint, docker, options))
  const present = step === 'use' ? await readComposeVersion() : undefined
  return describe(endpoint, docker, present ?? (await provision(endpoint, docker, options)))
}

/** Does what is missing, one process at a time, and returns the version of Compose. */
async function provision(endpoint: Endpoint, docker: Docker, options: EngineOptions): Promise<string> {
  await using _lock = await takeLock('provision', {
    withinMs: provisionWithinMs,
    onWait: () => options.log('set-up: waiting for another whiteout run that is setting up the engine'),
    signal: options.signal,
  })
  await provisionEngine(endpoint, docker, options)
  return ensureCompose(options)
}

async function provisionEngine(endpoint: Endpoint, docker: Docker, options: EngineOptions): Promise<void> {
  const step = decideEngineStep(await engineFacts(endpoint, docker, options))
  if (step === 'use') return
  if (step === 'install') {
    options.log(
      'set-up: no Docker Engine is installed; installing it from the distribution (--no-provision forbids this)',
    )
    await aptInstall({ packages: ['docker.io', 'iptables'], ...options })
  }
  // Installing may have started it already, where a service manager runs.
  const facts = await engineFacts(endpoint, docker, options)
  if (decideEngineStep(facts) === 'use') return
  await startDaemon({ dockerd: facts.dockerd ?? 'dockerd', docker, log: options.log, signal: options.signal })
  const { Version } = await docker.version()
  options.log(`set-up: Docker Engine ${Version} answers`)
}

async function engineFacts(endpoint: Endpoint, docker: Docker, options: EngineOptions): Promise<EngineFacts> {
  const { reach, detail } = await ping(docker)
  return {
    endpoint,
    reach,
    detail,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    dockerd: await findDockerd(process.env),
    distribution: await readDistribution(),
    provision: options.provision,
  }
}

async function describe(endpoint: Endpoint, docker: Docker, composeVersion: string): Promise<Engine> {
  const [version, info] = await Promise.all([docker.version(), docker.info()])
  const socket = unixPath(endpoint)
  return {
    docker,
    endpoint,
    id: info.ID,
    version: version.Version,
    apiVersion: version.ApiVersion,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    kernel: info.KernelVersion,
    architecture: info.Architecture,
    operatingSystem: info.OperatingSystem,
    rootDirectory: info.DockerRootDir,
    rootless: (info.SecurityOptions ?? []).some((option: string) => option.includes('rootless')),
    cgroupDriver: info.CgroupDriver ?? 'none',
    isLocal: process.platform === 'linux' && socket !== undefined && info.KernelVersion === release(),
    composeVersion,
  }
}
