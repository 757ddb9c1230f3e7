import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { FaultActions } from '../../chaos/fault-actions.ts'
import { faultActions } from '../../chaos/faults/actions.ts'
import { playFaults } from '../../chaos/nemesis.ts'
import type { FaultEvent } from '../../model/event.ts'
import { faultSchema, type Occurrence } from '../../model/fault.ts'
import type { Train } from '../../model/shaper.ts'
import { time } from '../support/clock.ts'
import { cutOf } from '../support/cut.ts'
import { useIdleEngine } from '../support/engine.ts'
import { type Faulted, faultedNetwork } from '../support/faulted-network.ts'
import { until } from '../support/until.ts'

jest.setTimeout(120_000)

const idle = useIdleEngine()
const quick: Train = { count: 2, intervalMs: 100, bytes: 56, waitMs: 1000 }
const nodes = 8

let network: Faulted
beforeAll(async () => {
  network = await faultedNetwork(idle, nodes, [{ kind: 'isolate', for: '1s' }])
})
idle.atEnd(async () => network?.[Symbol.asyncDispose]())

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
    ...cutOf(parsed, targets),
  }
}
const everybody = Array.from({ length: nodes }, (_, node) => node)
const actions = (): FaultActions => faultActions({ containers: network.running, time })

/** Whether a ping from one node to another one gets its answer. */
async function reaches(from: number, to: number): Promise<boolean> {
  const { places } = network.running
  const reply = await network.running.shape({
    kind: 'probe',
    train: quick,
    pairs: [{ container: places[from]!.container, address: places[to]!.addresses[0]! }],
  })
  return reply.kind === 'probed' && reply.pinged[0]!.answered > 0
}

