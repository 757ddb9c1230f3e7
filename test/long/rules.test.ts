import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'

useEngine()

type Result = Verdict & { readonly directory: string }

async function run(file: string): Promise<{ result: Result; plan: Plan }> {
  const { out } = await cli('run', file, '--duration', '8s', '--warmup', '0s', '--seed', 'rules', '--json')
  const result = JSON.parse(out) as Result
  return { result, plan: JSON.parse(await readFile(join(result.directory, 'plan.json'), 'utf8')) as Plan }
}

describe('rules on real containers', () => {
  it('lock votes bring every double-spend of a run to one side', async () => {
    const { result, plan } = await run('scenarios/smoke/lock-votes.toml')
    expect(result.verdict).toBe('pass')
    expect(plan.consensus).toMatchObject({ rule: 'census', beta: 2 })
    const { submitted, accepted } = result.metrics
    const pairs = submitted - accepted
    // Of a pair one side is accepted, so the sides that are not are as many as there are pairs.
    expect(pairs / submitted).toBeGreaterThan(0.05)
    expect(pairs / submitted).toBeLessThan(0.15)
  }, 180_000)

  it('the sampled rule accepts everything', async () => {
    const { result, plan } = await run('scenarios/smoke/sampled.toml')
    expect(result.verdict).toBe('pass')
    expect(plan.consensus).toMatchObject({
      rule: 'sampled',
      k: 5,
      alphaPreference: 4,
      alphaConfidence: 4,
      beta: 5,
    })
    expect(result.metrics.accepted).toBe(result.metrics.submitted)
  }, 180_000)
})
