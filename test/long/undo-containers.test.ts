import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import type Docker from 'dockerode'
import { composeLabels } from '../../compose/engine/labels.ts'
import { cli, cliProcess } from '../support/cli.ts'
import { useIdleEngine } from '../support/engine.ts'
import { freePort, holdPort, isRunning, output, published, useOwnProject } from '../support/own-project.ts'
import { until } from '../support/until.ts'

jest.setTimeout(120_000)

const host = useIdleEngine()
const { project, up } = useOwnProject(host)
const mebibyte = 2 ** 20

/** Limits as the engine and, from inside of the container, the kernel has them. */
async function limitsOf(container: Docker.Container) {
  const { HostConfig } = await container.inspect()
  const files = [
    'cpu/cpu.cfs_*_us',
    'memory/memory.*limit_in_bytes',
    'cpu.max',
    'memory.max',
    'memory.swap.max',
  ]
  const kernel = await output(container, `cd /sys/fs/cgroup; grep -s . ${files.join(' ')}`)
  return { HostConfig, kernel }
}

const chaos = (...texts: string[]) =>
  cli('chaos', '--project', project, '--json', '--seed', 'a', ...texts.flatMap(each => ['--fault', each]))

describe('undo', () => {
  it('limits are back to the letter, with the engine and with the kernel, and a share is one of what a container may use', async () => {
    const containers = [
      await up('quota', { hostConfig: { CpuQuota: 25_000, CpuPeriod: 50_000 } }),
      await up('cpus', { hostConfig: { NanoCpus: 5e8 } }),
      await up('memory', { hostConfig: { Memory: 128 * mebibyte, MemorySwap: 128 * mebibyte } }),
      await up('swapping', { hostConfig: { Memory: 128 * mebibyte, MemorySwap: -1 } }),
      await up('free'),
    ]
    const before = await Promise.all(containers.map(limitsOf))
    const { code, out } = await chaos(
      'cpu quota share 20% for 2s',
      'cpu cpus share 90% for 2s',
      'memory memory,swapping,free limit 64MiB for 2s',
      'cpu free share 30% for 2s',
    )
    const result = JSON.parse(out)
    const history = await readFile(join(result.directory, 'history.ndjson'), 'utf8')
    expect({ code, checks: result.checks, history }).toMatchObject({
      code: 0,
      checks: [
        { name: 'faults', verdict: 'pass' },
        { name: 'crashes', verdict: 'pass' },
      ],
      history: expect.stringMatching(/quota may use 0\.10 of a core/),
    })
    for (const evidence of [
      'cpus may use 0.45',
      'free may use 0.30',
      'cpus may use 0.50',
      'quota may use 0.50',
    ])
      expect(history).toContain(evidence)
    expect(await Promise.all(containers.map(limitsOf))).toEqual(before)
    await rm(result.directory, { recursive: true })
  })

  it('a fault that would give a container more than it has, or change nothing, is refused, dry too', async () => {
    await up('small', { hostConfig: { Memory: 32 * mebibyte } })
    const { code, err } = await chaos('memory small limit 64MiB for 2s')
    expect({ code, err }).toEqual({
      code: 64,
      err: expect.stringContaining('would change nothing at small: it may hold 32 MiB anyway'),
    })
  })

  it('a job that ends by itself meanwhile is not run again, and one that had ended is not killed', async () => {
    const job = await up('migrate', { command: ['sleep', '4'] })
    const web = await up('web')
    const { StartedAt } = (await job.inspect()).State
    const { code, out } = await chaos('pause web for 4s', 'kill migrate at 5s for 1s')
    const { directory, checks } = JSON.parse(out)
    expect([code, checks[0].message]).toEqual([2, expect.stringContaining('migrate was down before')])
    expect((await job.inspect()).State).toMatchObject({ Running: false, ExitCode: 0, StartedAt })
    expect(await isRunning(web)).toBe(true)
    await rm(directory, { recursive: true })
  })

  it('what cannot be healed at once is healed later, and says why', async () => {
    const port = await freePort()
    const web = await up('web', published(port))
    const playing = chaos('kill web for 2s')
    await until('web is dead', async () => !(await isRunning(web)), 30_000)
    const held = await holdPort(port)
    setTimeout(() => void held[Symbol.asyncDispose](), 5000)
    const { code, out } = await playing
    const { directory } = JSON.parse(out)
    expect(code).toBe(0)
    const history = await readFile(join(directory, 'history.ndjson'), 'utf8')
    expect(history).toMatch(/running: web, after further attempts: .*address already in use/)
    expect(await isRunning(web)).toBe(true)
    await rm(directory, { recursive: true })
  })

  it('what the harness could not heal stays in the journal, is tried by the guardian, and known to heal', async () => {
    const port = await freePort()
    const web = await up('web', published(port))
    await using harness = cliProcess('chaos', '--project', project, '--fault', 'kill web for 60s')
    await until('web is dead', async () => !(await isRunning(web)), 30_000)
    {
      await using _held = await holdPort(port)
      harness.interrupt()
      await until('the harness has given up', () => /not healed: web/.test(harness.said()), 30_000)
      expect(harness.said()).toMatch(/address already in use; next: end what holds the port/)
      const run = /run (\S+):/.exec(harness.said())![1]!
      const log = join('runs', run, 'guardian.log')
      await until('the guardian', async () => (await readFile(log, 'utf8')).includes('retrying in'), 30_000)
      const refused = await cli('heal', run)
      expect(refused).toMatchObject({ code: 69, err: expect.stringContaining('address already in use') })
    }
    const run = /run (\S+):/.exec(harness.said())![1]!
    expect((await cli('heal', run)).code).toBe(0)
    expect(await isRunning(web)).toBe(true)
    expect((await cli('heal', run)).out).toBe('nothing to heal\n')
    await rm(join('runs', run), { recursive: true })
  })
})

