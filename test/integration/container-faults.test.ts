import { beforeAll, describe, expect, it } from '@jest/globals'
import { faultActions } from '../../chaos/faults/actions.ts'
import { faultSchema, type Occurrence } from '../../model/fault.ts'
import { time } from '../support/clock.ts'
import { useIdleEngine } from '../support/engine.ts'
import { type Faulted, faultedNetwork } from '../support/faulted-network.ts'
import { until } from '../support/until.ts'

const idle = useIdleEngine()
let network: Faulted
beforeAll(async () => {
  // Which disks there are, and what the shaper may change, follows from the plan; its occurrences are not played.
  network = await faultedNetwork(idle, 4, [
    { kind: 'disk-full', targets: 'node-2', for: '1s' },
    { kind: 'cpu', targets: 'node-0', share: '50%', for: '1s' },
  ])
})
idle.atEnd(async () => network?.[Symbol.asyncDispose]())

let occurrences = 0
const occurrence = (fault: object, targets: number[]): Occurrence => {
  occurrences += 1
  const parsed = faultSchema.parse({ for: '1s', ...fault })
  return { id: `${parsed.kind}-${occurrences}`, fault: parsed, atMs: 0, forMs: 1000, targets }
}

describe('faults of containers', () => {
  it.each([
    ['kill', [0, 1], 'down: node-0 and node-1'],
    ['stop', [1], 'down: node-1'],
    ['restart', [1], 'down: node-1'],
    ['rolling-restart', [3], 'down: node-3'],
    ['pause', [0, 3], 'paused: node-0 and node-3'],
  ])('%s is what the engine says, before and after', async (kind, targets, evidence) => {
    const faults = faultActions({ containers: network.running, time })
    const hit = occurrence({ kind }, targets)
    await faults.inject(hit)
    expect(await faults.attest(hit, 'injected')).toEqual({ holds: true, evidence })
    await faults.heal(hit)
    expect(await faults.attest(hit, 'healed')).toMatchObject({
      holds: true,
      evidence: expect.stringMatching(/^running: node-/),
    })
  })

  it('a fault that somebody else undid is not attested', async () => {
    const faults = faultActions({ containers: network.running, time })
    const hit = occurrence({ kind: 'pause' }, [0])
    await faults.inject(hit)
    await network.running.unpause(0)
    expect(await faults.attest(hit, 'injected')).toEqual({
      holds: false,
      evidence: 'node-0 is running, not paused',
    })
    await faults.heal(hit)
  })

  it('two on one node compose: the frozen node that is killed is dead, then frozen again, then free', async () => {
    const faults = faultActions({ containers: network.running, time })
    const [paused, killed] = [occurrence({ kind: 'pause' }, [2]), occurrence({ kind: 'kill' }, [2])]
    await faults.inject(paused)
    await faults.inject(killed)
    expect(await faults.attest(paused, 'injected')).toMatchObject({ holds: true, evidence: 'down: node-2' })
    await faults.heal(killed)
    expect(await faults.attest(killed, 'healed')).toMatchObject({ holds: true, evidence: 'paused: node-2' })
    await faults.heal(paused)
    expect(await network.running.stateOf(2)).toBe('running')
  })

  it('cpu: the kernel gives the share that was asked, the narrower of two, and all of it afterwards', async () => {
    const faults = faultActions({ containers: network.running, time })
    const [wide, narrow] = [
      occurrence({ kind: 'cpu', share: '50%' }, [0]),
      occurrence({ kind: 'cpu', share: '20%' }, [0]),
    ]
    await faults.inject(wide)
    await faults.inject(narrow)
    await using busy = await network.burn(0)
    expect(await faults.attest(narrow, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/^node-0 may use 0.20 of a core and used 0\.(?!00)[0-2]\d$/),
    })
    await faults.heal(narrow)
    expect(await faults.attest(wide, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/^node-0 may use 0.50 of a core/),
    })
    await faults.heal(wide)
    expect(await faults.attest(wide, 'healed')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/^node-0 may use all it gets of a core and used \d\.\d\d$/),
    })
    await busy[Symbol.asyncDispose]()
  })

  it('memory: the kernel holds the limit, a process that wants more is killed, and healing starts it again', async () => {
    const faults = faultActions({ containers: network.running, time })
    const { docker } = idle.engine
    const container = docker.getContainer(network.running.places[1]!.container)
    const before = (await container.inspect()).HostConfig
    const hit = occurrence({ kind: 'memory', limit: '192MiB' }, [1])
    await faults.inject(hit)
    expect(await faults.attest(hit, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/^node-1 may hold 192 MiB and holds \d+$/),
    })
    await network.fillMemory(1)
    await until('it is killed', async () => (await network.running.stateOf(1)) === 'down')
    expect(await faults.attest(hit, 'injected')).toMatchObject({ holds: true })
    await faults.heal(hit)
    expect(await faults.attest(hit, 'healed')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/^node-1 may hold 512 MiB/),
    })
    expect((await container.inspect()).HostConfig).toEqual(before)
    expect(await network.running.stateOf(1)).toBe('running')
  })

  it('memory and cpu on one container: what the one killed is started when it heals, and the other holds on', async () => {
    const faults = faultActions({ containers: network.running, time })
    const [memory, cpu] = [
      occurrence({ kind: 'memory', limit: '192MiB' }, [3]),
      occurrence({ kind: 'cpu', share: '40%' }, [3]),
    ]
    await faults.inject(memory)
    await faults.inject(cpu)
    await network.fillMemory(3)
    await until('it is killed', async () => (await network.running.stateOf(3)) === 'down')
    await faults.heal(memory)
    expect(await faults.attest(memory, 'healed')).toMatchObject({ holds: true })
    expect(await network.running.stateOf(3)).toBe('running')
    expect(await faults.attest(cpu, 'injected')).toMatchObject({
      holds: true,
      evidence: expect.stringMatching(/^node-3 may use 0.40 of a core/),
    })
    await faults.heal(cpu)
    expect(await faults.attest(cpu, 'healed')).toMatchObject({ holds: true })
  })

  it('memory and kill on one container: it stays dead when the limit is over, until the kill heals', async () => {
    const faults = faultActions({ containers: network.running, time })
    const [memory, killed] = [
      occurrence({ kind: 'memory', limit: '192MiB' }, [1]),
      occurrence({ kind: 'kill' }, [1]),
    ]
    await faults.inject(memory)
    await faults.inject(killed)
    await faults.heal(memory)
    expect(await network.running.stateOf(1)).toBe('down')
    await faults.heal(killed)
    expect(await network.running.stateOf(1)).toBe('running')
  })

  it('disk-full: not a byte goes on the disk of the target, which keeps what it had, and there is room again', async () => {
    const faults = faultActions({ containers: network.running, time })
    const hit = occurrence({ kind: 'disk-full' }, [2])
    expect(await network.write(2, 'before')).toBe('')
    await faults.inject(hit)
    expect(await faults.attest(hit, 'injected')).toEqual({
      holds: true,
      evidence: expect.stringMatching(/^bytes free: node-2 0; running: node-2$/),
    })
    expect(await network.write(2, 'during')).toMatch(/No space left on device|I\/O error/)
    // The disk outlives the process, as one of its own would.
    await network.running.kill(2)
    await faults.heal(hit)
    expect(await faults.attest(hit, 'healed')).toMatchObject({ holds: true })
    expect(await network.write(2, 'after')).toBe('')
    expect(await network.read(2)).toBe('before\nafter\n')
  })
})
