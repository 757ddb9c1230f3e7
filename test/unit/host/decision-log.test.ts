import { describe, expect, it } from '@jest/globals'
import { DecisionLog } from '../../../nodes/host/decision-log.ts'
import { MemoryStore } from '../../../nodes/host/memory-store.ts'
import { decisionKey, encodeDecision } from '../../../nodes/host/records.ts'

const id = (sequence: number) => sequence.toString(16).padStart(64, '0')

async function logWith(count: number): Promise<DecisionLog> {
  const store = new MemoryStore()
  const log = new DecisionLog(store)
  for (let sequence = 0; sequence < count; sequence += 1) {
    const decision = {
      id: id(sequence),
      owner: id(1),
      nonce: sequence,
      outcome: 'accepted',
      atMs: 5,
    } as const
    await store.write([{ kind: 'put', key: decisionKey(sequence), value: encodeDecision(decision) }])
    log.append({ sequence, transaction: id(sequence), outcome: 'accepted', atMs: 5 })
  }
  return log
}

async function take(log: DecisionLog, from: number, count: number): Promise<number[]> {
  const stop = new AbortController()
  const sequences: number[] = []
  for await (const decisions of log.read(from, stop.signal)) {
    for (const { sequence, transaction } of decisions) {
      expect(transaction).toBe(id(sequence))
      sequences.push(sequence)
    }
    if (sequences.length >= count) break
  }
  stop.abort()
  return sequences
}

describe('decision log', () => {
  it('serves old decisions from the store and new ones from memory, without a gap', async () => {
    const log = await logWith(9000)
    const sequences = await take(log, 0, 9000)
    expect(sequences).toEqual(Array.from({ length: 9000 }, (_, sequence) => sequence))
  })

  it('waits for the next decision', async () => {
    const log = await logWith(3)
    const reading = take(log, 3, 1)
    await new Promise(resolve => setImmediate(resolve))
    log.append({ sequence: 3, transaction: id(3), outcome: 'accepted', atMs: 6 })
    expect(await reading).toEqual([3])
  })

  it('ends a reader that waits when it goes away', async () => {
    const log = await logWith(0)
    const stop = new AbortController()
    const reading = (async () => {
      for await (const _ of log.read(0, stop.signal)) throw new Error('there is nothing to read')
      return 'ended'
    })()
    stop.abort()
    expect(await reading).toBe('ended')
  })
})
