import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type Docker from 'dockerode'
import { composeLabels, labels } from '../../compose/engine/labels.ts'
import type { FaultEvent, HistoryEvent, InstanceEvent } from '../../model/event.ts'
import type { CheckResult } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useIdleEngine } from '../support/engine.ts'
import { until } from '../support/until.ts'

jest.setTimeout(120_000)

const host = useIdleEngine()
const project = `held${process.pid}`
const networks = ['front', 'back'].map(name => `${project}_${name}`) as [string, string]
const forever = ['sleep', 'infinity']

afterEach(async () => {
  const { docker } = host.engine
  const shapers = await docker.listContainers({ all: true, filters: { label: [`${labels.role}=shaper`] } })
  const members = await docker.listContainers({ all: true, filters: { name: [project] } })
  for (const { Id } of [...shapers, ...members]) await docker.getContainer(Id).remove({ force: true })
  for (const { Id } of await docker.listNetworks({ filters: { name: [project] } }))
    await docker.getNetwork(Id).remove()
})

/** Starts a service as `docker compose up` would, on its networks. */
async function start(
  service: string,
  on: readonly string[],
  more: Partial<Docker.ContainerCreateOptions> = {},
  belongsTo = project,
): Promise<Docker.Container> {
  const { docker } = host.engine
  const container = await docker.createContainer({
    ...{ name: `${project}-${service}-1`, Image: host.images.node, Cmd: forever, ...more },
    Labels: { [composeLabels.project]: belongsTo, [composeLabels.service]: service },
    HostConfig: { NetworkMode: on[0] ?? 'none', ...more.HostConfig },
  })
  for (const network of on.slice(1)) await docker.getNetwork(network).connect({ Container: container.id })
  await container.start()
  return container
}

async function createNetworks(): Promise<void> {
  for (const Name of networks) await host.engine.docker.createNetwork({ Name })
}

async function run(container: Docker.Container, ...Cmd: string[]): Promise<string> {
  const exec = await container.exec({ Cmd, AttachStdout: true, Tty: true })
  const stream = await exec.start({ Tty: true })
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text.trim()
}

/** Plays faults. @returns its verdict and what its history says of faults and containers */
async function play(...texts: string[]) {
  const { code, out, err } = await cli(
    ...['chaos', '--project', project, '--seed', 'a', '--json'],
    ...texts.flatMap(text => ['--fault', text]),
  )
  if (out === '') throw new Error(err)
  const { checks, directory } = JSON.parse(out) as { checks: CheckResult[]; directory: string }
  const lines = (await readFile(join(directory, 'history.ndjson'), 'utf8')).trim().split('\n')
  const history = lines.map(line => JSON.parse(line) as HistoryEvent)
  await rm(directory, { recursive: true })
  const steps = (id: string, name: FaultEvent['step']) =>
    history.filter(
      (event): event is FaultEvent => event.type === 'fault' && event.id === id && event.step === name,
    )
  const step = (id: string, name: FaultEvent['step']) => steps(id, name)[0]
  const check = (name: string) => checks.find(each => each.name === name)!
  const containers = history.filter((event): event is InstanceEvent => event.type === 'container')
  return { code, err, check, step, steps, containers }
}

/** Whether these faults have been measured to be in force. */
async function areInForce(...ids: string[]): Promise<boolean> {
  const [run] = (await readdir('runs')).filter(name => name.includes(`project-${project}`))
  const history = await readFile(join('runs', run ?? '', 'history.ndjson'), 'utf8').catch(() => '')
  return ids.every(id => history.includes(`"id":"${id}","step":"injected","attested":true`))
}

const isDown = async (container: Docker.Container) => !(await container.inspect()).State.Running

