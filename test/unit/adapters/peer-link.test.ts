import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Connection, Stream } from '@libp2p/interface'
import { PeerLink } from '../../../nodes/adapters/peer-link.ts'

/** The end of a stream whose other end is silent: real silence takes 20 s. */
class SilentStream extends EventTarget {
  readonly sent: Uint8Array[] = []
  writableNeedsDrain = false

  send(bytes: Uint8Array): boolean {
    this.sent.push(bytes)
    return true
  }

  say(...bytes: number[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: Buffer.from(bytes) }))
  }
}

const patience = { silenceMs: 5000, answerMs: 15_000 }

let stream: SilentStream
let link: PeerLink
let closed: number
let awaited: number[]

beforeEach(() => {
  jest.useFakeTimers()
  stream = new SilentStream()
  closed = 0
  awaited = []
  link = new PeerLink({ abort: () => {} } as unknown as Connection, stream as unknown as Stream, patience, {
    onFrame: () => {},
    onGarbage: () => {},
    onClose: () => {
      closed++
    },
    onAwaiting: dueMs => awaited.push(dueMs),
  })
  jest.advanceTimersByTime(10)
})
afterEach(() => {
  jest.useRealTimers()
})

/** Lets time pass and the transport look at its links, as it does every other second. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 2) {
    jest.advanceTimersByTime(2_000)
    link.watch()
  }
}

const ping = Buffer.from([0, 1])
const pong = [0, 2]

describe('peer link: a peer that says nothing', () => {
  it('is asked once after a few seconds and given up when it does not answer', () => {
    link.send(Buffer.from('hello'))
    pass(8)
    expect(stream.sent.slice(1)).toEqual([ping])
    expect(closed).toBe(0)
    pass(16)
    expect(closed).toBe(1)
    expect(link.send(Buffer.from('again'))).toBe(false)
  })

  it('is kept when it answers', () => {
    for (let round = 0; round < 5; round++) {
      link.send(Buffer.from('hello'))
      pass(10)
      stream.say(...pong)
      pass(10)
    }
    expect(closed).toBe(0)
  })

  it('is left alone when there is nothing to tell it either', () => {
    stream.say(1, 65)
    pass(600)
    expect(stream.sent).toEqual([])
    expect(closed).toBe(0)
  })

  it('is answered when it asks', () => {
    stream.say(...ping)
    expect(stream.sent).toEqual([Buffer.from(pong)])
  })
})

describe('peer link: an answer that is due', () => {
  it('is none after a pong: two peers with nothing to say would ask each other for ever', () => {
    stream.say(...ping)
    pass(60)
    expect(stream.sent).toEqual([Buffer.from(pong)])
    expect(link.dueMs).toBeUndefined()
    expect(awaited).toEqual([])
  })

  it('is announced once, with the time of the first frame that waits for it', () => {
    const startMs = performance.now()
    link.send(Buffer.from('one'))
    jest.advanceTimersByTime(1000)
    link.send(Buffer.from('two'))
    jest.advanceTimersByTime(10)
    expect(awaited).toEqual([link.dueMs])
    expect(link.dueMs! - startMs).toBeLessThanOrEqual(patience.silenceMs)
    stream.say(...pong)
    expect(link.dueMs).toBeUndefined()
  })

  it('is waited for after a long silence, too', () => {
    pass(600)
    link.send(Buffer.from('one'))
    jest.advanceTimersByTime(10)
    link.watch()
    expect(stream.sent).toHaveLength(1)
    pass(4)
    expect(stream.sent.slice(1)).toEqual([ping])
  })
})

describe('peer link: a stream that is full', () => {
  it('gets nothing until it has drained, then the frames in order and joined', () => {
    stream.writableNeedsDrain = true
    link.send(Buffer.from('one'))
    link.send(Buffer.from('two'))
    jest.advanceTimersByTime(10)
    expect(stream.sent).toEqual([])
    stream.writableNeedsDrain = false
    stream.dispatchEvent(new Event('drain'))
    expect(stream.sent.map(String)).toEqual(['\u0003one\u0003two'])
  })

  it('makes the link refuse frames beyond its bound instead of holding them', () => {
    stream.writableNeedsDrain = true
    const accepted = Array.from({ length: 20 }, () => link.send(Buffer.alloc(1_000_000))).filter(
      Boolean,
    ).length
    expect(accepted).toBe(8)
  })
})
