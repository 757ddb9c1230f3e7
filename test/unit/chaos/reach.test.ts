import { describe, expect, it } from '@jest/globals'
import type { HoldChange } from '../../../chaos/fault-actions.ts'
import { ContainerFeed } from '../../../chaos/faults/container-feed.ts'
import { linkFaults } from '../../../chaos/faults/links.ts'
import { ShaperDesk } from '../../../chaos/faults/shaper-desk.ts'
import type { InstanceGroup, Neighbour, Place } from '../../../model/backend.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'
import type {
  Break,
  Counted,
  Pinged,
  ShapeRequest,
  ShaperReply,
  ShaperRequest,
} from '../../../model/shaper.ts'
import { time } from '../../support/clock.ts'
import { cutOf } from '../../support/cut.ts'

/** A container of a project, and what it does with what arrives. */
interface Member {
  readonly name: string
  /** Address by network. */
  readonly on: Readonly<Record<string, string>>
  readonly ignores?: 'pings' | 'everything'
}

const idOf = (name: string) => Buffer.from(name).toString('hex').padStart(64, '0')

/** Containers on networks that do not reach each other, under rules as the shaper has them. */
function project(members: readonly Member[], strangers: readonly Neighbour[] = []) {
  const places: Place[] = members.map(({ name, on }) => ({
    ...{ name, container: idOf(name) },
    ...{ addresses: Object.values(on), networks: Object.keys(on) },
  }))
  let shape: ShapeRequest | undefined
  const echoes = new Map<string, number>()
  const breaks: Break[] = []
  const probed: string[] = []
  const leaks = new Set<string>()
  const silenced = new Set<string>()

  const isCut = (container: string, address: string) => {
    const rules = shape?.namespaces.find(each => each.container === container)
    return rules !== undefined && (rules.isAlone || shape!.sets[rules.to]!.includes(address))
  }
  const send = (container: string, address: string, port: number | undefined): Pinged => {
    const from = members.find(({ name }) => idOf(name) === container)!
    const to = members.find(({ on }) => Object.values(on).includes(address))
    probed.push(`${from.name} ${address}${port === undefined ? '' : `:${port}`}`)
    const isNear = to
      ? Object.entries(to.on).some(([network, at]) => at === address && network in from.on)
      : strangers.some(stranger => stranger.address === address)
    const gone = isCut(container, address) && !leaks.has(address)
    const isIgnored =
      silenced.has(address) || to?.ignores === 'everything' || (to?.ignores === 'pings' && port === undefined)
    if (isNear && !gone && port === undefined && to)
      echoes.set(idOf(to.name), (echoes.get(idOf(to.name)) ?? 0) + 3)
    const answered = isNear && !gone && !isIgnored ? 3 : 0
    return { sent: 3, answered, duplicates: 0, roundTripsMs: Array(answered).fill(0.1) }
  }
  const counted = (container: string): Counted => ({
    ...{ unheard: 0, unreached: 0, lost: 0, echoes: echoes.get(container) ?? 0, listens: null },
  })
  const answer = (request: ShaperRequest): ShaperReply => {
    switch (request.kind) {
      case 'shape':
        shape = request
        return { kind: 'shaped', changed: 0, healed: 0, failed: [], milliseconds: 0 }
      case 'probe':
        return {
          kind: 'probed',
          pinged: request.pairs.map(({ container, address, port }) => send(container, address, port)),
        }
      case 'count':
        return { kind: 'counted', counted: request.containers.map(counted) }
      case 'verify':
        return { kind: 'verified', breaks: breaks.slice(request.since) }
      default:
        throw new Error(`nobody asks for ${request.kind}`)
    }
  }
  const containers = {
    places,
    stateOf: async () => 'running',
    shape: async (request: ShaperRequest) => {
      const reply = answer(request)
      // Pings take a while.
      if (request.kind === 'probe') await new Promise(resolve => setTimeout(resolve, 10))
      return reply
    },
    openLease: async () => {
      throw new Error('nobody renews in this test')
    },
    neighboursOf: async () => strangers,
  } as unknown as InstanceGroup
  const feed = new ContainerFeed()
  const faults = linkFaults(
    { containers, feed, isolation: 'everything', time },
    new ShaperDesk({ containers, time }),
  )
  const play = async (fault: object, targets: readonly string[]) => {
    const parsed = faultSchema.parse({ for: '1s', ...fault })
    const whom = targets.map(name => members.findIndex(member => member.name === name))
    const hit: Occurrence = {
      ...{ id: `${parsed.kind}-1`, fault: parsed, atMs: 0, forMs: 1000 },
      ...{ targets: whom, ...cutOf(parsed, whom) },
    }
    await faults.prepare?.(hit)
    await faults.inject(hit)
    const injected = await faults.attest(hit, 'injected')
    await faults.heal(hit)
    return { injected, healed: await faults.attest(hit, 'healed') }
  }
  /** The addresses that a container does not reach by the rules in force. */
  const unreached = (name: string) =>
    (shape?.namespaces ?? [])
      .filter(({ container }) => container === idOf(name))
      .flatMap(({ to }) => shape!.sets[to]!)
  return { faults, feed, play, probed, leaks, silenced, breaks, places, unreached }
}

