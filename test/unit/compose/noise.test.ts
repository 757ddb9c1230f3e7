import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { findRunCgroup } from '../../../compose/noise/cgroup.ts'
import { accountsForInterrupts, parseCpuTimes } from '../../../compose/noise/cpu-times.ts'
import { between, openNoiseMeter, type Reading } from '../../../compose/noise/meter.ts'
import { readPressure } from '../../../compose/noise/pressure.ts'
import { Processes, parseProcessStat } from '../../../compose/noise/processes.ts'
import { cgroupParentOf, inOneCgroup } from '../../../compose/project/cgroup-parent.ts'
import { containerOptions } from '../../../compose/project/container-options.ts'
import { buildProject } from '../../../compose/project/project.ts'
import { reference } from '../../../harness/systems/reference.ts'
import { othersOf } from '../../../model/noise.ts'
import { clock } from '../../support/clock.ts'
import { planOf } from '../../support/plan.ts'

const readerOf = (files: Record<string, string>) => (file: string) => files[file]

describe('CPU times', () => {
  it('count waiting for the disk as idle, and neither idle nor stolen time as busy', () => {
    const stat = 'cpu  100 20 300 4000 500 6 70 80 90 0\ncpu0 1 2\ncpu1 1 2\nintr 5 cpu0\n'
    expect(parseCpuTimes(stat)).toEqual({ cores: 2, idle: 45, steal: 0.8, interrupts: 0.76 })
  })

  it('are unknown in a sandbox that writes zeros, and without the file', () => {
    expect(parseCpuTimes('cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0\n')).toBeUndefined()
    expect(parseCpuTimes('')).toBeUndefined()
    expect(parseCpuTimes('cpu  1 2 3 many\n')).toBeUndefined()
  })

  it('hold interrupts apart where the kernel says so, by its pressure files or its configuration', () => {
    const config = 'CONFIG_IRQ_TIME_ACCOUNTING=y\n'
    expect(accountsForInterrupts(readerOf({ '/proc/pressure/irq': 'full' }), '6.1')).toBe(true)
    expect(accountsForInterrupts(readerOf({ '/boot/config-5.15': config }), '5.15')).toBe(true)
    expect(accountsForInterrupts(readerOf({ '/boot/config-5.15': `# ${config}` }), '5.15')).toBe(false)
    expect(accountsForInterrupts(readerOf({}), '5.15')).toBe(false)
  })
})

describe('pressure', () => {
  const line = (total: number) =>
    `some avg10=0.00 avg60=0.10 avg300=0.00 total=${total}\nfull avg10=0 total=9\n`
  it('is how long some task waited, in seconds', () => {
    const files = {
      '/proc/pressure/cpu': line(1_500_000),
      '/proc/pressure/memory': line(0),
      '/proc/pressure/io': line(250_000),
    }
    expect(readPressure(readerOf(files))).toEqual({ cpu: 1.5, memory: 0, io: 0.25 })
  })

  it('is left out on a kernel that does not measure it', () => {
    expect(readPressure(readerOf({}))).toBeUndefined()
    expect(readPressure(readerOf({ '/proc/pressure/cpu': line(1) }))).toBeUndefined()
  })
})

