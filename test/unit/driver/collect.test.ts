import { describe, expect, it } from '@jest/globals'
import { judge } from '../../../harness/checkers/index.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { outOfStep } from '../../../workload/digests.ts'
import { createPatience } from '../../../workload/patience.ts'
import { askInWaves } from '../../../workload/waves.ts'
import { time } from '../../support/clock.ts'
import { begin, end, planOf } from '../checkers/history-fixture.ts'
import { driveNetwork, only, waitUntil } from './fixture.ts'

/** Plays a short load; `onSettle` runs before the final state is collected. */
async function played(
  options: Parameters<typeof driveNetwork>[0],
  beforeCollecting: (driven: Awaited<ReturnType<typeof driveNetwork>>) => void,
): Promise<HistoryEvent[]> {
  await using driven = await driveNetwork(options)
  await waitUntil(() => driven.driver.status().phase === 'ready')
  // The first status is read when a node becomes ready.
  await waitUntil(() => driven.driver.status().nodesReady === driven.network.nodes.length)
  await driven.startLoad()
  await waitUntil(() => driven.driver.status().decided > 20)
  beforeCollecting(driven)
  await driven.driver.ended
  return await driven.history()
}

const verdictOn = async (history: readonly HistoryEvent[], alpha = 3) => {
  const plan = planOf(4)
  const driven = history.filter(({ type }) => type !== 'end')
  const judged = await judge({ ...plan, consensus: { ...plan.consensus, alpha } }, [begin, ...driven, end])
  return (name: string) => judged.checks.find(check => check.name === name)!
}
const short = { workload: { durationMs: 500 } }

describe('collect', () => {
  it('asks a slow node again with more time until it answers', async () => {
    const history = await played(short, ({ network }) => {
      network.nodes[2]!.stateAfterMs = 700
    })
    expect(new Set(only(history, 'digest').map(({ node }) => node))).toEqual(new Set([0, 1, 2, 3]))
    expect((await verdictOn(history))('completeness').verdict).toBe('pass')
  })

  it('ends when nothing arrives any more, keeps what has arrived and names the missing node', async () => {
    const history = await played(short, ({ network }) => {
      network.nodes[2]!.stateAfterMs = 60_000
    })
    expect(new Set(only(history, 'digest').map(({ node }) => node))).toEqual(new Set([0, 1, 3]))
    expect(history.at(-1)).toMatchObject({ type: 'end', reason: 'done' })
    const notes = only(history, 'note').map(({ message }) => message)
    expect(notes).toContainEqual(
      expect.stringMatching(/^the final state could not be read from node-2 \(no answer in .* s\)$/),
    )
    const check = await verdictOn(history)
    expect(check('agreement')).toMatchObject({
      verdict: 'pass',
      message: expect.stringMatching(/3 of 4 digests are equal/),
    })
    // Its stream reported every transaction, and alpha = 3 digests confirm the others.
    expect(check('completeness')).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining('no final digest arrived from node-2'),
    })
    expect((await verdictOn(history, 4))('completeness')).toMatchObject({
      verdict: 'unknown',
      message: '1 node without a final digest (node-2)',
    })
  })

  it('never waits for a Byzantine node beyond its first answer time', async () => {
    const collect = { quietMs: 30_000, mostMs: 60_000 }
    const history = await played({ ...short, byzantine: [3], collect }, ({ network }) => {
      network.nodes[3]!.stateAfterMs = 60_000
    })
    const stages = only(history, 'stage').filter(({ stage }) => stage === 'collect')
    expect(stages[1]!.at - stages[0]!.at).toBeLessThan(15_000)
    expect(only(history, 'digest')).toHaveLength(3)
  })

  it('asks for a digest once where all match', async () => {
    let asked: number[] = []
    await using driven = await driveNetwork({ ...short, collect: { answerMs: 10_000 } })
    await driven.play()
    asked = driven.network.nodes.map(({ digestRequests }) => digestRequests)
    expect(asked.every(count => count <= 2)).toBe(true)
    expect(driven.driver.status().collected).toBe(4)
  })
})

describe('patience', () => {
  it('moves its deadline with every answer, up to the hard bound', () => {
    let nowMs = 0
    const patience = createPatience({ answerMs: 1, quietMs: 100, mostMs: 250 }, { now: () => nowMs })
    nowMs = 90
    patience.heard()
    nowMs = 180
    expect(patience.isOver).toBe(false)
    patience.heard()
    nowMs = 249
    expect(patience).toMatchObject({ isOver: false, leftMs: 1 })
    nowMs = 250
    expect(patience.isOver).toBe(true)
  })

  it('is over when nothing is heard, long before the hard bound', () => {
    let nowMs = 0
    const patience = createPatience({ answerMs: 1, quietMs: 100, mostMs: 10_000 }, { now: () => nowMs })
    nowMs = 100
    expect(patience.isOver).toBe(true)
  })
})

describe('waves', () => {
  const nodes = Array.from({ length: 100 }, (_, node) => node)
  const options = () => ({
    time,
    isHopeless: () => false,
    answerMs: 1_000,
    patience: createPatience({ answerMs: 1_000, quietMs: 2_000, mostMs: 5_000 }, time),
    signal: new AbortController().signal,
  })

  it('ask at most 32 nodes at a time, then only those that are missing, and fewer at a time', async () => {
    const most = [0, 0]
    const asked = new Map<number, number>()
    let running = 0
    const missing = await askInWaves(nodes, {
      ...options(),
      ask: async node => {
        const wave = asked.get(node) ?? 0
        asked.set(node, wave + 1)
        running++
        most[wave] = Math.max(most[wave]!, running)
        await new Promise(resolve => setTimeout(resolve, 5))
        running--
        if (wave === 0 && node % 2 === 0) throw new Error('busy')
      },
    })
    expect(missing.size).toBe(0)
    expect(most).toEqual([32, 16])
    expect(nodes.every(node => asked.get(node) === (node % 2 === 0 ? 2 : 1))).toBe(true)
  })

  it('give up a node that is down, with the reason', async () => {
    const missing = await askInWaves([1, 2], {
      ...options(),
      isHopeless: node => node === 2,
      ask: async node => {
        if (node === 2) throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
      },
    })
    expect([...missing]).toEqual([[2, 'ECONNREFUSED']])
  })
})

describe('digests out of step', () => {
  const digest = (node: number, accepted: number, value: string) =>
    ({ type: 'digest', at: 0, node, accepted, digest: value }) as const

  it('are those that count other than the stream, and those that differ from most', () => {
    const digests = [
      digest(0, 5, 'a'),
      digest(1, 5, 'a'),
      digest(2, 4, 'b'),
      digest(3, 4, 'b'),
      digest(4, 5, 'a'),
    ]
    const told = [5, 5, 5, 4, 5]
    expect(outOfStep(digests, node => told[node]!)).toEqual({ lagging: [2], differing: [3] })
    expect(outOfStep(digests.slice(0, 2), () => 5)).toEqual({ lagging: [], differing: [] })
  })
})