describe('faults that somebody else interferes with', () => {
  it('are interrupted with their time; what crashes unasked fails; a job that is done does not', async () => {
    await createNetworks()
    const [front] = networks
    const [web, cpu, lossy] = [
      await start('web', [front]),
      await start('cpu', [front]),
      await start('lossy', [front]),
    ]
    await start('other', [front])
    await start('job', [front], { Cmd: ['sh', '-c', 'sleep 4'] })
    // On no network: what restarts all the time would be measured as a link that is not hit.
    const restarted = { RestartPolicy: { Name: 'on-failure' } }
    await start('flaky', [], {
      ...{ Cmd: ['sh', '-c', 'sleep 6; echo it broke; exit 3'], HostConfig: restarted },
    })
    await start('greedy', [], {
      Cmd: ['sh', '-c', 'sleep 6; exec tail /dev/zero'],
      HostConfig: { ...restarted, Memory: 32 * 2 ** 20, MemorySwap: 32 * 2 ** 20 },
    })
    const playing = play('kill web for 12s', 'cpu cpu share 30% for 12s', 'loss lossy share 50% for 12s')
    await until('the faults', () => areInForce('kill-1', 'cpu-1', 'loss-1'), 60_000)
    await web.start()
    await cpu.update({ CpuQuota: 50_000 })
    await removeRules(lossy)
    const { code, check, step, steps, containers } = await playing
    expect(code).toBe(1)
    expect(check('faults')).toMatchObject({ verdict: 'unknown', evidence: expect.any(Array) })
    expect(check('faults').evidence).toHaveLength(3)
    expect(steps('kill-1', 'interrupted')).toMatchObject([{ evidence: 'web was started by somebody else' }])
    expect(steps('cpu-1', 'interrupted')).toMatchObject([
      { evidence: expect.stringContaining('limits of cpu: changed by somebody else, cpu.') },
    ])
    // What it sends is lost where it arrives: web has rules of it, too.
    expect(steps('loss-1', 'interrupted')).toMatchObject([
      { evidence: 'web was started by somebody else, without rules until it got them again' },
      { evidence: 'lossy: its rules were removed by somebody else' },
    ])
    expect(steps('loss-1', 'resumed')).toMatchObject([{ evidence: 'lossy: its rules were restored' }])
    expect(check('crashes')).toMatchObject({ verdict: 'fail' })
    const crashed = check('crashes').evidence as { name: string }[]
    expect(crashed).toContainEqual(
      expect.objectContaining({
        name: 'flaky',
        exitCode: 3,
        wasStartedAgain: true,
        output: expect.stringMatching(/it broke$/),
      }),
    )
    expect(crashed).toContainEqual(
      expect.objectContaining({ name: 'greedy', exitCode: 137, ranOutOfMemory: true }),
    )
    expect(crashed.map(({ name }) => name)).not.toContain('job')
    const killed = containers.find(({ asked, state }) => asked && state === 'died')!
    const ofWeb = containers.filter(
      ({ node, at }) => node === killed.node && at <= step('kill-1', 'heal')!.at,
    )
    expect(ofWeb.map(({ state, asked }) => [state, asked])).toEqual([
      ['died', true],
      ['started', undefined],
    ])
  })

  /** As whoever has the right to enter its namespace may. */
  async function removeRules(container: Docker.Container): Promise<void> {
    const { docker } = host.engine
    const filters = { label: [`${labels.role}=shaper`] }
    const [shaper] = await docker.listContainers({ filters })
    const { State } = await container.inspect()
    await run(
      docker.getContainer(shaper!.Id),
      ...['nsenter', '-t', String(State.Pid), '-n'],
      'nft',
      'flush',
      'ruleset',
    )
  }
})

describe('a stop that takes its time', () => {
  it('lasts as long as asked from when its process has ended', async () => {
    const web = await start('web', [], { StopTimeout: 3 })
    const { code, check, step } = await play('stop web for 2s')
    const [asked, effect, end] = (['inject', 'effect', 'ended'] as const).map(
      name => step('stop-1', name)!.at,
    )
    const after = ((effect! - asked!) / 1000).toFixed(1)
    expect({ code, message: check('faults').message }).toEqual({
      code: 0,
      message: expect.stringContaining(`1 took effect later than asked, such as stop-1 after ${after} s`),
    })
    expect(effect! - asked!).toBeGreaterThan(2900)
    expect(end! - effect!).toBeGreaterThan(1990)
    expect(await isDown(web)).toBe(false)
  })
})

describe('isolation in a project on several networks', () => {
  it('cuts every address, the host and containers of others, and is measured with whoever was reached before', async () => {
    await createNetworks()
    const [front, back] = networks
    await start('web', [front])
    await start('api', [front, back])
    // Nobody knows from pings whether it is there.
    const silent = { NetworkMode: back, Sysctls: { 'net.ipv4.icmp_echo_ignore_all': '1' } }
    await start('db', [back], { HostConfig: silent })
    const stranger = await start('stranger', [front], {}, `${project}-other`)
    const server = `require('http').createServer((_, answer) => answer.end('here')).listen(8080)`
    const api = await start('shop', [front], {
      ...{ Cmd: ['node', '-e', server], ExposedPorts: { '8080/tcp': {} } },
      HostConfig: { NetworkMode: front, PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1' }] } },
    })
    const { NetworkSettings } = await api.inspect()
    const port = NetworkSettings.Ports['8080/tcp']![0]!.HostPort
    const fromHost = () =>
      fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(1500) }).then(
        answer => answer.text(),
        () => 'nothing',
      )
    const fromStranger = () =>
      run(
        stranger,
        ...['node', '-e'],
        `fetch('http://${NetworkSettings.Networks[front]!.IPAddress}:8080', { signal: AbortSignal.timeout(1500) })
          .then(answer => answer.text(), () => 'nothing').then(console.log)`,
      )
    await until('the shop', async () => (await fromHost()) === 'here')
    expect(await fromStranger()).toBe('here')
    const playing = play(
      'isolate shop for 8s',
      'isolate api at 9s for 3s',
      'loss api share 30% at 13s for 2s',
    )
    await until('it is cut from the host', async () => (await fromHost()) === 'nothing', 60_000)
    expect(await fromStranger()).toBe('nothing')
    const { code, check, step, err } = await playing
    expect(err).toMatch(
      /isolate-1 cuts every address on \S+: all other containers, the host and published ports/,
    )
    expect({ code, message: check('faults').message }).toEqual({
      code: 0,
      message: expect.stringMatching(/^3 faults happened and healed, as measured/),
    })
    expect(step('isolate-1', 'injected')!.evidence).toMatch(/pairs across the cut are silent/)
    expect(await fromHost()).toBe('here')
  })
})
