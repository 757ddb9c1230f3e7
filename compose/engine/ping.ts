import { existsSync, readFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { join } from 'node:path'
import Docker from 'dockerode'
import type { Endpoint } from './endpoint.ts'

/** What came back when an engine was asked whether it is there. */
export type Reach = 'answers' | 'absent' | 'denied' | 'silent' | 'broken'

/** An engine that starts 500 containers can be slow to answer, but not slower than this. */
const pingWithinMs = 15_000

/** dockerode takes a signal here; its types do not know. */
type AbortablePing = { ping(options: { abortSignal: AbortSignal }): Promise<unknown> }

/** A client for the engine at `endpoint`. Nothing is sent yet. */
export function connectTo(endpoint: Endpoint): Docker {
  const socketPath = unixPath(endpoint)
  if (socketPath !== undefined) return new Docker({ socketPath })
  if (endpoint.host.startsWith('npipe://'))
    return new Docker({ socketPath: endpoint.host.slice('npipe://'.length) })
  const url = new URL(endpoint.host.includes('//') ? endpoint.host : `tcp://${endpoint.host}`)
  if (url.protocol === 'ssh:') {
    return new Docker({
      protocol: 'ssh',
      host: url.hostname,
      port: url.port || '22',
      username: url.username,
      sshOptions: { agent: process.env.SSH_AUTH_SOCK },
    } as Docker.DockerOptions)
  }
  const tls = certificatesOf(endpoint)
  return new Docker({
    protocol: tls ? 'https' : 'http',
    host: url.hostname,
    port: url.port || '2375',
    ...(isLoopback(url.hostname) ? { agent: tls ? new HttpsAgent() : new HttpAgent() } : {}),
    ...tls,
  } as Docker.DockerOptions)
}

/** As for the docker command: with an agent of its own, NODE_USE_ENV_PROXY sends nothing of this machine to a proxy. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

/** The path of the engine's unix socket, or undefined when it is reached another way. */
export function unixPath(endpoint: Endpoint): string | undefined {
  return endpoint.host.startsWith('unix://') ? endpoint.host.slice('unix://'.length) : undefined
}

/** Asks the engine for its name once. Never throws: every answer and failure is one of the words of `Reach`. */
export async function ping(docker: Docker): Promise<{ readonly reach: Reach; readonly detail: string }> {
  try {
    await (docker as unknown as AbortablePing).ping({ abortSignal: AbortSignal.timeout(pingWithinMs) })
    return { reach: 'answers', detail: '' }
  } catch (error) {
    const { code, message, name } = error as NodeJS.ErrnoException
    if (name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR') {
      return { reach: 'silent', detail: `no answer within ${pingWithinMs / 1000} s` }
    }
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return { reach: 'absent', detail: message }
    if (code === 'EACCES' || code === 'EPERM') return { reach: 'denied', detail: message }
    return { reach: 'broken', detail: message }
  }
}

function certificatesOf(endpoint: Endpoint): { ca: Buffer; cert: Buffer; key: Buffer } | undefined {
  const folder = endpoint.certificates
  if (folder === undefined || !existsSync(join(folder, 'ca.pem'))) return undefined
  const read = (name: string) => readFileSync(join(folder, name))
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }
}
