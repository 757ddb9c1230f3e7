import { describe, expect, it } from '@jest/globals'
import { OutgoingVotes, type Push } from '../../../nodes/host/outgoing-votes.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const intervalMs = 1000
const vote = (vertex: string) => ({ vertex, exceptions: [] })

function outgoing() {
  const clock = new VirtualClock()
  const pushes: (Push & { atMs: number })[] = []
  const votes = new OutgoingVotes({ clock, intervalMs }, push =>
    pushes.push({ ...push, atMs: clock.nowMs() }),
  )
  return { clock, pushes, votes }
}

describe('outgoing votes', () => {
  it('leave together at the next multiple of the interval on the clock, in the order of their vertices', async () => {
    const { clock, pushes, votes } = outgoing()
    await clock.advance(300)
    votes.vote(vote('b'), { timestampMs: clock.nowMs() })
    await clock.advance(200)
    votes.vote(vote('a'), { timestampMs: clock.nowMs() })
    await clock.advance(2000)
    expect(pushes).toHaveLength(1)
    expect(pushes[0]!.atMs % intervalMs).toBe(0)
    expect(pushes[0]!.votes).toEqual([vote('a'), vote('b')])
    expect(pushes[0]).not.toHaveProperty('wants')
  })

  it('keep a vertex of the last quarter for the next push, so that late receivers say the same', async () => {
    const { clock, pushes, votes } = outgoing()
    votes.vote(vote('early'), { timestampMs: clock.nowMs() + 700 })
    votes.vote(vote('late'), { timestampMs: clock.nowMs() + 800 })
    await clock.advance(2500)
    expect(pushes.map(push => push.votes.map(each => each.vertex))).toEqual([['early'], ['late']])
  })

  it('are not held back by an issuer whose clock is an hour ahead', async () => {
    const { clock, pushes, votes } = outgoing()
    votes.vote(vote('ahead'), { timestampMs: clock.nowMs() + 3_600_000 })
    await clock.advance(1500)
    expect(pushes).toHaveLength(1)
  })

  it('say nothing when there is nothing to say', async () => {
    const { clock, pushes } = outgoing()
    await clock.advance(10_000)
    expect(pushes).toEqual([])
  })

  it('bring requests for votes along, each once', async () => {
    const { clock, pushes, votes } = outgoing()
    votes.want(['y', 'x'])
    votes.want(['x'])
    await clock.advance(1500)
    expect(pushes).toMatchObject([{ votes: [], wants: ['x', 'y'] }])
  })
})
