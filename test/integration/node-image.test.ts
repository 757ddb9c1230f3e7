import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { createSigner } from '../../harness/driver/signer.ts'
import { buildNodeFiles } from '../../harness/plan/node-files.ts'
import { nodePaths, tokenVariable } from '../../model/node-config.ts'
import { controlPort, meshPort } from '../../model/plan.ts'
import type { NodeStatus } from '../../nodes/host/ports.ts'
import { useEngine } from '../support/engine.ts'
import { planOf } from '../support/plan.ts'
import { until } from '../support/until.ts'

const token = 'node-image'
const engine = useEngine()
const signer = createSigner({ seed: 'node-image', payloadBytes: 32 })
let container: StartedTestContainer

/** A network of one node: it is its own quorum, so the image can be tried without Compose and without peers. */
beforeAll(async () => {
  const plan = planOf(4)
  const alone = {
    ...plan,
    nodes: [{ ...plan.nodes[0]!, address: '0.0.0.0' }],
    consensus: { ...plan.consensus, f: 0, alpha: 1 },
  }
  const { genesis, secrets } = buildNodeFiles(alone, 'node-image')
  container = await new GenericContainer(engine.images.node)
    .withEnvironment({ [tokenVariable]: token })
    .withCopyContentToContainer([
      { content: JSON.stringify(genesis), target: nodePaths.genesis },
      { content: JSON.stringify(secrets.get('node-0')), target: nodePaths.secrets },
    ])
    .withExposedPorts(controlPort, meshPort)
    .withWaitStrategy(Wait.forHttp('/healthz', controlPort).forStatusCode(200))
    .start()
}, 300_000)
engine.atEnd(async () => container?.stop({ timeout: 0 }))

function url(path: string): string {
  return `http://127.0.0.1:${container.getMappedPort(controlPort)}${path}`
}

function post(body: string, bearer = token): Promise<Response> {
  return fetch(url('/transactions'), { method: 'POST', headers: { authorization: `Bearer ${bearer}` }, body })
}

async function get<Body>(path: string): Promise<Body> {
  return (await fetch(url(path))).json() as Promise<Body>
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(url('/metrics'))).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('a container of the node image, alone', () => {
  it('accepts a signed transaction and tells its decision', async () => {
    const { id, json } = signer.sign({ index: 0, owner: 1, nonce: 0 })
    const response = await post(`[${json}]`)
    expect([response.status, await response.json()]).toEqual([202, { admitted: 1, refused: [] }])
    await until('the decision', async () => (await get<{ accepted: number }>('/digest')).accepted === 1)
    const stream = (await fetch(url('/decisions?from=0'))).body!.getReader()
    const { value } = await stream.read()
    await stream.cancel()
    expect(JSON.parse(Buffer.from(value!).toString())).toMatchObject({
      transaction: Buffer.from(id).toString('hex'),
      outcome: 'accepted',
    })
  })

  it('keeps what it accepted over a SIGKILL and verifies its store when it opens again', async () => {
    const before = await get<{ digest: string }>('/digest')
    const docker = engine.engine.docker.getContainer(container.getId())
    await docker.kill({ signal: 'SIGKILL' })
    await docker.wait()
    await container.restart()
    await until('the node is ready', async () => (await fetch(url('/healthz'))).ok)
    expect(await get('/digest')).toEqual(before)
    expect((await get<NodeStatus>('/status')).storage).toEqual({ verified: true, opens: 2 })
  })

  it('refuses a call without the token of the run', async () => {
    expect((await post('[]', 'wrong')).status).toBe(401)
  })

  it('counts garbage on its libp2p port and goes on', async () => {
    const socket = connect(container.getMappedPort(meshPort), '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {})
    socket.write(`GET /${'a'.repeat(200)} HTTP/1.1\r\n\r\n`)
    await once(socket, 'close')
    await until('the garbage is counted', async () => (await metric('whiteout_node_garbage_total')) >= 1)
    expect((await fetch(url('/healthz'))).status).toBe(200)
  })
})