describe('what ends late', () => {
  it('a container that was asked to end when the harness was killed is started once it has', async () => {
    const web = await up('web', {
      command: ['sh', '-c', 'trap "touch /asked; sleep 6; exit 0" TERM; while :; do sleep 0.1; done'],
    })
    const { StartedAt } = (await web.inspect()).State
    await using harness = cliProcess('chaos', '--project', project, '--fault', 'stop web for 60s')
    const run = () => /run (\S+):/.exec(harness.said())?.[1] ?? 'none'
    await until('the stop', async () => (await output(web, 'ls /asked')).trim() === '/asked', 30_000)
    await harness.kill()
    const log = () => readFile(join('runs', run(), 'guardian.log'), 'utf8').catch(() => '')
    await until('the guardian', async () => (await log()).includes('has not ended yet'), 20_000)
    await until('web is back', async () => (await web.inspect()).State.StartedAt !== StartedAt, 30_000)
    await until('the guardian has ended', async () => (await log()).includes('started web'), 10_000)
    expect((await cli('heal', run())).out).toBe('nothing to heal\n')
    await rm(join('runs', run()), { recursive: true })
  })

  it('a second Ctrl-C leaves a container that takes its time to the guardian', async () => {
    const stubborn = ['sh', '-c', 'trap "touch /asked" TERM; while :; do sleep 0.1; done']
    const web = await up('web', { command: stubborn, extra: { StopTimeout: 90 } })
    const { StartedAt } = (await web.inspect()).State
    await using harness = cliProcess('chaos', '--project', project, '--fault', 'stop web for 60s')
    await until('the stop', async () => (await output(web, 'ls /asked')).trim() === '/asked', 30_000)
    harness.interrupt()
    await until('the first one', async () => harness.said().includes('repeat to hurry'), 10_000)
    const isHurried = async () => {
      harness.interrupt()
      return harness.said().includes('a guardian keeps trying')
    }
    await until('the second one', isHurried, 10_000)
    expect(harness.said()).toContain('web was asked to end and has not ended yet')
    await web.kill()
    await until('web is back', async () => (await web.inspect()).State.StartedAt !== StartedAt, 40_000)
    const run = /run (\S+):/.exec(harness.said())![1]!
    const isHealed = async () => (await cli('heal', run)).out === 'nothing to heal\n'
    await until('nothing is left to heal', isHealed, 20_000)
    await rm(join('runs', run), { recursive: true })
  })

  it('a container that cannot live with what its end has left behind fails the run', async () => {
    const stale =
      'test -f /pid && { sleep 2; echo "a server is already running"; exit 1; }; touch /pid; exec sleep 600'
    await up('web', { command: ['sh', '-c', stale] })
    const { code, out } = await chaos('kill web for 1s')
    const { directory, checks } = JSON.parse(out)
    expect({ code, checks }).toMatchObject({
      code: 1,
      checks: [
        { name: 'faults', verdict: 'pass' },
        { name: 'crashes', verdict: 'fail', message: expect.stringContaining('a server is already running') },
      ],
    })
    await rm(directory, { recursive: true })
  })

  it('a container in the backoff of its restart policy is down, and left alone', async () => {
    const loop = 'test -f /once && exit 1; touch /once; sleep 4; exit 1'
    const web = await up('web', {
      command: ['sh', '-c', loop],
      hostConfig: { RestartPolicy: { Name: 'always' } },
    })
    const { code, out } = await chaos('kill web at 12s for 1s')
    const { directory, checks } = JSON.parse(out)
    expect({ code, checks }).toMatchObject({
      code: 1,
      checks: [
        { name: 'faults', verdict: 'unknown', message: expect.stringContaining('web was down before') },
        { name: 'crashes', verdict: 'fail' },
      ],
    })
    expect((await web.inspect()).HostConfig.RestartPolicy?.Name).toBe('always')
    await rm(directory, { recursive: true })
  })
})

describe('whole containers', () => {
  it('containers of one namespace are hit together and started in order, with a network again', async () => {
    const [app] = [await up('app'), await up('web')]
    const sidecar = await up('proxy', { hostConfig: { NetworkMode: `container:${app.id}` } })
    const { code, out, err } = await chaos('kill proxy for 2s', 'isolate app at 4s for 2s')
    const { directory } = JSON.parse(out)
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('hit and restarted together: app+proxy'),
    })
    expect(await output(sidecar, 'ls /sys/class/net')).toContain('eth0')
    expect([await isRunning(app), await isRunning(sidecar)]).toEqual([true, true])
    await rm(directory, { recursive: true })
  })

  it('one-offs are left alone, what the engine would remove is not ended, and a container without a service has a name', async () => {
    await up('web')
    const oneOff = { [composeLabels.service]: 'web', [composeLabels.oneOff]: 'True' }
    await up('web-run', { own: oneOff, hostConfig: { AutoRemove: true } })
    await up('passing', { hostConfig: { AutoRemove: true } })
    await up('bare', { own: {} })
    const dry = (...texts: string[]) =>
      cli('chaos', '--project', project, '--dry-run', ...texts.flatMap(each => ['--fault', each]))
    expect(await dry('kill web for 1s')).toMatchObject({
      code: 0,
      err: expect.stringMatching(/left alone: \S+-web-run-1\n.*: web$/m),
    })
    expect(await dry('kill passing for 1s')).toMatchObject({
      code: 64,
      err: expect.stringContaining('passing is not to be ended'),
    })
    expect(await dry(`kill ${project}-bare-1 for 1s`)).toMatchObject({ code: 0 })
  })
})
