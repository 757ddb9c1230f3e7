import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { describeOccurrence } from '../../../harness/cli/output/occurrence.ts'
import { resolve } from '../../../harness/plan/resolve.ts'
import { parseScenario } from '../../../harness/scenario/read.ts'
import { describeHit, hitAmong, hitBy } from '../../../model/hit.ts'
import { collectorsOf, isFullMesh, type Plan } from '../../../model/plan.ts'
import { machine, planOf } from '../../support/plan.ts'

const seeds = ['1', '2', '3', 'x', 'y', 'z']
const kill = { kind: 'kill', targets: 'collectors', for: '5s' }
const withFaults = (nodes: number, faults: object[], more: object = {}): Plan =>
  planOf(nodes, { scenario: { faults, ...more } })

async function planScenario(name: string, seed: string): Promise<Plan> {
  const file = new URL(`../../../scenarios/${name}.toml`, import.meta.url)
  return resolve(parseScenario(await readFile(file, 'utf8'), name), seed, machine)
}

describe('faults on collectors', () => {
  it.each([4, 8, 20, 50, 100, 150, 300])('hit those that the plan of %i nodes has', nodes => {
    for (const targets of ['collectors', 'issuers']) {
      const plan = withFaults(nodes, [{ ...kill, targets }])
      expect(plan.faults[0]!.targets).toEqual(collectorsOf(plan).toSorted((a, b) => a - b))
      expect(plan.succession.collectors).toBe(isFullMesh(plan) ? nodes : 8)
    }
  })

  it('are drawn again for few collectors where they leave too much to do for a full mesh', () => {
    expect(isFullMesh(planOf(50))).toBe(true)
    const all = withFaults(50, [kill])
    expect(isFullMesh(all)).toBe(false)
    expect(all.faults[0]!.targets).toHaveLength(8)
    const two = withFaults(50, [{ ...kill, targets: 'any(2, collectors)' }])
    expect(isFullMesh(two)).toBe(true)
    expect(two.succession.order).toEqual(all.succession.order)
  })

  it('leave all other draws of the plan as they were', () => {
    const others = { kind: 'pause', targets: 'any(3)', for: '5s' }
    const [pause] = withFaults(50, [others, kill]).faults
    expect(pause!.targets).toEqual(withFaults(50, [others]).faults[0]!.targets)
  })

  it('are refused with their key where there are not so many', () => {
    expect(() => withFaults(150, [{ ...kill, targets: 'any(9, collectors)' }])).toThrow(
      'scenario.faults[0].targets: 9 of 8 nodes cannot be drawn from collectors',
    )
    expect(() => planOf(150, { scenario: { byzantine: [silent('any(9, issuers)')] } })).toThrow(
      'scenario.byzantine[0].targets: 9 of 8 nodes cannot be drawn from issuers',
    )
  })

  it('can be Byzantine tables, too', () => {
    const plan = planOf(150, { scenario: { byzantine: [silent('any(2, collectors), any(3)')] } })
    expect(plan.byzantine).toHaveLength(5)
    expect(hitAmong(plan, plan.byzantine!).collectors).toBeGreaterThanOrEqual(2)
  })

  it('a node that is named Byzantine may not be silenced, whatever it is drawn from', () => {
    const byzantine = [silent('node-3')]
    expect(() => withFaults(8, [{ ...kill, targets: 'any(1, byzantine)' }], { byzantine })).toThrow(
      'scenario.faults[0].targets: node-3 is Byzantine (silent)',
    )
  })
})

const silent = (targets: string) => ({ behaviour: 'silent', targets })

describe('the scenarios that are about who is gone', () => {
  it('CT-001 kills ten nodes each time, a collector among them', async () => {
    for (const seed of seeds) {
      const plan = await planScenario('chaos/ct-001', seed)
      expect(plan.succession.collectors).toBe(8)
      expect(plan.faults).toHaveLength(3)
      for (const occurrence of plan.faults) {
        const hit = hitBy(plan, [occurrence])
        expect(hit.nodes).toBe(10)
        expect(hit.collectors).toBeGreaterThan(0)
      }
    }
  })

  it('CT-006, the rolling restart, restarts every collector', async () => {
    for (const seed of seeds) {
      const plan = await planScenario('chaos/rolling-restart', seed)
      expect(hitBy(plan, plan.faults)).toEqual({ nodes: 12, collectors: plan.succession.collectors })
    }
  })
})

describe('how many collectors are hit', () => {
  it.each([
    [10, 2, '10 nodes, 2 of them collectors'],
    [10, 1, '10 nodes, 1 of them a collector'],
    [10, 0, '10 nodes, no collector'],
    [10, 10, '10 nodes, all collectors'],
    [1, 1, '1 node, a collector'],
    [1, 0, '1 node, no collector'],
  ])('%i nodes, %i collectors: %s', (nodes, collectors, text) => {
    expect(describeHit({ nodes, collectors })).toBe(text)
  })

  it('counts whoever lives in a container that is hit, and a twin once', () => {
    const sybils = { byzantine: [{ behaviour: 'silent', targets: 'node-1, node-2, node-3', identities: 3 }] }
    const [isolate] = [{ kind: 'isolate', targets: 'node-2', for: '5s' }]
    const crowd = withFaults(12, [isolate!], sybils)
    expect(hitBy(crowd, crowd.faults)).toEqual({ nodes: 3, collectors: 3 })
    const twins = withFaults(12, [{ ...isolate, targets: 'byzantine' }], {
      byzantine: [{ behaviour: 'twin', targets: 'node-1' }],
    })
    expect(twins.faults[0]!.targets).toEqual([1, 12])
    expect(hitBy(twins, twins.faults)).toEqual({ nodes: 1, collectors: 1 })
    // A collector that is a twin collects in both of its containers.
    const both = withFaults(12, [{ ...isolate, targets: 'collectors' }], {
      byzantine: [{ behaviour: 'twin', targets: 'node-1' }],
    })
    expect(both.faults[0]!.targets).toContain(12)
  })

  it('is in the plan, of a cut for each side', () => {
    const plan = withFaults(150, [
      { kind: 'kill', targets: 'any(1, collectors)', for: '5s' },
      { kind: 'partition', cut: 'halves', for: '5s' },
    ])
    const [killed, cut] = plan.faults.map(occurrence => describeOccurrence(occurrence, { plan }))
    expect(killed).toMatch(/for 5s: node-\d+ \(1 node, a collector\)$/)
    const sides = [...cut!.matchAll(/75 nodes, (\d) of them (?:a collector|collectors) \(/g)]
    expect(sides.reduce((sum, [, collectors]) => sum + Number(collectors), 0)).toBe(8)
    expect(describeOccurrence(plan.faults[0]!, {})).not.toContain('collector')
  })
})
