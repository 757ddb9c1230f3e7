import { describe, expect, it } from '@jest/globals'
import { ShaperDesk } from '../../../chaos/faults/shaper-desk.ts'
import { isolation } from '../../../chaos/partition.ts'
import type { ContainerGroup } from '../../../model/backend.ts'
import { perfect } from '../../../model/quality.ts'

const shaped = { kind: 'shaped', changed: 0, healed: 0, failed: [], milliseconds: 0 } as const
const containers = { places: [], shape: async () => shaped } as unknown as ContainerGroup
const isolating = (node: number) =>
  isolation([node], 4).map(links => ({
    ...{ links, isBlocked: true, loss: 0, duplicate: 0, quality: perfect },
  }))

/** A desk at which the link from node 0 to node 1 is being measured. */
function measuring() {
  const desk = new ShaperDesk(containers)
  const { promise, resolve } = Promise.withResolvers<string>()
  const held = (links: typeof desk.links) => JSON.stringify(links.stateOf({ from: 0, to: 1 }))
  const result = desk.whileHeld(held(desk.links), held, () => promise)
  const order: string[] = []
  const turn = (node: number, { withinMs = 60_000, signal = new AbortController().signal } = {}) =>
    desk
      .turn(links => links.with('cut', isolating(node)), { withinMs, signal })
      .then(() => order.push(`turn of ${node}`))
  const finish = () => {
    order.push('measured')
    resolve('as asked')
  }
  return { desk, result, order, turn, finish }
}

describe('shaper desk', () => {
  it('has a change wait for a measurement that it would disturb, and no other change', async () => {
    const { result, order, turn, finish } = measuring()
    const disturbing = turn(1)
    await turn(2)
    finish()
    await disturbing
    expect(order).toEqual(['turn of 2', 'measured', 'turn of 1'])
    expect(await result).toBe('as asked')
  })

  it('has a change wait for so long and no longer; what it disturbs is of no use', async () => {
    const { desk, result, turn, finish } = measuring()
    await turn(1, { withinMs: 5 })
    desk.links.add('cut', isolating(1))
    await desk.apply()
    finish()
    expect(await result).toBeUndefined()
  })

  it('has nothing wait once it is interrupted', async () => {
    const { order, turn, finish } = measuring()
    const stop = new AbortController()
    const waiting = turn(1, { signal: stop.signal })
    stop.abort()
    await waiting
    finish()
    expect(order).toEqual(['turn of 1', 'measured'])
  })
})