describe('the cgroup of a run', () => {
  const id = 'a'.repeat(64)

  it('is counted in nanoseconds with version 1, with the quotas of all groups around it', () => {
    const files = {
      '/sys/fs/cgroup/cpuacct/whiteout/cpuacct.usage': '2500000000\n',
      '/sys/fs/cgroup/cpu/whiteout/cpu.stat': 'nr_throttled 1\nthrottled_time 500000000\n',
      '/sys/fs/cgroup/cpu/cpu.stat': 'throttled_time 1000000000\n',
    }
    const group = findRunCgroup(`4:memory:/x\n2:cpu,cpuacct:/whiteout/${id}\n0::/\n`, readerOf(files))
    expect(group?.used()).toBe(2.5)
    expect(group?.throttled()).toBe(1.5)
  })

  it('is counted in microseconds with version 2, wherever systemd put it', () => {
    const slice = '/user.slice/user-1000.slice/user@1000.service/whiteout.slice'
    const files = {
      [`/sys/fs/cgroup${slice}/cpu.stat`]: 'usage_usec 2500000\nthrottled_usec 100000\n',
      '/sys/fs/cgroup/user.slice/cpu.stat': 'usage_usec 9\nthrottled_usec 200000\n',
    }
    const group = findRunCgroup(`0::${slice}/docker-${id}.scope\n`, readerOf(files))
    expect(group?.used()).toBe(2.5)
    expect(group?.throttled()).toBeCloseTo(0.3)
  })

  it("is none where containers share one with somebody else's, or where it cannot be read", () => {
    const usage = { '/sys/fs/cgroup/docker/cpu.stat': 'usage_usec 1\n' }
    expect(findRunCgroup(`0::/docker/${id}\n`, readerOf(usage))).toBeUndefined()
    expect(findRunCgroup(`0::/whiteout/${id}\n`, readerOf({}))).toBeUndefined()
    expect(findRunCgroup('', readerOf({}))).toBeUndefined()
  })

  it('is asked of the engine for every container, in the form that its cgroup driver takes', () => {
    const images = { node: 'n', driver: 'd', shaper: 's' }
    const project = buildProject(planOf(4), {
      run: 'r',
      deployment: reference.deployment,
      images,
      driverCommand: [],
      shaperCommand: [],
    })
    const grouped = inOneCgroup(project, cgroupParentOf('systemd'))
    expect(Object.values(grouped.services).map(service => service.cgroup_parent)).toEqual(
      Object.keys(project.services).map(() => 'whiteout.slice'),
    )
    const context = { project: grouped, directory: '/r', composeFile: '/r/compose.yaml', composeVersion: '2' }
    const more = { imageIds: new Map(), configHashes: new Map(), variables: {} }
    expect(containerOptions('node-0', { ...context, ...more }).HostConfig?.CgroupParent).toBe(
      'whiteout.slice',
    )
    expect(cgroupParentOf('cgroupfs')).toBe('/whiteout')
    expect(inOneCgroup(project, cgroupParentOf('none'))).toBe(project)
  })
})

describe('processes of engine and harness', () => {
  const [ours, foreign] = ['a'.repeat(64), 'b'.repeat(64)]
  let proc = ''
  beforeEach(async () => {
    proc = await mkdtemp(join(tmpdir(), 'whiteout-proc-'))
  })
  afterEach(() => rm(proc, { recursive: true, force: true }))

  /** A process with CPU seconds of its own, and of its children that ended. */
  async function put(pid: number, name: string, parent: number, own = 0, reaped = 0, container = '') {
    await mkdir(join(proc, String(pid)), { recursive: true })
    const times = `${own * 60} ${own * 40} ${reaped * 50} ${reaped * 50}`
    await writeFile(
      join(proc, `${pid}/stat`),
      `${pid} (${name}) S ${parent} 1 1 0 -1 4 0 0 0 0 ${times} 20 0\n`,
    )
    await writeFile(join(proc, `${pid}/cmdline`), `/usr/bin/x\0-namespace\0moby\0-id\0${container}\0`)
  }
  const end = (pid: number) => rm(join(proc, String(pid)), { recursive: true })
  const processes = () => new Processes(id => id === ours, 40, proc)
  /** Often enough for every shim to have its turn. */
  const readAll = (from: Processes) => {
    for (let sample = 0; sample < 9; sample += 1) from.read()
    return from.read()
  }

  it('are read with names that contain spaces and parentheses', () => {
    const fields = '1234 (a) b (c)) S 7 1 1 0 -1 4 0 0 0 0 10 20 30 40 20 0'
    expect(parseProcessStat(fields)).toEqual({ name: 'a) b (c)', parent: 7, own: 0.3, reaped: 0.7 })
  })

  it("count from when they were first seen, and new ones from their start; others' do not count", async () => {
    await put(10, 'dockerd', 1, 100, 50)
    await put(40, 'node', 1, 5)
    await put(60, 'hog', 1, 7)
    const found = processes()
    expect(found.read()).toEqual({ engine: 0, harness: 0, softirqs: 0 })
    await put(10, 'dockerd', 1, 101, 52)
    await put(40, 'node', 1, 5.5)
    await put(41, 'docker', 40, 0.25)
    await put(60, 'hog', 1, 9)
    await put(61, 'hog', 1, 9)
    expect(found.read()).toEqual({ engine: 3, harness: 0.75, softirqs: 0 })
  })

  it('count the shims of the run alone, with the commands they ran and without the container that ended', async () => {
    await put(10, 'dockerd', 1)
    await put(40, 'node', 1)
    await put(20, 'containerd-shim', 1, 1, 0, ours)
    await put(21, 'containerd-shim', 1, 1, 0, foreign)
    const found = processes()
    await put(20, 'containerd-shim', 1, 2, 0.25, ours)
    await put(21, 'containerd-shim', 1, 9, 9, foreign)
    expect(readAll(found).engine).toBe(1.25)
    await put(20, 'containerd-shim', 1, 2.5, 300, ours)
    expect(readAll(found).engine).toBe(1.75)
  })

  it('do not count a child of the harness again when it has ended', async () => {
    await put(40, 'node', 1)
    await put(41, 'docker', 40)
    const found = processes()
    await put(41, 'docker', 40, 3)
    expect(found.read().harness).toBe(3)
    await end(41)
    await put(40, 'node', 1, 0, 3.5)
    expect(found.read().harness).toBe(3.5)
  })

  it('include the npm that started the harness, and not what else its shell runs', async () => {
    await put(30, 'bash', 1)
    await put(31, 'npm run scale', 30)
    await put(32, 'sh', 31)
    await put(40, 'node', 32)
    await put(50, 'hog', 30)
    const found = processes()
    await put(30, 'bash', 1, 9)
    await put(31, 'npm run scale', 30, 1)
    await put(50, 'hog', 30, 9)
    expect(found.read().harness).toBe(1)
  })

  it('leave out a bench that starts the harness, and its hogs', async () => {
    await put(31, 'npm run bench', 1)
    await put(33, 'node', 31)
    await put(40, 'node', 33)
    await put(50, 'hog', 33)
    const found = processes()
    await put(33, 'node', 31, 4)
    await put(40, 'node', 33, 1)
    await put(50, 'hog', 33, 9)
    expect(found.read().harness).toBe(1)
  })

  it('take the threads of softirqs for themselves', async () => {
    await put(14, 'ksoftirqd/0', 2)
    const found = processes()
    await put(14, 'ksoftirqd/0', 2, 0.5)
    expect(found.read().softirqs).toBe(0.5)
  })

  it('tell whether the engine can be seen at all', async () => {
    await put(20, 'containerd-shim', 1, 1, 0, ours)
    expect(processes().seesEngine).toBe(false)
    await put(10, 'dockerd', 1)
    expect(processes().seesEngine).toBe(true)
  })
})

