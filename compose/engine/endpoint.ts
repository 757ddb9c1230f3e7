import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { HarnessError } from '../../model/errors.ts'

/** Where the Docker Engine is asked for, and who said so. */
export type Endpoint = {
  readonly host: string
  readonly source: 'DOCKER_HOST' | 'context' | 'default'
  /** Folder with ca.pem, cert.pem and key.pem, for an engine behind TLS. */
  readonly certificates?: string
}

const defaultHost = 'unix:///var/run/docker.sock'

/**
 * Finds the engine the way the docker command does: DOCKER_HOST, then DOCKER_CONTEXT, then the context chosen with
 * `docker context use`, then the default socket.
 *
 * @throws HarnessError `docker-context` when the chosen context does not exist.
 */
export async function findEndpoint(environment: NodeJS.ProcessEnv): Promise<Endpoint> {
  if (environment.DOCKER_HOST) {
    const certificates = environment.DOCKER_CERT_PATH
    return { host: environment.DOCKER_HOST, source: 'DOCKER_HOST', ...(certificates ? { certificates } : {}) }
  }
  const folder = environment.DOCKER_CONFIG || join(environment.HOME ?? homedir(), '.docker')
  const context = environment.DOCKER_CONTEXT || (await chosenContext(folder))
  if (context === undefined || context === 'default') return { host: defaultHost, source: 'default' }
  return contextEndpoint(folder, context)
}

async function chosenContext(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}')
  try {
    return (JSON.parse(text) as { currentContext?: string }).currentContext
  } catch {
    return undefined
  }
}

async function contextEndpoint(folder: string, context: string): Promise<Endpoint> {
  // The docker command stores a context under the SHA-256 of its name.
  const id = createHash('sha256').update(context).digest('hex')
  try {
    const meta = JSON.parse(await readFile(join(folder, 'contexts', 'meta', id, 'meta.json'), 'utf8')) as {
      Endpoints?: { docker?: { Host?: string } }
    }
    const host = meta.Endpoints?.docker?.Host
    if (!host) throw new Error('it names no docker endpoint')
    const certificates = join(folder, 'contexts', 'tls', id, 'docker')
    return { host, source: 'context', ...(host.startsWith('tcp://') ? { certificates } : {}) }
  } catch (cause) {
    throw new HarnessError({
      code: 'docker-context',
      message: `the docker context "${context}" cannot be read from ${folder}`,
      next: 'choose one that exists: docker context ls, then docker context use NAME',
      exitCode: 69,
      cause,
    })
  }
}
