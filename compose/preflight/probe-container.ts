import { PassThrough } from 'node:stream'
import type { ContainerCreateOptions } from 'dockerode'
import { cgroups } from '../../model/shaper.ts'
import type { Engine } from '../engine/engine.ts'
import { shaperPrivileges } from '../project/project.ts'

/** A container that only reads files or tries one command. */
const probeWithinMs = 30_000

/** Reads files of the engine's machine from a container in its own namespaces; what cannot be read is left out. */
export async function readInContainer(
  engine: Engine,
  image: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const script = `for path do printf '\\0%s\\0' "$path"; cat "$path" 2>/dev/null; done`
  const { output } = await probe(engine, {
    Image: image,
    Cmd: ['sh', '-c', script, 'sh', ...paths],
    // Both namespaces have limits of their own since Linux 6.14; the host's are the ones all containers share.
    HostConfig: { NetworkMode: 'host', PidMode: 'host' },
  })
  const [, ...fields] = output.split('\0')
  const texts = new Map<string, string>()
  for (let index = 0; index + 1 < fields.length; index += 2) {
    if (fields[index + 1] !== '') texts.set(fields[index]!, fields[index + 1]!)
  }
  return texts
}

/** Whether the engine's kernel can delay packets. Only trying tells: the module may be built in, loadable or absent. */
export async function hasNetem(engine: Engine, image: string): Promise<boolean> {
  const { exitCode } = await probe(engine, {
    Image: image,
    Cmd: ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'],
    HostConfig: { NetworkMode: 'none', CapAdd: ['NET_ADMIN'] },
  })
  return exitCode === 0
}

/**
 * Whether a container with the shaper's privileges may enter another network namespace and change its rules.
 * @returns why not; undefined when it may
 */
export async function whyNoShaper(engine: Engine, image: string): Promise<string | undefined> {
  const script = 'unshare -n sleep 20 & until nsenter -t $! -n nft list tables; do sleep 0.1; done'
  try {
    const { exitCode, problem } = await probe(engine, {
      Image: image,
      Cmd: ['timeout', '5', 'sh', '-c', script],
      HostConfig: {
        NetworkMode: 'none',
        PidMode: shaperPrivileges.pid,
        CapDrop: ['ALL'],
        CapAdd: [...shaperPrivileges.cap_add],
        SecurityOpt: [...shaperPrivileges.security_opt],
      },
    })
    return exitCode === 0 ? undefined : problem.trim().split('\n').at(-1) || `it ended with ${exitCode}`
  } catch (error) {
    return (error as Error).message
  }
}

/** Whether a container with the shaper's privileges may write the limits of others. */
export async function canWriteCgroups(engine: Engine, image: string): Promise<boolean> {
  const script = `test -w ${cgroups.path}/memory/cgroup.procs || test -w ${cgroups.path}/cgroup.procs`
  const { exitCode } = await probe(engine, {
    Image: image,
    Cmd: ['sh', '-c', script],
    HostConfig: {
      NetworkMode: 'none',
      Binds: [`${cgroups.source}:${cgroups.path}`],
      CapDrop: ['ALL'],
      CapAdd: [...shaperPrivileges.cap_add],
      SecurityOpt: [...shaperPrivileges.security_opt],
    },
  })
  return exitCode === 0
}

/** Runs one short-lived container and returns what it printed. It is removed whatever happens. */
async function probe(
  engine: Engine,
  options: ContainerCreateOptions,
): Promise<{ exitCode: number; output: string; problem: string }> {
  const container = await engine.docker.createContainer({
    ...options,
    Labels: { 'whiteout.probe': 'preflight' },
  })
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true })
    const [chunks, problems]: [Buffer[], Buffer[]] = [[], []]
    const stdout = new PassThrough().on('data', chunk => chunks.push(chunk))
    const stderr = new PassThrough().on('data', chunk => problems.push(chunk))
    container.modem.demuxStream(stream, stdout, stderr)
    const ended = new Promise(resolve => stream.once('end', resolve).once('close', resolve))
    await container.start()
    const { StatusCode } = await container.wait({ abortSignal: AbortSignal.timeout(probeWithinMs) })
    await ended
    return {
      exitCode: StatusCode,
      output: Buffer.concat(chunks).toString(),
      problem: Buffer.concat(problems).toString(),
    }
  } finally {
    await container.remove({ force: true })
  }
}
