import { describe, expect, it } from '@jest/globals'
import { behaviourFaults } from '../../../chaos/faults/behaviours.ts'
import type { ContainerGroup, NodeState } from '../../../model/backend.ts'
import { type Behaviour, behaviourSchema, readBehaviour } from '../../../model/behaviour.ts'
import type { Occurrence } from '../../../model/fault.ts'

const behaviour = (name: string) => behaviourSchema.parse({ name })

/** Three nodes that take what they are told; the second is Byzantine by plan. */
function nodes() {
  const planned = [undefined, behaviour('silent'), undefined]
  const are: (Behaviour | undefined)[] = [...planned]
  const states: NodeState[] = ['running', 'running', 'running']
  const containers = {
    places: [0, 1, 2].map(node => ({ name: `node-${node}`, addresses: [], container: '' })),
    stateOf: async (node: number) => states[node]!,
  } as unknown as ContainerGroup
  const faults = behaviourFaults({
    containers,
    behaviours: {
      planned,
      set: async (node, given) => {
        are[node] = given
      },
      read: async node => are[node]?.name ?? 'correct',
    },
  })
  return { faults, are, states, names: () => are.map(each => each?.name ?? 'correct') }
}

const occurrence = (id: string, as: string, targets: number[]): Occurrence => ({
  ...{ id, atMs: 0, forMs: 1000, targets },
  fault: { kind: 'behaviour', as: readBehaviour(as), targets: 'all', for: 1000 },
})

describe('behaviours as faults', () => {
  it('are switched on as one group, attested, and what the plan has comes back', async () => {
    const { faults, are, names } = nodes()
    const fault = occurrence('behaviour-1', 'collude(groups=2)', [0, 1])
    await faults.inject(fault)
    expect(names()).toEqual(['collude', 'collude', 'correct'])
    expect(are[0]).toMatchObject({ groups: 2, group: [0, 1], seed: 'behaviour-1' })
    expect(await faults.attest(fault, 'injected')).toEqual({
      holds: true,
      evidence: 'node-0 is collude, node-1 is collude',
    })
    await faults.heal(fault)
    expect(names()).toEqual(['correct', 'silent', 'correct'])
    expect(await faults.attest(fault, 'healed')).toMatchObject({ holds: true })
  })

  it('of two on one node the later one counts, whichever ends first', async () => {
    const { faults, names } = nodes()
    const [one, two] = [occurrence('a', 'flood', [0, 2]), occurrence('b', 'garbage', [2])]
    await faults.inject(one)
    await faults.inject(two)
    expect(names()).toEqual(['flood', 'silent', 'garbage'])
    await faults.heal(one)
    expect(names()).toEqual(['correct', 'silent', 'garbage'])
    await faults.heal(two)
    expect(names()).toEqual(['correct', 'silent', 'correct'])
  })

  it('are not attested when a node is something else', async () => {
    const { faults, are } = nodes()
    const fault = occurrence('a', 'flood', [0])
    await faults.inject(fault)
    are[0] = behaviour('stale')
    expect(await faults.attest(fault, 'injected')).toEqual({ holds: false, evidence: 'node-0 is stale' })
  })

  it('a node that was down gets its behaviour when it is started', async () => {
    const { faults, states, names } = nodes()
    states[0] = 'down'
    await faults.inject(occurrence('a', 'flood', [0]))
    expect(names()[0]).toBe('correct')
    states[0] = 'running'
    await faults.restarted!([0, 1])
    expect(names()).toEqual(['flood', 'silent', 'correct'])
  })
})
