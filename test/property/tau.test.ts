import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { censusParameters } from '../../nodes/consensus/parameters.ts'
import type { Vertex, Vote } from '../../nodes/consensus/types.ts'
import { mulberry } from '../support/mulberry.ts'
import { ReplicaNetwork, transaction } from '../support/replica-network.ts'

const tau = 0.39
const n = 18
/** 7 of 18 may be silent, fewer than 4 Byzantine. */
const { f, alpha } = censusParameters(n, tau)
const owner = 5

/** For one side towards some nodes and for the other one towards the rest. */
function twoFaced(vote: Vote, to: number, vertex: Vertex): Vote {
  const exceptions = vertex.transactions.flatMap(({ nonce, id }, position) =>
    id === transaction(owner, nonce, to % 2).id ? [] : [position],
  )
  return { vertex: vote.vertex, exceptions }
}

/** Both sides of double-spends, each to one half of the nodes, with so many two-faced nodes. @returns double-accepted nonces */
function violations(seed: number, byzantine: number): number {
  const network = new ReplicaNetwork(n, mulberry(seed), { tau })
  for (let node = 0; node < byzantine; node += 1) network.nodes[node]!.twist = twoFaced
  const nonces = 6
  for (let nonce = 0; nonce < nonces; nonce += 1) {
    for (let node = byzantine; node < n; node += 1) {
      network.submit(node, [transaction(owner, nonce, node % 2)])
    }
    network.deliver(200)
  }
  network.settle(20)
  const accepted = (nonce: number, side: number) =>
    network.nodes
      .slice(byzantine)
      .some(({ decided }) => decided.get(transaction(owner, nonce, side).id) === 'accepted')
  return Array.from({ length: nonces }, (_, nonce) => nonce).filter(
    nonce => accepted(nonce, 0) && accepted(nonce, 1),
  ).length
}

describe(`census with tau = ${tau} (n = ${n}, f = ${f}, alpha = ${alpha})`, () => {
  it('accepts everything under normal load', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const network = new ReplicaNetwork(n, mulberry(seed), { tau })
        const sent = Array.from({ length: 20 }, (_, i) => transaction(1, i))
        sent.forEach((each, i) => {
          network.submit(i % n, [each])
          network.deliver(40)
        })
        network.settle()
        for (const { decided } of network.nodes)
          expect(sent.map(({ id }) => decided.get(id))).toEqual(sent.map(() => 'accepted'))
      }),
      { numRuns: 10 },
    )
  })

  it('is live with 39 percent of the nodes silent, and stops with one more', () => {
    for (const silent of [f, f + 1]) {
      const network = new ReplicaNetwork(n, mulberry(silent), { tau })
      for (let node = 0; node < silent; node += 1) network.kill(node)
      const sent = transaction(1, 1)
      network.submit(n - 1, [sent])
      network.settle(30)
      const running = network.nodes.slice(silent)
      const outcome = silent === f ? 'accepted' : undefined
      expect(running.map(({ decided }) => decided.get(sent.id))).toEqual(running.map(() => outcome))
    }
  })

  it('is safe with fewer than 22 percent two-faced nodes, and not with so many', () => {
    fc.assert(
      fc.property(fc.integer(), seed => expect(violations(seed, n - 2 * f - 1)).toBe(0)),
      { numRuns: 25 },
    )
    const unsafe = Array.from({ length: 10 }, (_, seed) => violations(seed, n - 2 * f))
    expect(Math.max(...unsafe)).toBeGreaterThan(0)
  })
})
