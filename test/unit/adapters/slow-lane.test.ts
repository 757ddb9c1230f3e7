import { describe, expect, it } from '@jest/globals'
import { SlowLane } from '../../../nodes/adapters/slow-lane.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

describe('slow lane', () => {
  it('does one thing after the other and rests after each in proportion, also when it fails', async () => {
    const clock = new VirtualClock()
    const lane = new SlowLane(clock, 3)
    const beganMs = clock.nowMs()
    const log: string[] = []
    const work = (name: string, ms: number) => () =>
      new Promise<void>((resolve, reject) => {
        log.push(`${name} at ${clock.nowMs() - beganMs}`)
        clock.after(ms, () => (name === 'b' ? reject(new Error('refused')) : resolve()))
      })
    void lane.run(work('a', 100))
    const failed = lane.run(work('b', 10)).catch((error: Error) => log.push(error.message))
    void lane.run(work('c', 1))
    await clock.advance(1000)
    await failed
    expect(log).toEqual(['a at 0', 'b at 400', 'refused', 'c at 440'])
  })
})
