import { describe, expect, it } from '@jest/globals'
import { scrape } from '../../support/scrape.ts'
import { driveNetwork, only } from './fixture.ts'

describe('driver: its metrics', () => {
  it('say the same as the history when it has ended', async () => {
    await using driven = await driveNetwork({ workload: { conflictShare: 0.2 } })
    const history = await driven.play()
    const told = await scrape(`${driven.url}/metrics`)
    const sent = only(history, 'driver').at(-1)!
    expect(told.get('whiteout_driver_due_transactions_total')).toBe(sent.intended)
    expect(told.get('whiteout_driver_submitted_transactions_total')).toBe(driven.driver.status().submitted)
    const submissions = only(history, 'submission')
    for (const result of ['ok', 'failed', 'unknown'] as const) {
      const counted = submissions.filter(submission => submission.result === result).length
      expect(told.get(`whiteout_driver_submissions_total{result="${result}"}`)).toBe(counted)
    }
    const accepted = new Set(
      only(history, 'decisions').flatMap(({ transactions, rejected = [] }) =>
        transactions.filter(index => !rejected.includes(index)),
      ),
    )
    expect(told.get('whiteout_driver_decided_transactions_total{outcome="accepted"}')).toBe(accepted.size)
    expect(told.get('whiteout_driver_finality_seconds_count{scope="issuer"}')).toBe(accepted.size)
    expect(told.get('whiteout_driver_finality_seconds_count{scope="all"}')).toBe(accepted.size)
    const sets = (outcome: string) => told.get(`whiteout_driver_double_spends{outcome="${outcome}"}`)!
    const pairs = only(history, 'transactions').reduce((sum, { conflicts = [] }) => sum + conflicts.length, 0)
    expect(pairs).toBeGreaterThan(0)
    expect(sets('accepted') + sets('undecided')).toBe(pairs)
    expect(sets('violated')).toBe(0)
    for (const kind of ['decision', 'double-spend'])
      expect(told.get(`whiteout_driver_contradictions{kind="${kind}"}`)).toBe(0)
    const sum = (scope: string) => told.get(`whiteout_driver_finality_seconds_sum{scope="${scope}"}`)!
    expect(sum('all')).toBeGreaterThanOrEqual(sum('issuer'))
    expect(told.get('whiteout_driver_phase{phase="done"}')).toBe(1)
    expect(told.get('whiteout_driver_phase{phase="load"}')).toBe(0)
    expect(told.get('whiteout_driver_ready_nodes')).toBe(4)
  })

  it('of the harness are handed on as they are, taken from the holder of the token only', async () => {
    await using driven = await driveNetwork()
    const url = `${driven.url}/metrics/harness`
    const put = (token: string) =>
      fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body: 'some_metric 1\n' })
    expect((await fetch(url)).status).toBe(503)
    expect((await put('wrong')).status).toBe(401)
    expect((await fetch(url)).status).toBe(503)
    expect((await put('token-of-the-run')).status).toBe(202)
    expect(await (await fetch(url)).text()).toBe('some_metric 1\n')
  })
})
