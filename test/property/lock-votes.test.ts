import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { censusParameters } from '../../nodes/consensus/parameters.ts'
import type { Vertex, Vote } from '../../nodes/consensus/types.ts'
import { mulberry } from '../support/mulberry.ts'
import { ReplicaNetwork, transaction } from '../support/replica-network.ts'

const lockVotes = { rule: () => ({ rule: 'census', beta: 2 }) as const }
const nonces = 6
const owner = 5

/** The sides of a double-spend that some correct node has accepted. */
function winners(network: ReplicaNetwork, nonce: number): number[] {
  const accepted = network.nodes
    .filter(({ twist }) => !twist)
    .flatMap(({ decided }) =>
      [0, 1].filter(variant => decided.get(transaction(owner, nonce, variant).id) === 'accepted'),
    )
  return [...new Set(accepted)]
}

/** Sends both sides of some double-spends to nodes far apart, a few messages being delivered between them. */
function doubleSpend(network: ReplicaNetwork, between: number): void {
  const n = network.nodes.length
  for (let nonce = 0; nonce < nonces; nonce += 1) {
    network.submit(nonce % n, [transaction(owner, nonce, 0)])
    network.deliver(between)
    network.submit((nonce + (n >> 1)) % n, [transaction(owner, nonce, 1)])
    network.deliver(between)
  }
}

/** Locks one side towards half of the nodes and the other one towards the rest, for ever newer. */
function twoFaced(random: () => number) {
  let round = 0
  return (vote: Vote, to: number, vertex: Vertex): Vote | undefined => {
    if (random() < 0.1) return undefined
    round += 1
    const side = random() < 0.8 ? to % 2 : Math.floor(random() * 2)
    const exceptions = vertex.transactions.flatMap(({ owner: spender, nonce, id }, position) => {
      const isThisSide = id === transaction(Number.parseInt(spender, 16), nonce, side).id
      return isThisSide ? [] : [position]
    })
    return { vertex: vote.vertex, exceptions, round, locked: random() < 0.7 }
  }
}

describe('lock votes (beta = 2)', () => {
  it('accept every unconflicted transaction everywhere, whatever the order of delivery and with a tenth of all messages lost', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 4, max: 11 }), fc.boolean(), (seed, n, isLossy) => {
        const network = new ReplicaNetwork(n, mulberry(seed), lockVotes)
        network.loss = isLossy ? 0.1 : 0
        const sent = Array.from({ length: 20 }, (_, i) => transaction(i % 3, i))
        sent.forEach((each, i) => {
          network.submit(i % n, [each])
          network.deliver(20)
        })
        network.settle()
        for (const { decided } of network.nodes) {
          expect(sent.map(({ id }) => decided.get(id))).toEqual(sent.map(() => 'accepted'))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('accept one side of a double-spend, where sticky votes leave many of them undecided', () => {
    const decided = { locks: 0, sticky: 0 }
    const runs = 40
    for (let seed = 0; seed < runs; seed += 1) {
      for (const kind of ['locks', 'sticky'] as const) {
        const network = new ReplicaNetwork(10, mulberry(seed), kind === 'locks' ? lockVotes : {})
        doubleSpend(network, 10)
        network.settle(100)
        for (let nonce = 0; nonce < nonces; nonce += 1) {
          const sides = winners(network, nonce)
          expect(sides.length).toBeLessThanOrEqual(1)
          decided[kind] += sides.length
        }
      }
    }
    // Nodes locked on two sides stay so for ever: rare, and all that is left undecided.
    expect(decided.locks).toBeGreaterThan(0.97 * runs * nonces)
    expect(decided.sticky).toBeLessThan(0.9 * decided.locks)
  })

  it('never accept both sides, with f two-faced nodes, arbitrary delays and restarts', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 4, max: 13 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (seed, n, victims) => {
          const random = mulberry(seed)
          const network = new ReplicaNetwork(n, random, lockVotes)
          const { f } = censusParameters(n)
          for (let node = 0; node < f; node += 1) network.nodes[n - 1 - node]!.twist = twoFaced(random)
          doubleSpend(network, 4)
          for (const victim of victims) {
            network.deliver(3 * n)
            network.kill(victim % (n - f))
            network.deliver(3 * n)
            network.restart(victim % (n - f))
            network.nowMs += 300
          }
          network.settle(25)
          for (let nonce = 0; nonce < nonces; nonce += 1) {
            expect(winners(network, nonce).length).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('are never taken back: what a node locked it votes for after every restart', () => {
    let locks = 0
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 4, max: 10 }), (seed, n) => {
        const network = new ReplicaNetwork(n, mulberry(seed), lockVotes)
        doubleSpend(network, 6)
        const locked = new Map<string, string>()
        for (let step = 0; step < 30; step += 1) {
          network.deliver(3 * n)
          network.nowMs += 100
          network.kill(step % n)
          network.restart(step % n)
          network.tick()
          network.nodes.forEach(({ store }, node) => {
            for (const { vertex, vote } of store) {
              if (!vote.locked) continue
              vertex.transactions.forEach(({ id, key }, position) => {
                if ([...vote.exceptions, ...(vote.open ?? [])].includes(position)) return
                expect(locked.get(`${node}/${key}`) ?? id).toBe(id)
                locked.set(`${node}/${key}`, id)
              })
            }
          })
        }
        locks += locked.size
      }),
      { numRuns: 40 },
    )
    expect(locks).toBeGreaterThan(100)
  })
})
