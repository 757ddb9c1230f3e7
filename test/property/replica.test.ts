import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { mulberry } from '../support/mulberry.ts'
import { ReplicaNetwork, transaction } from '../support/replica-network.ts'

const runs = { numRuns: 60 }

describe('replica network', () => {
  it('accepts every unconflicted transaction everywhere, whatever the order of delivery', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 4, max: 11 }), (seed, n) => {
        const network = new ReplicaNetwork(n, mulberry(seed))
        const sent = Array.from({ length: 30 }, (_, i) => transaction(i % 3, i))
        sent.forEach((each, i) => {
          network.submit(i % n, [each])
          network.deliver(20)
        })
        network.settle()
        for (const node of network.nodes) {
          expect(sent.map(each => node.decided.get(each.id))).toEqual(sent.map(() => 'accepted'))
        }
      }),
      runs,
    )
  })

  it('accepts them also when a tenth of all messages is lost', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const network = new ReplicaNetwork(7, mulberry(seed))
        network.loss = 0.1
        const sent = Array.from({ length: 20 }, (_, i) => transaction(1, i))
        sent.forEach((each, i) => {
          network.submit(i % 7, [each])
          network.deliver(15)
        })
        network.settle()
        for (const node of network.nodes) {
          expect(sent.map(each => node.decided.get(each.id))).toEqual(sent.map(() => 'accepted'))
        }
      }),
      runs,
    )
  })

  it('never accepts two members of a conflict set, and decides the same everywhere', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 4, max: 10 }), (seed, n) => {
        const network = new ReplicaNetwork(n, mulberry(seed))
        for (let nonce = 0; nonce < 12; nonce += 1) {
          network.submit(nonce % n, [transaction(5, nonce, 0)])
          network.deliver(nonce * 2)
          network.submit((nonce + 1) % n, [transaction(5, nonce, 1)])
          network.deliver(5)
        }
        network.settle(60)
        for (let nonce = 0; nonce < 12; nonce += 1) {
          const winners = new Set(
            network.nodes.flatMap(node =>
              [0, 1].filter(variant => node.decided.get(transaction(5, nonce, variant).id) === 'accepted'),
            ),
          )
          expect(winners.size).toBeLessThanOrEqual(1)
        }
      }),
      runs,
    )
  })

  it('loses nothing that was accepted when a node is killed and started again, and catches it up', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 6 }), (seed, victim) => {
        const network = new ReplicaNetwork(7, mulberry(seed))
        const sent = Array.from({ length: 24 }, (_, i) => transaction(2, i))
        sent.forEach((each, i) => {
          if (i === 8) network.kill(victim)
          if (i === 16) network.restart(victim)
          const to = i % 7 === victim ? (victim + 1) % 7 : i % 7
          network.submit(to, [each])
          network.deliver(25)
        })
        network.settle()
        for (const node of network.nodes) {
          expect(sent.map(each => node.decided.get(each.id))).toEqual(sent.map(() => 'accepted'))
        }
      }),
      runs,
    )
  })
})