describe('a sample of noise', () => {
  const reading: Reading = {
    ...{ ms: 1000, cores: 2, idle: 10, steal: 1, throttled: 0 },
    ...{ containers: 5, engine: 1, harness: 1, interrupts: 0 },
    pressure: { cpu: 1, memory: 0, io: 0 },
  }

  it('has what was used between two readings; the rest of the busy time is of others', () => {
    const now: Reading = {
      ...{ ms: 2000, cores: 2, idle: 10.4, steal: 1.1, throttled: 0.25 },
      ...{ containers: 5.5, engine: 1.1, harness: 1.05, interrupts: 0.05 },
      pressure: { cpu: 1.75, memory: 0, io: 0 },
    }
    const event = between(reading, now, 77)
    expect(event).toEqual({
      ...{ type: 'noise', at: 77, forMs: 1000, cores: 2, busy: 1.5, steal: 0.1, throttled: 0.25 },
      ...{ containers: 0.5, engine: 0.1, harness: 0.05, interrupts: 0.05 },
      pressure: { cpu: 0.75, memory: 0, io: 0 },
    })
    expect(othersOf(event)).toBeCloseTo(0.8)
  })

  it('never has more busy time than there is, nor a negative one, when a counter runs backwards', () => {
    expect(between(reading, { ...reading, ms: 2000, idle: 9 }, 0).busy).toBe(2)
    expect(between(reading, { ...reading, ms: 2000, idle: 20 }, 0).busy).toBe(0)
    expect(between(reading, { ...reading, ms: 2000, containers: 4 }, 0).containers).toBe(0)
  })

  it('cannot be had of an engine elsewhere, and says so', async () => {
    const never = {} as Parameters<typeof openNoiseMeter>[2]
    expect(await openNoiseMeter({ isLocal: false }, new Set(), never, clock)).toEqual({
      unobservable: 'the engine runs in another kernel',
    })
  })
})
