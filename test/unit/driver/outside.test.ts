import { describe, expect, it } from '@jest/globals'
import { driveNetwork, only, waitUntil } from './fixture.ts'

const state = { startedAt: 1, peers: 3, processing: 0, accepted: 0 }

describe('driver: answers outside the node contract', () => {
  it('reports a state that it cannot read, with the call and the field, before any load', async () => {
    await using driven = await driveNetwork({
      prepare: ({ nodes }) => {
        nodes[2]!.status = state
      },
    })
    await waitUntil(() => driven.driver.status().nodesReady === 4)
    const { outside } = driven.driver.status()
    expect(outside).toEqual([{ node: 2, message: expect.stringMatching(/^GET \/status: storage: .*object/) }])
  })

  it('reports decisions that are none, and goes on with the next ones', async () => {
    await using driven = await driveNetwork()
    await driven.startLoad()
    driven.network.nodes[1]!.sayNext('{"sequence":"x"}\n')
    await waitUntil(() => driven.driver.status().phase === 'done')
    expect(driven.driver.status().outside).toEqual([
      { node: 1, message: 'GET /decisions: expected a decision, got {"sequence":"x"}' },
    ])
    expect(driven.driver.status().decidedEverywhere).toBe(200)
  })

  it('reports an answer to a batch that is not the one for it', async () => {
    await using driven = await driveNetwork()
    driven.network.nodes[3]!.refuseNext(1, 200)
    await driven.play()
    expect(driven.driver.status().outside).toEqual([
      { node: 3, message: 'POST /transactions: expected HTTP 202, got 200' },
    ])
  })

  it('holds nothing against Byzantine nodes, and asks them for no evidence where nodes report none', async () => {
    await using driven = await driveNetwork({
      byzantine: [3],
      evidence: false,
      prepare: ({ nodes }) => {
        nodes[3]!.status = state
      },
    })
    const history = await driven.play()
    expect(driven.driver.status().outside).toEqual([])
    expect(only(history, 'note').filter(({ message }) => message.includes('evidence'))).toEqual([])
  })
})