const twoNetworks: readonly Member[] = [
  { name: 'web', on: { front: '10.1.0.2' } },
  { name: 'api', on: { front: '10.1.0.3', back: '10.2.0.3' } },
  { name: 'db', on: { back: '10.2.0.2' } },
]
const holds = (evidence: unknown = expect.any(String)) => ({ holds: true, evidence })

describe('faults of links in a project', () => {
  it.each([['api'], ['web'], ['db']])(
    'with two networks: isolating %s is measured with those that reached it, and healed for them',
    async target => {
      const { injected, healed } = await project(twoNetworks).play({ kind: 'isolate' }, [target])
      expect({ injected, healed }).toEqual({
        injected: holds(expect.stringMatching(/pairs across the cut are silent/)),
        healed: holds(expect.stringMatching(/answer/)),
      })
    },
  )

  it('measures over the addresses that carried before, and asks only for pairs that are measured later', async () => {
    const { play, probed } = project(twoNetworks)
    await play({ kind: 'isolate' }, ['web'])
    const before = probed.slice(0, 2)
    expect(before).toEqual(['web 10.1.0.3', 'web 10.2.0.3'])
    // By ping, by connection, and to see whether it arrives; after that it is left alone.
    expect(probed.filter(each => each.startsWith('web 10.2.0.3'))).toEqual([
      ...['web 10.2.0.3', 'web 10.2.0.3:9', 'web 10.2.0.3'],
    ])
    expect(probed.some(each => each.startsWith('web 10.2.0.2'))).toBe(false)
  })

  it('measure whoever ignores pings by connections, which a closed port refuses', async () => {
    const members: Member[] = [
      { name: 'web', on: { front: '10.1.0.2' } },
      { name: 'db', on: { front: '10.1.0.3' }, ignores: 'pings' },
    ]
    const { play, probed } = project(members)
    const { injected, healed } = await play({ kind: 'isolate' }, ['web'])
    expect([injected.holds, healed.holds]).toEqual([true, true])
    expect(probed).toContain('web 10.1.0.3:9')
  })

  it('measure whoever answers nothing by what its kernel counts', async () => {
    const members: Member[] = [
      { name: 'web', on: { front: '10.1.0.2' } },
      { name: 'db', on: { front: '10.1.0.3' }, ignores: 'everything' },
    ]
    const { injected, healed } = await project(members).play({ kind: 'isolate' }, ['web'])
    expect([injected.holds, healed.holds]).toEqual([true, true])
  })

  it('are unknown where nothing carried before', async () => {
    const members: Member[] = [
      { name: 'web', on: { front: '10.1.0.2' } },
      { name: 'db', on: { back: '10.2.0.2' } },
    ]
    const { injected } = await project(members).play({ kind: 'loss', share: '30%' }, ['web'])
    expect(injected).toEqual({
      holds: false,
      evidence: 'none of the affected links carried traffic before the fault',
    })
  })

  it('are measured where nothing carried before an earlier fault and something does now', async () => {
    const db = { name: 'db', on: { back: '10.1.0.3' } as Record<string, string> }
    const { play } = project([{ name: 'web', on: { front: '10.1.0.2' } }, db])
    expect((await play({ kind: 'partition', cut: 'halves' }, ['web', 'db'])).injected.holds).toBe(false)
    db.on = { front: '10.1.0.3' }
    expect(await play({ kind: 'partition', cut: 'halves' }, ['web', 'db'])).toEqual({
      injected: holds(),
      healed: holds(),
    })
  })

  it('cut an isolated container from the host and from containers of others, and name what gets through', async () => {
    const host = { name: 'the host on front', address: '10.1.0.1' }
    const stranger = { name: 'other-web-1 on front', address: '10.1.0.9' }
    const sound = await project(twoNetworks, [host, stranger]).play({ kind: 'isolate' }, ['web'])
    expect(sound).toEqual({
      injected: holds(expect.stringMatching(/^4 of 4 pairs across the cut are silent/)),
      healed: holds(),
    })
    const leaky = project(twoNetworks, [host, stranger])
    leaky.leaks.add(stranger.address)
    expect((await leaky.play({ kind: 'isolate' }, ['web'])).injected).toEqual({
      holds: false,
      evidence: 'web to other-web-1 on front gets through, and is meant to be cut',
    })
  })

  it('are measured again when a container that is not hit restarts meanwhile', async () => {
    const { faults, feed, silenced } = project(twoNetworks)
    const hit: Occurrence = {
      ...{ id: 'isolate-1', atMs: 0, forMs: 1000, targets: [0] },
      fault: faultSchema.parse({ kind: 'isolate', for: '1s' }),
    }
    await faults.prepare?.(hit)
    await faults.inject(hit)
    silenced.add('10.2.0.2').add('10.2.0.3')
    const broken = await faults.attest(hit, 'injected')
    expect(broken).toMatchObject({ holds: false, evidence: expect.stringContaining('does not get through') })
    const attesting = faults.attest(hit, 'injected')
    setTimeout(() => {
      feed.tell({ type: 'container', at: 0, node: 2, state: 'started' })
      silenced.clear()
    }, 5)
    expect((await attesting).holds).toBe(true)
    await faults.heal(hit)
  })

  it('are interrupted when their rules are removed, and when a container that has them is started again', async () => {
    const { faults, feed, breaks } = project(twoNetworks)
    const hit: Occurrence = {
      ...{ id: 'isolate-1', atMs: 0, forMs: 1000, targets: [0] },
      fault: faultSchema.parse({ kind: 'isolate', for: '1s' }),
    }
    await faults.inject(hit)
    const noted: HoldChange[] = []
    const ended = new AbortController()
    const held = faults.hold!(hit, { signal: ended.signal, note: change => noted.push(change) })
    const started = { type: 'container', at: 5000, node: 0, state: 'started' } as const
    feed.tell({ ...started, asked: true })
    feed.tell(started)
    breaks.push({
      name: 'web',
      holds: false,
      evidence: 'its rules were removed by somebody else',
      agoMs: 300,
    })
    breaks.push({ name: 'nobody', holds: false, evidence: 'of another fault', agoMs: 300 })
    ended.abort()
    await held
    expect(noted).toEqual([
      {
        holds: false,
        at: 5000,
        evidence: 'web was started by somebody else, without rules until it got them again',
      },
      { holds: false, at: expect.any(Number), evidence: 'web: its rules were removed by somebody else' },
    ])
    await faults.heal(hit)
  })

  it('are interrupted until rules follow a container to the addresses that somebody else gives it', async () => {
    const { faults, feed, places, unreached } = project(twoNetworks)
    const fault = faultSchema.parse({ kind: 'partition', cut: 'halves', for: '1s' })
    const hit: Occurrence = {
      ...{ id: 'partition-1', atMs: 0, forMs: 1000, targets: [0, 1] },
      ...{ fault, ...cutOf(fault, [0, 1]) },
    }
    await faults.inject(hit)
    expect(unreached('api')).toEqual(['10.1.0.2'])
    const noted: HoldChange[] = []
    const ended = new AbortController()
    const held = faults.hold!(hit, { signal: ended.signal, note: change => noted.push(change) })
    places[0] = { ...places[0]!, addresses: ['10.1.0.2', '10.9.0.2'], networks: ['front', 'new'] }
    feed.tell({ type: 'container', at: 5000, node: 2, state: 'moved' })
    feed.tell({ type: 'container', at: 6000, node: 0, state: 'moved' })
    ended.abort()
    await held
    expect(unreached('api')).toEqual(['10.1.0.2', '10.9.0.2'])
    expect(noted).toEqual([
      { holds: false, at: 6000, evidence: "web has other addresses, of somebody else's doing" },
      { holds: true, evidence: 'web has rules for its addresses' },
    ])
    await faults.heal(hit)
  })
})