describe('faults of links between real containers', () => {
  it.each([
    ['halves', { kind: 'partition' }, everybody, /^8 of 8 pairs across the cut are silent; 8 of 8 .* answer/],
    ['a minority', { kind: 'partition', cut: 'minority' }, everybody, /across the cut are silent/],
    ['one way', { kind: 'partition', cut: 'one-way' }, everybody, /^\d of \d pairs carry one way only/],
    ['a bridge', { kind: 'partition', cut: 'bridge' }, everybody, /across the cut are silent/],
    ['a ring', { kind: 'partition', cut: 'ring' }, everybody, /across the cut are silent/],
    ['isolation', { kind: 'isolate' }, [3, 5], /across the cut are silent/],
    ['loss', { kind: 'loss', share: '20%' }, [1, 2], /\d+\.\d % lost for 20\.0 %/],
    ['duplication', { kind: 'duplicate', share: '25%' }, [1], /\d+\.\d % twice for 25\.0 %/],
    ['bandwidth', { kind: 'rate', bandwidth: '1mbit' }, [1], /\d+ kbit\/s for at most 1000/],
  ])(
    '%s: measured when it begins and when it has healed, and not attested where it did not happen',
    async (_, fault, targets, evidence) => {
      const faults = actions()
      const hit = occurrence(fault, targets)
      expect(await faults.attest(hit, 'injected')).toEqual({
        holds: false,
        evidence: 'no two running nodes with a link that is hit',
      })
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

  it('are not attested as healed while something else still cuts the same links', async () => {
    const faults = actions()
    const cut = occurrence({ kind: 'isolate' }, [2])
    await faults.inject(cut)
    await faults.attest(cut, 'injected')
    await faults.heal(cut)
    // Another hand: rules that our own harness knows nothing of.
    const { places } = network.running
    const all = places.flatMap(({ addresses }) => addresses)
    await network.running.shape({
      ...{ kind: 'shape', leaseMs: 60_000, sets: [[], all], qualities: [], disks: [] },
      namespaces: [
        {
          ...{ name: 'node-2', container: places[2]!.container, from: 1, to: 0 },
          ...{ losses: [], duplicates: [], classes: [], isUnsegmented: false },
        },
      ],
    })
    expect(await faults.attest(cut, 'healed')).toMatchObject({ holds: false })
    await faults.heal(cut)
    expect(await faults.attest(cut, 'healed')).toMatchObject({ holds: true })
  })

  it('compose: what two faults hold is free when both have let go', async () => {
    const faults = actions()
    const parted = occurrence({ kind: 'partition' }, everybody)
    const isolated = occurrence({ kind: 'isolate' }, [1])
    await faults.inject(parted)
    await faults.inject(isolated)
    expect(await reaches(1, 2)).toBe(false)
    await faults.heal(isolated)
    expect(await reaches(1, 2)).toBe(true)
    expect(await reaches(1, 6)).toBe(false)
    await faults.heal(parted)
    expect(await reaches(1, 6)).toBe(true)
  })

  it('are both measured when they are short and overlap on the same links: a change waits for what is being measured', async () => {
    const apart = [1, 2, 3, 4, 5].map((node, i) => ({
      ...occurrence({ kind: 'isolate' }, [node]),
      atMs: i * 500,
    }))
    const events: FaultEvent[] = []
    await playFaults({
      occurrences: apart,
      actions: actions(),
      record: event => events.push(event),
      time,
      signal: new AbortController().signal,
    })
    const told = (step: FaultEvent['step']) => events.filter(event => event.step === step)
    expect(events.filter(({ attested }) => attested === false)).toEqual([])
    expect(told('inject')[1]!.evidence).toMatch(/^\d+\.\d s later: what it changes was being measured$/)
  })

  it('cut a stream that was there before, and let it go on when they heal soon', async () => {
    const faults = actions()
    const cut = occurrence({ kind: 'isolate' }, [4])
    await using stream = await network.openStream(4, 5)
    // Its program has to start first.
    expect(await stream.echoes('before', 30_000)).toBe(true)
    await faults.inject(cut)
    expect(await stream.echoes('during')).toBe(false)
    await faults.heal(cut)
    expect(await stream.echoes('after', 30_000)).toBe(true)
  })

  it('hold for a node that is killed and started under them', async () => {
    const faults = actions()
    const isolated = occurrence({ kind: 'isolate' }, [1])
    await faults.inject(isolated)
    await network.running.kill(1)
    await network.running.start(1)
    await until('the rules are there again', async () => !(await reaches(1, 0)))
    expect(await faults.attest(isolated, 'injected')).toMatchObject({ holds: true })
    await faults.heal(isolated)
    expect(await faults.attest(isolated, 'healed')).toMatchObject({ holds: true })
  })

  it('heal by themselves when the harness is gone and nobody renews the lease', async () => {
    const { places } = network.running
    await network.running.shape({
      ...{
        kind: 'shape',
        leaseMs: 8000,
        sets: [places[1]!.addresses, []].map(set => [...set]),
        qualities: [],
        disks: [],
      },
      namespaces: [
        {
          ...{ name: 'node-0', container: places[0]!.container, from: 0, to: 1 },
          ...{ losses: [], duplicates: [], classes: [], isUnsegmented: false },
        },
      ],
    })
    expect(await reaches(0, 1)).toBe(false)
    await until('the shaper heals', () => reaches(0, 1))
    expect(await network.running.logs('shaper', 20)).toContain('"event":"lease ended"')
  })

  it('are not attested when their lease ended in between', async () => {
    const faults = actions()
    const cut = occurrence({ kind: 'isolate' }, [6])
    await faults.inject(cut)
    expect(await faults.attest(cut, 'injected')).toMatchObject({ holds: true })
    const empty = { sets: [], qualities: [], namespaces: [], disks: [] }
    await network.running.shape({ kind: 'shape', leaseMs: 10_000, ...empty })
    const lapsed = 'the lease of the shaper ended while the fault was to hold'
    await until(
      'the lapse is noticed',
      async () => (await faults.attest(cut, 'injected')).evidence === lapsed,
    )
    await faults.heal(cut)
    expect(await faults.attest(cut, 'healed')).toEqual({
      holds: false,
      evidence: lapsed,
    })
  })

  it('refuse a document that makes no sense, naming the place', async () => {
    const reply = await network.running.shape({
      ...{ kind: 'shape', leaseMs: 1000, sets: [], qualities: [], disks: [] },
      namespaces: [
        {
          ...{ name: 'node-0', container: 'short', from: 0, to: 0 },
          ...{ losses: [], duplicates: [], classes: [], isUnsegmented: false },
        },
      ],
    })
    expect(reply).toEqual({ kind: 'refused', message: expect.stringContaining('namespaces.0.container') })
  })
})
