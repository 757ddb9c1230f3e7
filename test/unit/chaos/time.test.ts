import { describe, expect, it } from '@jest/globals'
import { again } from '../../../chaos/faults/again.ts'
import { NodeSetting } from '../../../chaos/faults/node-setting.ts'
import type { InstanceGroup } from '../../../model/backend.ts'
import { VirtualClock } from '../../../simulator/clock.ts'

const places = [{ name: 'node-0', addresses: [], container: 'a'.repeat(64) }]

/** How much virtual time some work takes; it takes hardly any other. */
async function tookMs(work: (time: VirtualClock) => Promise<unknown>): Promise<number> {
  const time = new VirtualClock()
  let endedAt: number | undefined
  const done = work(time)
    .catch(() => {})
    .then(() => {
      endedAt = time.now()
    })
  for (let step = 0; step < 1000 && endedAt === undefined; step += 1) await time.advance(100)
  await done
  return endedAt!
}

describe('faults', () => {
  it('pause between attempts to heal on the time they are given', async () => {
    let failures = 0
    const heal = async () => {
      failures += 1
      if (failures < 4) throw new Error('busy')
    }
    const patience = new AbortController().signal
    expect(await tookMs(time => again(heal, { time, patience }))).toBe(500 + 1000 + 2000)
  })

  it('give a node its time to answer on the time they are given', async () => {
    const containers = { places, stateOf: async () => 'running' } as unknown as InstanceGroup
    const refuses = async () => {
      throw new Error('no answer')
    }
    const set = (time: VirtualClock) => new NodeSetting<number>({ containers, time }, refuses)
    const took = await tookMs(time => set(time).hold({ id: 'skew-1', targets: [0] }, 1))
    expect(took).toBeGreaterThan(20_000)
    expect(took).toBeLessThan(21_000)
  })
})
