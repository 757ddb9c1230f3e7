import { describe, expect, it } from '@jest/globals'
import { stream } from '../../../model/random.ts'
import { EventQueue } from '../../../simulator/event-queue.ts'

describe('event queue', () => {
  it('gives events by time, those of one time in the order they came, without what was called off', () => {
    const random = stream('seed', 'events')
    const queue = new EventQueue()
    const events = Array.from({ length: 2000 }, (_, order) => {
      const atMs = random.integer(50)
      return { atMs, order, event: queue.add(atMs, () => {}) }
    })
    const isOff = ({ order }: { readonly order: number }) => order % 7 === 0
    for (const each of events.filter(isOff)) each.event.callback = undefined
    const sorted = events.filter(each => !isOff(each)).sort((a, b) => a.atMs - b.atMs || a.order - b.order)
    const taken = []
    for (let next = queue.take(); next; next = queue.take()) taken.push(next)
    expect(taken).toEqual(sorted.map(({ event }) => event))
  })
})
