import { describe, expect, it } from '@jest/globals'
import { buildProject } from '../../../compose/project/project.ts'
import { affordableRate, issueInterval } from '../../../harness/plan/budget.ts'
import { tooMuch } from '../../../harness/plan/cost-model.ts'
import { loadOf } from '../../../harness/plan/load-of.ts'
import { buildNodeFiles } from '../../../harness/plan/node-files.ts'
import { reference } from '../../../harness/systems/reference.ts'
import { expectedOutcome } from '../../../harness/theory/outcome.ts'
import type { Plan } from '../../../model/plan.ts'
import { scrapeTargets } from '../../../prometheus/targets.ts'
import { machine, planOf } from '../../support/plan.ts'

const twins = (targets: string, more: object = {}) => ({ behaviour: 'twin', targets, ...more })
const planned = (nodes: number, scenario: object) => planOf(nodes, { scenario })

/** What each node's own file says of where it finds others, by the name of its container. */
function viewsOf(plan: Plan) {
  const { secrets } = buildNodeFiles(plan, 'run')
  return (name: string) => secrets.get(name)!.identities[0]!
}

describe('a twin', () => {
  it('is one identity of the roster with two containers, each at an address of its own', () => {
    const plan = planned(8, { byzantine: [twins('node-2, node-5')] })
    expect(plan.nodes.slice(8).map(({ index, name }) => [index, name])).toEqual([
      [8, 'node-2-twin'],
      [9, 'node-5-twin'],
    ])
    expect(new Set(plan.nodes.map(({ address }) => address)).size).toBe(10)
    expect(plan.byzantine).toEqual([2, 5, 8, 9])
    expect(plan.consensus).toMatchObject({ f: 2, alpha: 6 })
    const { genesis, secrets, driver } = buildNodeFiles(plan, 'run')
    expect(genesis.roster).toHaveLength(8)
    const [first, second] = ['node-5', 'node-5-twin'].map(name => secrets.get(name)!.identities[0]!)
    const { elsewhere: _e, strangers: _s, ...keys } = second!
    expect(first).toMatchObject(keys)
    expect(keys).not.toHaveProperty('behaviour')
    expect(driver).toMatchObject({ byzantine: [2, 5, 8, 9], twins: [2, 5] })
    expect(driver.nodes).toHaveLength(10)
  })

  it('is two services of the Compose project, each with a file and an address of its own', () => {
    const plan = planned(6, { byzantine: [twins('node-2')] })
    const { services } = buildProject(plan, {
      run: 'twins',
      deployment: reference.deployment,
      images: { node: 'node', driver: 'driver', shaper: 'shaper' },
      driverCommand: ['driver'],
      shaperCommand: ['shaper'],
    })
    expect(Object.keys(services)).toHaveLength(8)
    expect(services['node-2-twin']).toMatchObject({
      hostname: 'node-2-twin',
      networks: { mesh: { ipv4_address: plan.nodes[6]!.address } },
      volumes: [{}, { source: './nodes/node-2-twin.json' }],
      labels: { 'whiteout.node': '6' },
    })
  })

  it('has half of the others linked with one container and half with the other, as their own files say', () => {
    const plan = planned(9, { byzantine: [twins('node-4')] })
    const viewOf = viewsOf(plan)
    const [first, second] = [plan.nodes[4]!, plan.nodes[9]!]
    const halves = [first.twin!.linkedWith, second.twin!.linkedWith]
    expect(halves.map(half => half.length)).toEqual([4, 4])
    expect(halves.flat().sort()).toEqual([0, 1, 2, 3, 5, 6, 7, 8])
    for (const node of first.twin!.linkedWith) expect(viewOf(`node-${node}`)).not.toHaveProperty('elsewhere')
    for (const node of second.twin!.linkedWith)
      expect(viewOf(`node-${node}`).elsewhere).toEqual([{ index: 4, address: second.address }])
    expect(viewOf('node-4')).toMatchObject({ strangers: second.twin!.linkedWith })
    expect(viewOf('node-4-twin')).toMatchObject({
      elsewhere: [{ index: 4, address: second.address }],
      strangers: first.twin!.linkedWith,
    })
  })

  it('meets others of its kind first with first and second with second, also in another group', () => {
    const tables = [twins('node-1', { group: 'a' }), twins('node-6', { group: 'b' })]
    const plan = planned(8, { byzantine: tables })
    const viewOf = viewsOf(plan)
    expect(viewOf('node-1').elsewhere).toBeUndefined()
    expect(viewOf('node-1-twin').elsewhere).toEqual([
      { index: 1, address: plan.nodes[8]!.address },
      { index: 6, address: plan.nodes[9]!.address },
    ])
    expect(viewOf('node-6').strangers).not.toContain(1)
    expect(plan.nodes[1]!.twin!.linkedWith).not.toEqual(plan.nodes[6]!.twin!.linkedWith)
  })

  it('parts the others alike within a group', () => {
    const { nodes } = planned(12, { byzantine: [twins('node-1, node-6')] })
    expect(nodes[1]!.twin!.linkedWith).toEqual(nodes[6]!.twin!.linkedWith)
  })

  it('is hit by faults as any container, by its name too, and correct nodes are none of its two', () => {
    const faults = ['node-2-twin', 'byzantine', 'correct', 'all'].map(targets => ({
      kind: 'isolate',
      targets,
      for: '2s',
    }))
    const plan = planned(6, { byzantine: [twins('node-2')], faults })
    expect(plan.faults.map(({ targets }) => targets)).toEqual([
      [6],
      [2, 6],
      [0, 1, 3, 4, 5],
      [0, 1, 2, 3, 4, 5, 6],
    ])
    expect(() =>
      planned(6, { byzantine: [twins('node-2')], faults: [{ ...faults[0], targets: 'node-3-twin' }] }),
    ).toThrow('there is no node-3-twin: node-3 is no twin')
  })

  it('takes as much of the cores as two nodes: the load is that of so many', () => {
    const { workload, consensus, tuning } = planned(20, { byzantine: [twins('node-3, node-4')] })
    const network = { nodes: 22, alpha: consensus.alpha, collectors: 20 }
    expect(workload.rate).toBe(affordableRate(network, machine))
    expect(tooMuch(machine, loadOf(planned(20, { byzantine: [twins('node-3, node-4')] })))).toBeUndefined()
    expect(tuning.issueIntervalMs).toBe(issueInterval(network, machine))
  })

  it('is in the region of its first container', () => {
    const { nodes } = planned(8, { regions: ['eu', 'us'], byzantine: [twins('node-7')] })
    expect(nodes[8]).toMatchObject({ name: 'node-7-twin', region: 'us' })
  })

  it('is Byzantine to Prometheus, both of it', () => {
    const plan = planned(6, { byzantine: [twins('node-2')] })
    const found = scrapeTargets(plan).filter(({ labels }) => labels.role === 'byzantine')
    expect(found.map(({ labels }) => [labels.node, labels.behaviour])).toEqual([
      ['node-2', 'twin'],
      ['node-2-twin', 'twin'],
    ])
  })

  it.each([
    [7, 'FINAL'],
    [8, 'VIOLATED'],
  ])('%i of 20: %s', (byzantine, outcome) => {
    expect(expectedOutcome({ name: 'twin' }, { nodes: 20, byzantine, f: 6 })).toBe(outcome)
  })

  it.each([
    [
      { byzantine: [twins('node-1', { identities: 2 })] },
      'scenario.byzantine[0].identities: a twin is one identity in two places',
    ],
    [
      { byzantine: [twins('node-1'), { behaviour: 'silent', targets: 'node-1' }] },
      'scenario.byzantine[1].targets: node-1 has a behaviour from scenario.byzantine[0] already',
    ],
    [{ byzantine: [twins('node-1', { trigger: 'never' })] }, 'scenario.byzantine[0].trigger: unknown key'],
    [
      { faults: [{ kind: 'behaviour', as: 'twin', for: '5s' }] },
      'scenario.faults[0].as: a twin is there from the start or not at all',
    ],
    [
      { byzantine: [twins('node-1')], faults: [{ kind: 'kill', targets: 'node-1', for: '5s' }] },
      'scenario.faults[0].targets: node-1 is Byzantine (twin), and a node that is down or frozen shows no behaviour',
    ],
  ])('refuses %j', (scenario, message) => {
    expect(() => planned(8, scenario)).toThrow(message)
  })
})
