import { describe, expect, it } from '@jest/globals'
import type { RuleOptions } from '../../nodes/consensus/replica.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'
import { mulberry } from '../support/mulberry.ts'

const n = 8
const mesh = {} as const
const few = { collectors: 4 } as const

const rules: Record<string, (index: number) => RuleOptions> = {
  'lock votes': () => ({ rule: 'census', beta: 2 }),
  sampled: index => ({
    rule: 'sampled',
    parameters: { k: 5, alphaPreference: 4, alphaConfidence: 4, beta: 5 },
    pollIntervalMs: 50,
    random: mulberry(index),
  }),
}

async function load(network: HostNetwork, { first, count }: { first: number; count: number }): Promise<void> {
  for (let i = first; i < first + count; i += 1) {
    const up = network.places.filter(place => place.up)
    void up[i % up.length]!.node.submit([submitted(i % 5, Math.floor(i / 5))])
    await network.clock.advance(20)
  }
}

const accepted = (network: HostNetwork) =>
  new Set(network.places.filter(({ up }) => up).map(({ node }) => node.digest().accepted))

describe.each([
  ['lock votes', 'full mesh', mesh],
  ['lock votes', 'four collectors', few],
  ['sampled', 'full mesh', mesh],
] as const)('network of hosts: %s, %s', (rule, _links, tuning) => {
  it('accepts everything everywhere, says which rule decides, and falls silent', async () => {
    const network = new HostNetwork(n, { ...tuning, rule: rules[rule]! })
    await network.start()
    await load(network, { first: 0, count: 40 })
    await network.clock.advance(8000)
    expect(accepted(network)).toEqual(new Set([40]))
    const { parameters } = network.places[0]!.node.status()
    expect(parameters).toMatchObject(
      rule === 'sampled'
        ? { rule: 'sampled', k: 5, alphaPreference: 4, beta: 5 }
        : { rule: 'census', beta: 2 },
    )
    const before = network.frames
    await network.clock.advance(10_000)
    expect(network.frames - before).toBeLessThanOrEqual(2 * n * 8 * 6)
  })

  it('catches a node up that was killed under load, with a tenth of all frames lost, and loses nothing', async () => {
    const network = new HostNetwork(n, { ...tuning, rule: rules[rule]! })
    await network.start()
    const random = mulberry(5)
    network.link = () => (random() < 0.1 ? undefined : 5)
    await load(network, { first: 0, count: 20 })
    network.kill(2)
    await load(network, { first: 20, count: 30 })
    await network.restart(2)
    await network.clock.advance(60_000)
    expect(network.places[2]!.node.health()).toEqual({ ready: true })
    expect(accepted(network)).toEqual(new Set([50]))
    expect(network.digests().size).toBe(1)
  })
})

describe('network of hosts: lock votes', () => {
  it('accept one side of each double-spend, and remember locks over restarts of everybody', async () => {
    const network = new HostNetwork(n, { ...mesh, rule: rules['lock votes']! })
    await network.start()
    const pairs = 10
    for (let nonce = 0; nonce < pairs; nonce += 1) {
      void network.places[nonce % n]!.node.submit([submitted(9, nonce, 'one')])
      void network.places[(nonce + 4) % n]!.node.submit([submitted(9, nonce, 'other')])
      await network.clock.advance(60)
      network.kill(nonce % n)
      await network.restart(nonce % n)
    }
    await network.clock.advance(60_000)
    expect(accepted(network)).toEqual(new Set([pairs]))
    expect(network.digests().size).toBe(1)
  })
})
