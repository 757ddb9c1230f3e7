import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { LinkWatch } from '../../../nodes/adapters/link-watch.ts'

interface FakeLink {
  dueMs: number | undefined
  watch(): void
}

let links: FakeLink[]
let watch: LinkWatch
/** When links were looked at, milliseconds since the start, rounded to ten: an immediate of fake timers takes a millisecond. */
let looks: number[]
let startedMs: number

beforeEach(() => {
  jest.useFakeTimers()
  links = []
  looks = []
  startedMs = performance.now()
  watch = new LinkWatch(() => links)
})
afterEach(() => {
  watch.stop()
  jest.useRealTimers()
})

/** A link whose answer never comes: each look asks again `everyMs` later, or never. */
function add(dueMs: number, everyMs?: number): FakeLink {
  const link: FakeLink = {
    dueMs,
    watch: () => {
      const nowMs = performance.now()
      if (link.dueMs === undefined || nowMs < link.dueMs) return
      looks.push(Math.round((nowMs - startedMs) / 10) * 10)
      link.dueMs = everyMs && nowMs + everyMs
    },
  }
  links.push(link)
  watch.wakeAt(dueMs)
  return link
}

describe('link watch', () => {
  it('sleeps without a timer as long as no answer is due', () => {
    expect(jest.getTimerCount()).toBe(0)
    add(startedMs + 5000)
    jest.advanceTimersByTime(5010)
    expect(looks).toHaveLength(1)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('looks in time at a link that is due before the others', () => {
    add(startedMs + 20_000)
    add(startedMs + 3000)
    jest.advanceTimersByTime(3010)
    expect(looks).toEqual([3000])
    jest.advanceTimersByTime(20_000)
    expect(looks).toEqual([3000, 20_000])
  })

  it('looks again for as long as an answer stays due', () => {
    add(performance.now() + 3000, 6000)
    jest.advanceTimersByTime(30_000)
    expect(looks).toHaveLength(5)
  })

  it('looks at nothing when it comes late, and two seconds later instead', () => {
    const link = add(startedMs + 3000)
    const clock = jest.spyOn(performance, 'now').mockReturnValue(startedMs + 9000)
    jest.advanceTimersByTime(3010)
    expect(looks).toEqual([])
    clock.mockRestore()
    link.dueMs = performance.now()
    jest.advanceTimersByTime(10_000)
    expect(looks).toHaveLength(1)
  })

  it('lets what has arrived be read before it judges: a process that was frozen has answers in its sockets', () => {
    const link = add(performance.now() + 3000)
    // The poll phase lies between timers and immediates.
    setTimeout(() => {
      link.dueMs = undefined
    }, 3000)
    jest.advanceTimersByTime(60_000)
    expect(looks).toEqual([])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('leaves nothing behind when it is stopped', () => {
    add(performance.now() + 3000)
    watch.stop()
    watch.wakeAt(performance.now() + 1)
    expect(jest.getTimerCount()).toBe(0)
  })
})
