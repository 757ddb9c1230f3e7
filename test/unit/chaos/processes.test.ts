import { describe, expect, it } from '@jest/globals'
import { again } from '../../../chaos/faults/again.ts'
import { processFaults } from '../../../chaos/faults/processes.ts'
import type { InstanceGroup, NodeState } from '../../../model/backend.ts'
import { HarnessError } from '../../../model/errors.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'
import { time } from '../../support/clock.ts'

/** Containers that do as they are told, and what they were told. */
function containersOf(...states: NodeState[]) {
  const told: string[] = []
  const ours = new Set<number>()
  const become = (verb: string, state: NodeState) => async (index: number) => {
    told.push(`${verb} ${index}`)
    states[index] = state
    ours.add(index)
  }
  const group = {
    places: states.map((_, index) => ({ name: `web-${index}`, addresses: [], container: `${index}` })),
    stateOf: async (index: number) => states[index],
    kill: become('kill', 'down'),
    stop: become('stop', 'down'),
    pause: become('pause', 'paused'),
    unpause: async (index: number) => {
      if (states[index] === 'paused' && ours.has(index)) states[index] = 'running'
    },
    revive: async (index: number) => {
      if (states[index] === 'down' && ours.has(index)) states[index] = 'running'
    },
  } as unknown as InstanceGroup
  return { group, states, told }
}

const occurrence = (kind: string, targets: number[]): Occurrence => ({
  id: `${kind}-1`,
  fault: faultSchema.parse({ kind, for: '1s' }),
  ...{ atMs: 0, forMs: 1000, targets },
})

describe('faults of processes', () => {
  it.each([
    ['kill', 'down', 'web-0 was down before'],
    ['stop', 'paused', 'web-0 was paused before'],
    ['pause', 'paused', 'web-0 was paused before'],
    ['pause', 'down', 'web-0 was down before'],
    ['kill', 'mixed', 'web-0 was mixed before'],
  ] as const)(
    '%s leaves alone what somebody else left %s, says so, and hits the others',
    async (kind, was, message) => {
      const { group, states, told } = containersOf(was, 'running')
      const faults = processFaults({ containers: group })
      const hit = occurrence(kind, [0, 1])
      await expect(faults.inject(hit)).rejects.toThrow(message)
      expect(told).toEqual([`${kind} 1`])
      await faults.heal(hit)
      expect(states).toEqual([was, 'running'])
    },
  )

  it('of two that begin at the same time on one container neither takes the other for somebody else', async () => {
    const { group, states } = containersOf('running')
    const faults = processFaults({ containers: group })
    const [kill, pause] = [occurrence('kill', [0]), occurrence('pause', [0])]
    await Promise.all([faults.inject(kill), faults.inject(pause)])
    expect(states).toEqual(['down'])
    await Promise.all([faults.heal(kill), faults.heal(pause)])
    expect(states).toEqual(['running'])
  })

  it('what ends by itself while a fault holds another one is not started', async () => {
    const { group, states } = containersOf('running', 'running')
    const faults = processFaults({ containers: group })
    const hit = occurrence('pause', [0])
    await faults.inject(hit)
    states[1] = 'down'
    await faults.heal(hit)
    expect(states).toEqual(['running', 'down'])
  })
})

describe('again', () => {
  const failing = (times: number, error = new Error('port in use')) => {
    let tries = 0
    return async () => {
      tries += 1
      if (tries <= times) throw error
    }
  }

  const patient = { time, patience: new AbortController().signal }

  it('goes on until it succeeds, and tells what the first attempt failed of', async () => {
    expect(await again(failing(0), patient)).toBeUndefined()
    expect((await again(failing(1), patient))?.message).toBe('port in use')
  })

  it('tries once without patience, and once more when it ends', async () => {
    await expect(again(failing(1), { time })).rejects.toThrow('port in use')
    const patience = new AbortController()
    const trying = again(failing(9), { time, patience: patience.signal })
    patience.abort()
    await expect(trying).rejects.toThrow('port in use')
  })

  it('gives up on a container that is gone', async () => {
    const gone = new HarnessError({ code: 'container-gone', message: 'no such container' })
    await expect(again(failing(1, gone), patient)).rejects.toThrow('no such container')
  })
})
