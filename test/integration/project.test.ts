import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { composeLabels, labels } from '../../compose/engine/labels.ts'
import { takeLock } from '../../compose/engine/lock.ts'
import { writeOwner } from '../../harness/session/owner.ts'
import { cli, cliProcess } from '../support/cli.ts'
import { useIdleEngine } from '../support/engine.ts'
import { until } from '../support/until.ts'

jest.setTimeout(120_000)

const host = useIdleEngine()
const project = `shop${process.pid}`
const network = `${project}_back`

/** Starts containers as `docker compose up` would, with nothing of ours. */
async function start(): Promise<void> {
  const { docker } = host.engine
  await docker.createNetwork({ Name: network, Internal: true, Labels: { [composeLabels.project]: project } })
  for (const [service, number] of [
    ['web', '1'],
    ['web', '2'],
    ['db', '1'],
  ] as const) {
    const container = await docker.createContainer({
      name: `${project}-${service}-${number}`,
      Image: host.images.node,
      Cmd: ['sleep', 'infinity'],
      Labels: {
        [composeLabels.project]: project,
        [composeLabels.service]: service,
        'com.docker.compose.container-number': number,
      },
      HostConfig: { NetworkMode: network },
    })
    await container.start()
  }
}

async function clear(): Promise<void> {
  const { docker } = host.engine
  const ours = await docker.listContainers({ all: true, filters: { label: [`${labels.role}=shaper`] } })
  for (const { Id } of [...ours, ...(await members())]) await docker.getContainer(Id).remove({ force: true })
  await docker.getNetwork(network).remove()
}

function members() {
  const filters = { label: [`${composeLabels.project}=${project}`] }
  return host.engine.docker.listContainers({ all: true, filters })
}

async function container(name: string) {
  const { docker } = host.engine
  return docker.getContainer(`${project}-${name}`).inspect()
}

/** How a connection from one container to a port of another ends on which nobody listens. */
async function reached(from: string, address: string): Promise<string> {
  const program = `require('net').connect({ host: '${address}', port: 9, timeout: 1000 })
    .on('timeout', () => { console.log('ETIMEDOUT'); process.exit() }).on('error', error => console.log(error.code))`
  const exec = await host.engine.docker
    .getContainer(`${project}-${from}`)
    .exec({ Cmd: ['node', '-e', program], AttachStdout: true, Tty: true })
  const output = await exec.start({ Tty: true })
  let text = ''
  for await (const chunk of output) text += String(chunk)
  return text.trim()
}

const faults = (...texts: string[]) => texts.flatMap(text => ['--fault', text])

