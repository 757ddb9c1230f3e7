import { describe, expect, it } from '@jest/globals'
import { buildProject } from '../../../compose/project/project.ts'
import { buildNodeFiles } from '../../../harness/plan/node-files.ts'
import { reference } from '../../../harness/systems/reference.ts'
import { planOf } from '../../support/plan.ts'

const planned = (nodes: number, scenario: object) => planOf(nodes, { scenario })
const table = (more: object) => ({ behaviour: 'always-reject', ...more })
const three = { byzantine: [table({ targets: 'node-1, node-4, node-6', identities: 3 })] }
const options = {
  run: 'sybils',
  deployment: reference.deployment,
  images: { node: 'node', driver: 'driver', shaper: 'shaper' },
  driverCommand: ['driver'],
  shaperCommand: ['shaper'],
}

describe('a staked Sybil', () => {
  it('is one container with so many identities of the roster, each at ports of its own', () => {
    const plan = planned(10, three)
    expect(plan.byzantine).toEqual([1, 4, 6])
    expect(plan.nodes.map(({ host }) => host?.index)).toEqual([
      ...[undefined, undefined, undefined, undefined, 1],
      ...[undefined, 1, undefined, undefined, undefined],
    ])
    const address = plan.nodes[1]!.address
    const { genesis, secrets, driver } = buildNodeFiles(plan, 'run')
    expect(secrets.size).toBe(8)
    expect(secrets.get('node-1')!.identities.map(({ index, behaviour }) => [index, behaviour!.name])).toEqual(
      [
        [1, 'always-reject'],
        [4, 'always-reject'],
        [6, 'always-reject'],
      ],
    )
    expect([1, 4, 6].map(node => genesis.roster[node])).toMatchObject([
      { address },
      { address, meshPort: 4002 },
      { address, meshPort: 4003 },
    ])
    expect([1, 4, 6].map(node => driver.nodes[node])).toEqual([
      `http://${address}:9000`,
      `http://${address}:9001`,
      `http://${address}:9002`,
    ])
  })

  it('has a container with room for all of them, and no other', () => {
    const { services } = buildProject(planned(10, three), options)
    expect(Object.keys(services)).toHaveLength(9)
    expect(services).not.toHaveProperty('node-4')
    expect(services['node-1']).toMatchObject({ mem_limit: '1536m', ulimits: { nofile: 3 * 4096 } })
    const crowd = [table({ count: 6, identities: 6 })]
    const files = Object.values(buildProject(planned(20, { byzantine: crowd }), options).services).map(
      ({ ulimits }) => ulimits.nofile,
    )
    expect(Math.max(...files)).toBeLessThan(20_000)
    expect(services['node-2']).toMatchObject({ mem_limit: '512m', ulimits: { nofile: 4096 } })
  })

  it('is several containers where the table has nodes for them; what is left over is together', () => {
    const { nodes } = planned(10, {
      byzantine: [table({ targets: 'node-0, node-2, node-3, node-5, node-9', identities: 2 })],
    })
    expect([0, 2, 3, 5, 9].map(node => nodes[node]!.host?.index)).toEqual([
      undefined,
      0,
      undefined,
      3,
      undefined,
    ])
  })

  it('is hit as a whole by whatever is done to its container, and each identity by what is done to nodes', () => {
    const faults = [
      { kind: 'isolate', targets: 'node-4', for: '2s' },
      { kind: 'partition', for: '2s' },
      { kind: 'behaviour', as: 'silent', targets: 'node-6', for: '2s' },
    ]
    const plan = planned(10, { ...three, faults })
    const [pause, partition, behaviour] = plan.faults.map(({ targets }) => targets)
    expect(pause).toEqual([1])
    expect(partition!.toSorted()).toEqual([0, 1, 2, 3, 5, 7, 8, 9])
    expect(behaviour).toEqual([1, 4, 6])
  })

  it('is in one region: that of its container', () => {
    const { nodes } = planned(10, { ...three, regions: ['eu', 'us'] })
    expect([1, 4, 6].map(node => nodes[node]!.region)).toEqual(['eu', 'eu', 'eu'])
  })

  it('counts in full when its container is away: the load is planned for a network that stalls', () => {
    const many = { byzantine: [table({ count: 4, identities: 4 })], workload: { duration: '60s' } }
    const faults = [{ kind: 'isolate', targets: 'byzantine', for: '20s' }]
    const [stalled, calm] = [planned(10, { ...many, faults }), planned(10, many)]
    expect([stalled.aftermath.stallMs, calm.aftermath.stallMs]).toEqual([20_000, 0])
    expect(stalled.tuning.issueIntervalMs).toBeGreaterThan(calm.tuning.issueIntervalMs)
  })

  it.each([
    [{ identities: 1, count: 2 }, 'scenario.byzantine[0].identities: expected at least 2'],
    [
      { identities: 4, count: 3 },
      'scenario.byzantine[0].identities: 4 identities are to live in one container, and the table has 3 nodes',
    ],
    [{ identities: 3 }, 'scenario.byzantine[0].count: expected one of count, fraction and targets, got none'],
  ])('refuses %j', (more, message) => {
    expect(() => planned(10, { byzantine: [table(more)] })).toThrow(message)
  })
})
