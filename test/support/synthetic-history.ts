import { type HistoryEvent, historySchema } from '../../model/event.ts'

export interface SyntheticRun {
  readonly nodes: number
  readonly tps: number
  readonly seconds: number
  /** So many of the seconds are a warm-up before the measured load; `syntheticBegan` is the begin of the warm-up. */
  readonly warmupSeconds?: number
  /** Every n-th transaction is never accepted. */
  readonly loseEvery?: number
  /** Lines in which a node tells the decisions of a second; 1 by default. */
  readonly lines?: number
  /** Lines come at times that nothing foretells, as real ones do. */
  readonly isUneven?: boolean
  /** The last node never decides anything. */
  readonly isLastSilent?: boolean
}

/** The load of every synthetic run begins here. */
export const syntheticBegan = 5000
export const syntheticOriginWallMs = 1_800_000_000_000 - syntheticBegan

/** Milliseconds from send to the first acceptance, and to the last of them. */
export const syntheticFinality = { firstMs: 80, everywhereMs: 240 } as const

/**
 * The history of a run in which every node accepts every transaction of a second together: what a driver would have
 * written, but for the ids. Made one event after the other, so that a day of it takes no room.
 */
export function* syntheticHistory(run: SyntheticRun): Generator<HistoryEvent> {
  const { nodes, tps, seconds, loseEvery, lines = 1, isLastSilent = false, isUneven = false } = run
  const { warmupSeconds = 0 } = run
  const everybody = Array.from({ length: nodes }, (_, node) => node)
  yield {
    ...{
      type: 'begin',
      at: syntheticBegan - 5000,
      schema: historySchema,
      run: 'synthetic',
      version: '0.1.0',
    },
    originWallMs: syntheticOriginWallMs,
    machine: { cpus: 2, cpuModel: 'x', memoryMiB: 4096, kernel: 'k', engine: 'e', node: 'v24' },
    repeat: 'npm run scale -- --nodes 4 --seed 1',
  }
  if (warmupSeconds > 0) {
    const forMs = warmupSeconds * 1000
    yield { type: 'stage', at: syntheticBegan, stage: 'warmup', state: 'begin', forMs }
  }
  let sequence = 0
  for (let second = 0; second < seconds; second++) {
    const at = syntheticBegan + second * 1000
    if (second === warmupSeconds) {
      if (second > 0) yield { type: 'stage', at, stage: 'warmup', state: 'end' }
      yield { type: 'stage', at, stage: 'load', state: 'begin' }
    }
    const first = second * tps
    const sent = Array.from({ length: tps }, (_, offset) => first + offset)
    yield { type: 'transactions', at, first, ids: sent.map(index => index.toString(16).padStart(64, '0')) }
    yield {
      ...{ type: 'submission', at, node: second % nodes, transactions: sent, result: 'ok' },
      intendedAt: sent.map((_, offset) => at + (offset * 1000) / tps),
    }
    const accepted = loseEvery === undefined ? sent : sent.filter(index => index % loseEvery !== 0)
    for (const node of isLastSilent ? everybody.slice(0, -1) : everybody) {
      const delayMs = node === nodes - 1 ? syntheticFinality.everywhereMs : syntheticFinality.firstMs
      const size = Math.ceil(accepted.length / lines)
      for (let from = 0; from < accepted.length; from += size) {
        const transactions = accepted.slice(from, from + size)
        const told = at + 1000 + delayMs + (isUneven ? unevenness(second, node, from) : 0)
        yield { type: 'decisions', at: told, node, sequence: sequence + from, transactions }
      }
    }
    sequence += accepted.length
    yield {
      ...{ type: 'noise', at: at + 1000, forMs: 1000, cores: 2, busy: 1, steal: 0.02, throttled: 0 },
      ...{ containers: 0.75, engine: 0.1, harness: 0.05, interrupts: 0 },
    }
    const measured = Math.max(0, second + 1 - warmupSeconds) * tps
    yield { type: 'driver', at: at + 1000, intended: measured, sent: measured, lagP99Ms: 3 }
    if (second % 5 === 0) {
      yield {
        ...{ type: 'resources', at: at + 500 },
        memoryBytes: everybody.map(node => (64 + node + second / 60) * 1024 * 1024),
        cpuSeconds: everybody.map(() => second * 0.1),
      }
    }
  }
  yield { type: 'stage', at: syntheticBegan + seconds * 1000, stage: 'load', state: 'end' }
  yield { type: 'end', at: syntheticBegan + seconds * 1000 + 5000, reason: 'done' }
}

/** Up to a second, to the tenth of a millisecond. */
function unevenness(second: number, node: number, from: number): number {
  let bits = Math.imul(second * 1009 + node * 31 + from, 0x9e3779b1)
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b)
  return (((bits ^ (bits >>> 13)) >>> 0) % 10_000) / 10
}