describe('faults on a project that somebody else started', () => {
  beforeEach(start)
  afterEach(clear)

  it('hit services by name, are attested, and leave everything as it was', async () => {
    const before = (await members()).map(({ Id, State }) => [Id, State])
    const { code, out } = await cli(
      ...['chaos', '--project', project, '--seed', 'a', '--json'],
      ...faults(
        'isolate web-1 for 3s',
        'pause db at 3s for 2s',
        'cpu web share 20% at 1s for 2s',
        'kill web-2 at 4s for 1s',
      ),
    )
    const result = JSON.parse(out)
    expect({ code, checks: result.checks }).toEqual({
      code: 0,
      checks: [
        { name: 'faults', verdict: 'pass', message: '4 faults happened and healed, as measured' },
        { name: 'crashes', verdict: 'pass', message: 'no container ended outside a fault meant to end it' },
      ],
    })
    expect((await members()).map(({ Id, State }) => [Id, State])).toEqual(before)
    const history = await readFile(join(result.directory, 'history.ndjson'), 'utf8')
    expect(history.match(/"attested":true/g)).toHaveLength(8)
    await rm(result.directory, { recursive: true })
  })

  it('follow a container that comes back at another address', async () => {
    const { docker } = host.engine
    const playing = cli(
      ...['chaos', '--project', project, '--seed', 'a', '--json'],
      ...faults('isolate web-2 for 12s', 'kill web-2 at 1s for 4s'),
    )
    const before = (await container('web-2')).NetworkSettings.Networks[network]!.IPAddress
    await until('web-2 is dead', async () => !(await container('web-2')).State.Running)
    const decoy = await docker.createContainer({
      name: `${project}-decoy-1`,
      Image: host.images.node,
      Cmd: ['sleep', 'infinity'],
      Labels: { [composeLabels.project]: project, [composeLabels.service]: 'decoy' },
      HostConfig: { NetworkMode: network },
    })
    await decoy.start()
    await until('web-2 is back', async () => (await container('web-2')).State.Running)
    const address = (await container('web-2')).NetworkSettings.Networks[network]!.IPAddress
    expect(address).not.toBe(before)
    await until('it is cut off again', async () => (await reached('db-1', address)) === 'ETIMEDOUT')
    expect(await reached('db-1', before)).toBe('ECONNREFUSED')
    const { code, out } = await playing
    expect([code, JSON.parse(out).verdict]).toEqual([0, 'pass'])
    expect(await reached('db-1', address)).toBe('ECONNREFUSED')
    await rm(JSON.parse(out).directory, { recursive: true })
  })

  it('refuse a service in the network of the host where a fault selects it, dry or not, and leave its links alone elsewhere', async () => {
    const { docker } = host.engine
    const agent = await docker.createContainer({
      name: `${project}-agent-1`,
      Image: host.images.node,
      Cmd: ['sleep', 'infinity'],
      Labels: { [composeLabels.project]: project, [composeLabels.service]: 'agent' },
      HostConfig: { NetworkMode: 'host' },
    })
    await agent.start()
    const chaos = (...rest: string[]) => cli('chaos', '--project', project, '--json', ...rest)
    const refused = { code: 64, err: expect.stringContaining('agent has no network of its own (host)') }
    expect(await chaos('--dry-run', ...faults('partition for 2s'))).toMatchObject(refused)
    expect(await chaos(...faults('isolate agent for 2s'))).toMatchObject(refused)
    const { code, out, err } = await chaos(...faults('isolate web for 2s', 'pause agent for 2s'))
    expect([code, JSON.parse(out).verdict]).toEqual([0, 'pass'])
    expect(err).toContain('in a network that is not its own, links left alone: agent')
    await rm(JSON.parse(out).directory, { recursive: true })
  })

  it('are healed by the guardian when the harness is killed', async () => {
    const hit = faults(
      'isolate web-1 for 1m',
      'pause db for 1m',
      'memory web-2 limit 100MiB for 1m',
      'kill web-1 for 1m',
    )
    await using harness = cliProcess('chaos', '--project', project, ...hit)
    await until('the faults', () => harness.said().split(' injected').length === 5)
    expect((await container('db-1')).State.Paused).toBe(true)
    const directory = /run (\S+):/.exec(harness.said())?.[1]
    expect(directory).toBeDefined()
    await harness.kill()
    const log = join('runs', directory!, 'guardian.log')
    await until('the guardian', async () => (await readFile(log, 'utf8')).includes('no rules left'))
    const [db, web1, web2] = [await container('db-1'), await container('web-1'), await container('web-2')]
    expect([db.State.Paused, web1.State.Running, web2.State.Running]).toEqual([false, true, true])
    expect(web2.HostConfig.Memory).toBe(0)
    const { out } = await cli('heal', directory!)
    expect(out).toBe('nothing to heal\n')
    await rm(join('runs', directory!), { recursive: true })
  })
})

describe('a project on which nothing is done', () => {
  beforeAll(start)
  afterAll(clear)

  it('--dry-run shows what would happen and does nothing', async () => {
    const { code, out, err } = await cli(
      'chaos',
      '--project',
      project,
      '--dry-run',
      ...faults('kill all for 5s'),
    )
    expect({ code, out }).toEqual({ code: 0, out: 'dry run: nothing was changed\n' })
    expect(err).toContain('kill-1 at 0.0 s for 5s: db, web-1 and web-2')
    expect((await members()).every(({ State }) => State === 'running')).toBe(true)
  })

  it('are refused beside a run of another one, which is named, dry or not', async () => {
    await using _lock = await takeLock(`run-${host.engine.id}`, { withinMs: 2000 })
    const run = `other-run-${process.pid}`
    await mkdir(join('runs', run), { recursive: true })
    try {
      await writeOwner(join('runs', run), 'running')
      for (const dry of [['--dry-run'], []]) {
        const { code, err } = await cli('chaos', '--project', project, ...dry, ...faults('pause web for 1s'))
        expect({ code, err }).toEqual({ code: 69, err: expect.stringMatching(`run ${run} .*is in progress`) })
        expect(err).toContain('next: wait until it has ended')
      }
    } finally {
      await rm(join('runs', run), { recursive: true })
    }
  })

  it.each([
    [['--project', 'nobody'], 'pause web for 1s', 'no container belongs to a project "nobody"'],
    [
      ['--project', project],
      'pause shop for 1s',
      `targets: there is no "shop": there is db, web, web-1, web-2`,
    ],
    [['--project', project], 'skew db by 5s for 1s', 'skew faults need a network that Whiteout starts'],
    [['--project', project], 'kill web every 5s for 1s', 'a repeated fault needs an end; set --duration'],
    [['--project', project, '--nodes', '8'], 'kill web for 1s', '--nodes cannot be combined with --project'],
  ])('refuses %j with %p', async (options, fault, message) => {
    const { code, err } = await cli('chaos', ...options, ...faults(fault))
    expect({ code, err }).toEqual({ code: 64, err: expect.stringContaining(message) })
    expect((await members()).every(({ State }) => State === 'running')).toBe(true)
  })
})
