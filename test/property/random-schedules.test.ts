import { describe, expect, it } from '@jest/globals'
import { RandomSchedule } from '../support/random-schedule.ts'

/** More for a long run: WHITEOUT_SCHEDULES=10000. */
const schedules = Number(process.env.WHITEOUT_SCHEDULES ?? 80)
const first = Number(process.env.WHITEOUT_SCHEDULE ?? 0)

describe('a network of 4 to 10 nodes to which anything happens', () => {
  it(
    'stays safe, and when everything has healed accepts all that was admitted everywhere',
    async () => {
      const failed: string[] = []
      for (let seed = first; seed < first + schedules && failed.length < 10; seed += 1) {
        const schedule = new RandomSchedule(`schedule ${seed}`, { nodesMin: 4, nodesMax: 10, events: 24 })
        const faults = await schedule.play()
        if (faults.length > 0) failed.push(`seed ${seed}, ${schedule.about}: ${faults.join('; ')}`)
      }
      expect(failed).toEqual([])
    },
    10_000 + schedules * 2000,
  )
})
