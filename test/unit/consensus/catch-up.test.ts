import { describe, expect, it } from '@jest/globals'
import { CatchUp } from '../../../nodes/consensus/catch-up.ts'

const nothing = () => false

describe('catching up', () => {
  it('asks on after every answer with something new until the tips are there', () => {
    const catchUp = new CatchUp(1000)
    expect(catchUp.hear({ from: 3, upTo: ['x', 'y'] }, 0)).toEqual({ from: 3, upTo: ['x', 'y'] })
    expect(catchUp.advance({ from: 3, fresh: 9, nowMs: 10 }, nothing)).toEqual({ from: 3, upTo: ['x', 'y'] })
    expect(catchUp.advance({ from: 3, fresh: 9, nowMs: 20 }, id => id === 'x')).toEqual({
      from: 3,
      upTo: ['y'],
    })
    expect(catchUp.advance({ from: 3, fresh: 1, nowMs: 30 }, () => true)).toBeUndefined()
    expect(catchUp.advance({ from: 3, fresh: 1, nowMs: 40 }, nothing)).toBeUndefined()
  })

  it('follows one peer at a time, and the next one once that has been silent for the patience', () => {
    const catchUp = new CatchUp(1000)
    catchUp.hear({ from: 3, upTo: ['x'] }, 0)
    expect(catchUp.hear({ from: 4, upTo: ['y'] }, 900)).toBeUndefined()
    expect(catchUp.advance({ from: 4, fresh: 9, nowMs: 950 }, nothing)).toBeUndefined()
    catchUp.advance({ from: 3, fresh: 9, nowMs: 980 }, nothing)
    expect(catchUp.hear({ from: 4, upTo: ['y'] }, 1900)).toBeUndefined()
    expect(catchUp.hear({ from: 4, upTo: ['y'] }, 1980)).toEqual({ from: 4, upTo: ['y'] })
  })

  it('waits for a peer until it has sent everything, has nothing new, or has been silent for the patience', () => {
    const catchUp = new CatchUp(1000)
    expect(catchUp.isWaiting(0)).toBe(false)
    catchUp.hear({ from: 3, upTo: ['x'] }, 0)
    expect([catchUp.isWaiting(999), catchUp.isWaiting(1000)]).toEqual([true, false])
    catchUp.advance({ from: 3, fresh: 9, nowMs: 500 }, nothing)
    expect(catchUp.isWaiting(1400)).toBe(true)
    catchUp.advance({ from: 3, fresh: 0, nowMs: 600 }, nothing)
    expect(catchUp.isWaiting(700)).toBe(false)
    catchUp.hear({ from: 4, upTo: ['y'] }, 2000)
    catchUp.advance({ from: 4, fresh: 1, nowMs: 2100 }, () => true)
    expect(catchUp.isWaiting(2200)).toBe(false)
  })

  it('does not ask a peer again whose answer held nothing new', () => {
    const catchUp = new CatchUp(1000)
    catchUp.hear({ from: 3, upTo: ['x'] }, 0)
    expect(catchUp.advance({ from: 3, fresh: 0, nowMs: 10 }, nothing)).toBeUndefined()
  })
})
