import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { judgeDirectory } from '../../../harness/records/judge.ts'
import { simulateRun } from '../../../harness/run/simulate-run.ts'
import { planOf } from '../../support/plan.ts'

const reporter = { stage: () => {}, line: () => {}, progress: () => {}, close: async () => {} }
const scenario = {
  workload: { rate: 20, duration: '8s', warmup: '1s', conflictShare: 0.1 },
  faults: [{ kind: 'kill', at: '2s', for: '2s' }],
}

describe('a run in virtual time', () => {
  it('leaves what a run in containers leaves, and the same digest for the same seed', async () => {
    const root = await mkdtemp(join(tmpdir(), 'whiteout-simulate-'))
    try {
      const options = { runsRoot: root, scenarioText: '', repeat: 'npm run simulate', reporter }
      const simulated = (seed: string) => simulateRun(planOf(5, { seed, scenario }), options)
      const first = await simulated('one')
      expect(first.verdict.verdict).toBe('pass')
      expect((await judgeDirectory(first.directory)).verdict).toEqual(first.verdict)
      for (const file of ['history.ndjson', 'verdict.json', 'report.html', 'report.json'])
        expect(existsSync(join(first.directory, file))).toBe(true)
      expect((await simulated('one')).digest).toBe(first.digest)
      expect((await simulated('other')).digest).not.toBe(first.digest)
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  })
})
