import { describe, expect, it } from '@jest/globals'
import { ShaperDesk } from '../../../chaos/faults/shaper-desk.ts'
import { isolation } from '../../../chaos/schedule/partition.ts'
import type { InstanceGroup } from '../../../model/backend.ts'
import { perfect } from '../../../model/quality.ts'
import { time } from '../../support/clock.ts'

const shaped = { kind: 'shaped', changed: 0, healed: 0, failed: [], milliseconds: 0 } as const
const containers = { places: [], shape: async () => shaped } as unknown as InstanceGroup
const isolating = (node: number) =>
  isolation([node], [0, 1, 2, 3]).map(links => ({
    ...{ links, isBlocked: true, loss: 0, duplicate: 0, quality: perfect },
  }))

/** A desk at which the link from node 0 to node 1 is being measured. */
async function measuring() {
  const desk = new ShaperDesk({ containers, time })
  const { promise, resolve } = Promise.withResolvers<string>()
  const begun = Promise.withResolvers<void>()
  const held = (links: typeof desk.links) => JSON.stringify(links.stateOf({ from: 0, to: 1 }))
  const result = desk.whileHeld(held(desk.links), held, () => {
    begun.resolve()
    return promise
  })
  await begun.promise
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
    const { result, order, turn, finish } = await measuring()
    const disturbing = turn(1)
    await turn(2)
    finish()
    await disturbing
    expect(order).toEqual(['turn of 2', 'measured', 'turn of 1'])
    expect(await result).toBe('as asked')
  })

  it('sends the next document when the last is answered, one for all changes since: none is overtaken by an older one', async () => {
    const sent: { cut: number; answer: () => void }[] = []
    const shape = (request: { namespaces: unknown[] }) =>
      new Promise(resolve => sent.push({ cut: request.namespaces.length, answer: () => resolve(shaped) }))
    const places = [0, 1, 2, 3].map(node => ({
      name: `${node}`,
      addresses: [`10.0.0.${node}`],
      container: '',
    }))
    const desk = new ShaperDesk({ containers: { places, shape } as unknown as InstanceGroup, time })
    const change = (id: string, node: number) => {
      desk.links.add(id, [{ ...isolating(node)[0]!, links: { from: [node], to: [node + 1] } }])
      return desk.apply()
    }
    const first = change('a', 0)
    await Promise.resolve().then(() => {})
    const rest = [change('b', 1), change('c', 2)]
    expect(sent.map(({ cut }) => cut)).toEqual([2])
    sent[0]!.answer()
    await first
    await new Promise(setImmediate)
    expect(sent.map(({ cut }) => cut)).toEqual([2, 4])
    sent[1]!.answer()
    await Promise.all(rest)
    for (const id of ['a', 'b', 'c']) desk.links.remove(id)
    const healed = desk.apply()
    await new Promise(setImmediate)
    sent[2]!.answer()
    await healed
  })

  it('has a change wait for so long and no longer; what it disturbs is of no use', async () => {
    const { desk, result, turn, finish } = await measuring()
    await turn(1, { withinMs: 5 })
    desk.links.add('cut', isolating(1))
    await desk.apply()
    finish()
    expect(await result).toBeUndefined()
  })

  it('has nothing wait once it is interrupted', async () => {
    const { order, turn, finish } = await measuring()
    const stop = new AbortController()
    const waiting = turn(1, { signal: stop.signal })
    stop.abort()
    await waiting
    finish()
    expect(order).toEqual(['turn of 1', 'measured'])
  })
})
