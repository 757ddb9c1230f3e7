import pLimit from 'p-limit'
import { pause, type Time } from '../model/ports/time.ts'
import { describeFailure } from './failure.ts'
import type { Patience } from './patience.ts'

/** Nodes asked at the same time in the first wave. Later waves ask fewer, because slow nodes share the cores. */
const concurrency = { most: 32, least: 4 } as const
/** Later waves give each node up to this many times as long to answer. */
const longest = 6
/** Between two waves: nodes that refuse a connection refuse it at once. */
const pauseMs = { least: 250, most: 2_000 } as const

/**
 * Asks nodes in waves: whoever has not answered is asked again in the next one, with twice the time and fewer others at
 * the same time, until all have answered or patience is over.
 * @returns why each of the remaining nodes has not answered
 */
export async function askInWaves(
  nodes: readonly number[],
  options: {
    /** Resolves once the node has answered; `signal` aborts when its time is over. */
    readonly ask: (node: number, signal: AbortSignal) => Promise<void>
    /** Whether there is no point in asking again, as of a node that is down. */
    readonly isHopeless: (node: number) => boolean
    /** Milliseconds that a node has to answer in the first wave. */
    readonly answerMs: number
    readonly time: Time
    readonly patience: Patience
    readonly signal: AbortSignal
  },
): Promise<Map<number, string>> {
  const { time, ask, isHopeless, answerMs, patience, signal } = options
  const failures = new Map(nodes.map(node => [node, 'it was not asked']))
  const hopeless = new Map<number, string>()
  for (let wave = 0; failures.size > 0; wave++) {
    const limit = pLimit(Math.max(concurrency.least, concurrency.most >> wave))
    const withinMs = answerMs * Math.min(longest, 2 ** wave)
    const askOne = async (node: number) => {
      if (patience.isOver || signal.aborted) return
      const timeout = new AbortController()
      const cancel = time.after(Math.min(withinMs, patience.leftMs), () => timeout.abort())
      try {
        await ask(node, AbortSignal.any([signal, timeout.signal]))
        failures.delete(node)
        patience.heard()
      } catch (error) {
        failures.set(
          node,
          timeout.signal.aborted ? `no answer in ${withinMs / 1000} s` : describeFailure(error),
        )
      } finally {
        cancel()
      }
    }
    await Promise.all([...failures.keys()].map(node => limit(() => askOne(node))))
    signal.throwIfAborted()
    for (const [node, failure] of failures) {
      if (!isHopeless(node)) continue
      hopeless.set(node, failure)
      failures.delete(node)
    }
    if (failures.size === 0 || patience.isOver) break
    await pause(time, Math.min(pauseMs.most, pauseMs.least * 2 ** wave), signal)
    signal.throwIfAborted()
  }
  return new Map([...failures, ...hopeless])
}
