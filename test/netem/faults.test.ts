import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { faultActions } from '../../chaos/faults/actions.ts'
import { containerGroup } from '../../compose/containers/container-group.ts'
import { type ShaperContainer, startShaper } from '../../compose/shaper/shaper-container.ts'
import type { InstanceGroup } from '../../model/backend.ts'
import { faultSchema, type Occurrence } from '../../model/fault.ts'
import { clock, time } from '../support/clock.ts'
import { until } from '../support/until.ts'
import { type Containers, startContainers } from './support/containers.ts'
import { useMachine } from './support/use-machine.ts'

jest.setTimeout(240_000)

const lab = await useMachine()
const everybody = [0, 1, 2, 3]
const regions = ['hub', 'east', 'west', 'west']

let plain: Containers | undefined
let shaper: ShaperContainer | undefined
let group: InstanceGroup

let occurrences = 0
const occurrence = (fault: object, targets: number[], to?: number[]): Occurrence => {
  occurrences += 1
  const parsed = faultSchema.parse({ for: '1s', ...fault })
  return {
    id: `${parsed.kind}-${occurrences}`,
    fault: parsed,
    atMs: 0,
    forMs: 1000,
    targets,
    ...(to ? { to } : {}),
  }
}

lab.inMachine('faults that take netem, in a kernel that has it', () => {
  beforeAll(async () => {
    const { docker } = lab.machine
    plain = await startContainers(docker, { image: lab.image, count: everybody.length, name: 'faults' })
    shaper = await startShaper({ docker, image: lab.image, run: 'netem', directory: '/nowhere' })
    group = containerGroup({
      docker,
      places: plain.containers.map(({ id, address, name }) => ({
        name,
        container: id,
        addresses: [address],
      })),
      since: Date.now(),
      times: clock,
      shaper: () => shaper!.container,
    })
  }, 240_000)
  afterAll(async () => {
    await shaper?.[Symbol.asyncDispose]()
    await plain?.[Symbol.asyncDispose]()
  })

  it.each([
    ['delay', { kind: 'delay', by: '80ms' }, [0], undefined, /\d ms there and back for 80/],
    ['delay with jitter', { kind: 'delay', by: '80ms', jitter: '10ms' }, [0, 1], undefined, /for 160/],
    [
      'delay with a long tail',
      { kind: 'delay', by: '60ms', jitter: '8ms', distribution: 'pareto' },
      [2],
      [3],
      /for 60/,
    ],
    ['corruption', { kind: 'corrupt', share: '20%' }, [0], [1], /\d+\.\d % lost for 20\.0 %/],
    ['reordering', { kind: 'reorder', share: '30%', by: '40ms' }, [0], [2], /\d+\.\d % overtake for 30\.0 %/],
    ['a matrix of regions', { kind: 'wan', matrix: 'broken-triangle' }, everybody, undefined, /for 300/],
  ])(
    '%s: measured when it begins and when it has healed, and not attested where it did not happen',
    async (_, fault, targets, to, evidence) => {
      const faults = faultActions({ containers: group, regions, time })
      const hit = occurrence(fault, targets, to)
      expect(await faults.attest(hit, 'injected')).toMatchObject({ holds: false })
      await faults.inject(hit)
      expect(await faults.attest(hit, 'injected')).toEqual({
        holds: true,
        evidence: expect.stringMatching(evidence),
      })
      await faults.heal(hit)
      expect(await faults.attest(hit, 'healed')).toEqual({
        holds: true,
        evidence: expect.stringMatching(/answer/),
      })
    },
  )

  it('faults of several kinds on the same links compose, and leave one after the other', async () => {
    const faults = faultActions({ containers: group, time })
    const delay = occurrence({ kind: 'delay', by: '50ms' }, [0])
    const more = occurrence({ kind: 'delay', by: '30ms' }, [0], [1])
    const narrow = occurrence({ kind: 'rate', bandwidth: '1mbit' }, [0], [1])
    const loss = occurrence({ kind: 'loss', share: '20%' }, [1], [0])
    const cut = occurrence({ kind: 'isolate' }, [3])
    for (const fault of [delay, more, narrow, loss, cut]) await faults.inject(fault)
    expect(await faults.attest(more, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/ms there and back for 80, .* kbit\/s for at most 1000/),
    })
    expect(await faults.attest(cut, 'injected')).toMatchObject({ holds: true })
    await faults.heal(narrow)
    await faults.heal(loss)
    expect(await faults.attest(more, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/faults-1 to faults-2: \d+\.\d ms there and back for 80/),
    })
    await faults.heal(more)
    expect(await faults.attest(delay, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/faults-1 to faults-2: \d+\.\d ms there and back for 50/),
    })
    await faults.heal(delay)
    await faults.heal(cut)
    for (const fault of [delay, more, cut])
      expect(await faults.attest(fault, 'healed')).toMatchObject({ holds: true })
  })

  it('a container that restarts is delayed again', async () => {
    const faults = faultActions({ containers: group, time })
    const delay = occurrence({ kind: 'delay', by: '60ms' }, [1])
    await faults.inject(delay)
    await group.kill(1)
    await group.start(1)
    const isDelayed = async () => (await faults.attest(delay, 'injected')).holds
    await until('the delay is there again', isDelayed, 120_000)
    await faults.heal(delay)
    expect(await faults.attest(delay, 'healed')).toMatchObject({ holds: true })
  })

  it.each([
    ['a quota of its own', { CpuQuota: 25_000, CpuPeriod: 50_000 }, /may use 0\.10 of a core/],
    ['cpus', { NanoCpus: 5e8 }, /may use 0\.10 of a core/],
    ['no limit', {}, /may use 0\.20 of a core/],
    ['memory without swap', { Memory: 128 * 2 ** 20, MemorySwap: 128 * 2 ** 20 }, /may hold 64 MiB/],
    ['memory with swap', { Memory: 128 * 2 ** 20, MemorySwap: 256 * 2 ** 20 }, /may hold 64 MiB/],
    ['memory without a limit', { Memory: 0 }, /may hold 64 MiB/],
  ])('limits of a container with %s: narrowed down, and back to the letter', async (_, limits, evidence) => {
    const { docker } = lab.machine
    const container = await docker.createContainer({
      Image: lab.image,
      Cmd: ['sleep', 'infinity'],
      HostConfig: { NetworkMode: 'none', ...limits },
    })
    try {
      await container.start()
      const files = async () => {
        const exec = await container.exec({
          Cmd: ['sh', '-c', 'cd /sys/fs/cgroup; grep . cpu.max memory.max memory.swap.max'],
          AttachStdout: true,
          Tty: true,
        })
        return text(await exec.start({ Tty: true }))
      }
      const before = [await files(), (await container.inspect()).HostConfig]
      const faults = faultActions({
        time,
        containers: containerGroup({
          docker,
          places: [{ name: 'web', container: container.id, addresses: [] }],
          since: Date.now(),
          times: clock,
          shaper: () => shaper!.container,
        }),
      })
      const hit = occurrence(
        'Memory' in limits ? { kind: 'memory', limit: '64MiB' } : { kind: 'cpu', share: '20%' },
        [0],
      )
      await faults.inject(hit)
      expect(await files()).not.toBe(before[0])
      expect(await faults.attest(hit, 'injected')).toEqual({
        holds: true,
        evidence: expect.stringMatching(evidence),
      })
      await faults.heal(hit)
      expect(await faults.attest(hit, 'healed')).toMatchObject({ holds: true })
      expect([await files(), (await container.inspect()).HostConfig]).toEqual(before)
    } finally {
      await container.remove({ force: true })
    }
  })
})
