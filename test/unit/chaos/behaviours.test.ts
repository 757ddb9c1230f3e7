import { describe, expect, it } from '@jest/globals'
import { behaviourFaults } from '../../../chaos/faults/behaviours.ts'
import type { InstanceGroup, NodeState } from '../../../model/backend.ts'
import { type Behaviour, behaviourSchema, readBehaviour } from '../../../model/behaviour.ts'
import type { Witness } from '../../../model/event.ts'
import type { Occurrence } from '../../../model/fault.ts'
import { time } from '../../support/clock.ts'
import { seenWith } from '../../support/seen.ts'

const behaviour = (name: string) => behaviourSchema.parse({ name })

/** What node-2 tells: so many votes of node-0, all of them refusals if it is what it says. */
function tally({ votes, refused, due = votes }: { votes: number; refused: number; due?: number }): Witness {
  const seen = seenWith(3, { due, votes: [votes, due, due], refused: [refused, 0, 0] })
  return { node: 2, seen, caught: [], contested: [] }
}

/** Three nodes that take what they are told; the second is Byzantine by plan. */
function nodes(told: Witness[] = []) {
  const planned = [undefined, behaviour('silent'), undefined]
  const are: (Behaviour | undefined)[] = [...planned]
  const states: NodeState[] = ['running', 'running', 'running']
  const containers = {
    places: [0, 1, 2].map(node => ({ name: `node-${node}`, addresses: [], container: '' })),
    stateOf: async (node: number) => states[node]!,
  } as unknown as InstanceGroup
  const faults = behaviourFaults({
    containers,
    time,
    behaviours: {
      planned,
      set: async (node, given) => {
        are[node] = given
      },
      read: async node => are[node]?.name ?? 'correct',
      witness: async () => {
        const next = told.shift()
        if (!next) throw new Error('it does not answer')
        return next
      },
      peers: { nodes: 3, byzantine: [0], witnessesOf: () => [2], votesUnderWayMs: 0 },
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

  it('are what others saw of them while they lasted, not what they say', async () => {
    const fault = occurrence('a', 'always-reject', [0])
    const before = tally({ votes: 50, refused: 0 })
    const lies = nodes([before, tally({ votes: 80, refused: 28 })])
    await lies.faults.inject(fault)
    expect(await lies.faults.look!(fault)).toEqual({
      holds: true,
      evidence: 'peers saw it of node-0 (always-reject: 28 of 30 votes refuse)',
    })
    const honest = nodes([before, tally({ votes: 80, refused: 0 })])
    await honest.faults.inject(fault)
    expect(await honest.faults.look!(fault)).toEqual({
      holds: false,
      evidence: 'peers saw nothing of node-0 (always-reject: 0 of 30 votes refuse)',
    })
    const alone = nodes([])
    await alone.faults.inject(fault)
    expect(await alone.faults.look!(fault)).toMatchObject({ holds: false })
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
