import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { SnowParameters } from '../../nodes/consensus/parameters.ts'
import type { RuleOptions } from '../../nodes/consensus/replica.ts'
import { mulberry } from '../support/mulberry.ts'
import { ReplicaNetwork, transaction } from '../support/replica-network.ts'

const small = { k: 5, alphaPreference: 4, alphaConfidence: 4, beta: 5 }

function sampled(seed: number, parameters: SnowParameters): (index: number) => RuleOptions {
  return index => ({
    rule: 'sampled',
    ...{ parameters, pollIntervalMs: 0, random: mulberry(seed + 7919 * (index + 1)) },
  })
}

function network(seed: number, n: number, parameters = small): ReplicaNetwork {
  return new ReplicaNetwork(n, mulberry(seed), { rule: sampled(seed, parameters) })
}

function load(loaded: ReplicaNetwork, count: number) {
  const sent = Array.from({ length: count }, (_, i) => transaction(i % 3, i))
  sent.forEach((each, i) => {
    loaded.submit(i % loaded.nodes.length, [each])
    loaded.deliver(30)
  })
  return sent
}

describe('sampled rule', () => {
  it('accepts every unconflicted transaction everywhere, whatever the order of delivery and with messages lost', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 5, max: 12 }), fc.boolean(), (seed, n, isLossy) => {
        const loaded = network(seed, n)
        loaded.loss = isLossy ? 0.03 : 0
        const sent = load(loaded, 15)
        loaded.settle()
        for (const { decided } of loaded.nodes) {
          expect(sent.map(({ id }) => decided.get(id))).toEqual(sent.map(() => 'accepted'))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('finalises with the parameters of avalanchego on 20 nodes, four of them silent', () => {
    const avalanchego = { k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 }
    const loaded = network(3, 20, avalanchego)
    for (const silent of [3, 8, 13, 18]) loaded.kill(silent)
    const sent = [transaction(1, 1), transaction(1, 2), transaction(2, 1)]
    loaded.submit(0, sent)
    loaded.settle(400)
    const running = loaded.nodes.filter(({ up }) => up)
    for (const { decided } of running)
      expect(sent.map(({ id }) => decided.get(id))).toEqual(sent.map(() => 'accepted'))
  })

  it('decides nothing when more than k - alphaConfidence nodes of a roster of k are silent', () => {
    const loaded = network(5, 20, { k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 3 })
    for (const silent of [1, 2, 3, 4, 5, 6]) loaded.kill(silent)
    loaded.submit(0, [transaction(1, 1)])
    loaded.settle(100)
    expect(loaded.nodes.map(({ decided }) => decided.size)).toEqual(loaded.nodes.map(() => 0))
    loaded.restart(6)
    loaded.settle(100)
    expect(loaded.nodes[0]!.decided.size).toBe(1)
  })

  it('comes to one side of a double-spend, the same everywhere', () => {
    let decided = 0
    for (let seed = 0; seed < 30; seed += 1) {
      const loaded = network(seed, 10, { k: 8, alphaPreference: 5, alphaConfidence: 7, beta: 8 })
      const sides = [transaction(4, 1, 0), transaction(4, 1, 1)]
      loaded.submit(0, [sides[0]!])
      loaded.submit(5, [sides[1]!])
      loaded.settle(150)
      const winners = loaded.nodes.map(node =>
        sides.findIndex(({ id }) => node.decided.get(id) === 'accepted'),
      )
      if (winners.every(winner => winner >= 0)) decided += 1
      expect(new Set(winners.filter(winner => winner >= 0)).size).toBeLessThanOrEqual(1)
    }
    expect(decided).toBe(30)
  })
})
