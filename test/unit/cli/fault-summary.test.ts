import { describe, expect, it } from '@jest/globals'
import { judge } from '../../../harness/checkers/index.ts'
import { summarize } from '../../../harness/cli/output/summary.ts'
import { hitBy } from '../../../model/hit.ts'
import { planOf } from '../../support/plan.ts'
import { syntheticHistory } from '../../support/synthetic-history.ts'

describe('the summary of a run with faults', () => {
  it('says how many nodes and collectors each fault hit, all its times together', async () => {
    const faults = [
      { kind: 'kill', targets: 'any(1, collectors), any(9)', every: '20s', for: '5s' },
      { kind: 'isolate', targets: 'any(1, collectors)', at: '3s', for: '5s' },
    ]
    const plan = planOf(150, { scenario: { faults, workload: { duration: '60s' } } })
    const verdict = await judge(plan, syntheticHistory({ nodes: 4, tps: 5, seconds: 3 }))
    const rows = summarize(verdict, plan, 'runs/r', 'again').match(/^ {2}fault +.*$/gm)
    const kills = plan.faults.filter(({ fault }) => fault.kind === 'kill')
    const { nodes, collectors } = hitBy(plan, kills)
    expect(collectors).toBeGreaterThan(1)
    expect(rows?.map(row => row.trim().replace(/ +/g, ' ')).toSorted()).toEqual([
      'fault isolate any(1, collectors) at 3s for 5s: 1 node, a collector',
      `fault kill any(1, collectors), any(9) every 20s for 5s: 2 times, ${nodes} nodes, ${collectors} of them collectors`,
    ])
  })
})
