import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { layoutOf, placementOf } from '../../compose/project/placement.ts'
import { referenceSpeeds } from '../../harness/plan/cost-constants.ts'
import { buildNodeFiles } from '../../harness/plan/node-files.ts'
import { resolve } from '../../harness/plan/resolve.ts'
import { checkScenario } from '../../harness/scenario/read.ts'
import { genesisSchema, nodeSecretsSchema } from '../../model/node-config.ts'
import { machine } from '../support/plan.ts'

const scenarios = fc
  .record({
    nodes: fc.integer({ min: 4, max: 1000 }),
    tau: fc.double({ min: 0.01, max: 0.49, noNaN: true }),
    rate: fc.option(fc.double({ min: 0.1, max: 100_000, noNaN: true }), { nil: undefined }),
  })
  .map(({ nodes, tau, rate }) =>
    checkScenario(
      { name: 'any', nodes, consensus: { tau }, workload: rate === undefined ? {} : { rate } },
      () => undefined,
    ),
  )
const seeds = fc.string({ minLength: 1, maxLength: 20 })
const machines = fc.record({
  cores: fc.integer({ min: 1, max: 128 }),
  speeds: fc.constant(referenceSpeeds),
  placement: fc.integer({ min: 77, max: 251 }).map(placementOf),
})

describe('plan', () => {
  it('is the same for the same scenario, seed and machine', () => {
    fc.assert(
      fc.property(scenarios, seeds, machines, (scenario, seed, machine) => {
        expect(resolve(scenario, seed, machine)).toEqual(resolve(structuredClone(scenario), seed, machine))
      }),
    )
  })

  it('gives every node an address of its own inside the mesh, none of them a helper or the broadcast', () => {
    fc.assert(
      fc.property(scenarios, machines, (scenario, machine) => {
        const { nodes } = resolve(scenario, 's', machine)
        const { mesh } = layoutOf({ nodes })
        expect(mesh.subnet).toBe(machine.placement.subnet)
        const addresses = [...nodes.map(node => node.address), mesh.gateway, mesh.driver, mesh.prometheus]
        expect(new Set(addresses).size).toBe(nodes.length + 3)
        const inside = new RegExp(`^${mesh.subnet.split('.', 2).join('\\.')}\\.(\\d+)\\.(\\d+)$`)
        for (const address of addresses) {
          const [, third, fourth] = inside.exec(address)!
          expect(Number(third) <= 255 && Number(fourth) <= 255).toBe(true)
          expect(`${third}.${fourth}`).not.toBe('255.255')
        }
      }),
    )
  })

  it('asks for no more votes than the nodes that are left when f of them fail', () => {
    fc.assert(
      fc.property(scenarios, machines, (scenario, machine) => {
        const { consensus, nodes } = resolve(scenario, 's', machine)
        expect(consensus.alpha).toBe(nodes.length - consensus.f)
        expect(2 * consensus.alpha).toBeGreaterThan(nodes.length)
      }),
    )
  })

  it('has a rate above zero and intervals that grow with the nodes on one core', () => {
    fc.assert(
      fc.property(scenarios, machines, (scenario, machine) => {
        const plan = resolve(scenario, 's', machine)
        const double = resolve({ ...scenario, nodes: Math.min(1000, scenario.nodes * 2) }, 's', machine)
        expect(plan.workload.rate).toBeGreaterThan(0)
        expect(double.workload.batchMs).toBeGreaterThanOrEqual(plan.workload.batchMs)
        expect(double.tuning.issueIntervalMs).toBeGreaterThanOrEqual(plan.tuning.issueIntervalMs)
        expect(double.tuning.heartbeatIntervalMs).toBeGreaterThanOrEqual(plan.tuning.heartbeatIntervalMs)
      }),
    )
  })

  it('makes files that their schemas accept, with other keys for another node or another seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 8 }), seeds, (nodes, seed) => {
        const scenario = checkScenario({ name: 'any', nodes }, () => undefined)
        const files = buildNodeFiles(resolve(scenario, seed, machine), 'run')
        genesisSchema.parse(files.genesis)
        const other = buildNodeFiles(resolve(scenario, `${seed}x`, machine), 'run')
        const all = [...files.secrets.values(), ...other.secrets.values()]
        const identities = all.flatMap(secret => nodeSecretsSchema.parse(secret).identities)
        const seedsOf = identities.flatMap(({ peerSeed, vertexSeed, tagKeys }) => [
          peerSeed,
          vertexSeed,
          tagKeys,
        ])
        expect(new Set(seedsOf).size).toBe(6 * nodes)
      }),
      { numRuns: 20 },
    )
  })
})
