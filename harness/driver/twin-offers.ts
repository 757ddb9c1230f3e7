import type { Dispatcher } from 'undici'
import type { Ledger } from './ledger.ts'
import { submit } from './submit.ts'

/** Requests to one container of a twin at the same time; what is more is left out. */
const requestsMax = 4

export interface TwinOptions {
  readonly urls: readonly string[]
  /** Whose second containers the last of the urls are. */
  readonly twins: readonly number[]
  readonly ledger: Pick<Ledger, 'entry'>
  readonly agent: Dispatcher
  readonly token: string
  readonly signal: AbortSignal
}

/**
 * Gives twins something to say: each request that goes to a correct node is also offered to one twin, in turn, to both of its containers; of
 * a double-spend the first has one side and the second the other. What a liar takes is promised by nobody, so nothing is waited for.
 */
export function createTwinOffers(options: TwinOptions): (indexes: readonly number[], body: Buffer) => void {
  const { urls, twins, ledger, agent, token, signal } = options
  const requests = urls.map(() => 0)
  let turn = 0

  const offer = (node: number, transactions: readonly unknown[]) => {
    if (transactions.length === 0 || requests[node]! >= requestsMax || signal.aborted) return
    requests[node]!++
    const body = Buffer.from(JSON.stringify(transactions))
    const size = transactions.length
    void submit({ agent, url: urls[node]!, body, size, token, signal }).finally(() => requests[node]!--)
  }
  /** Which of the two containers gets one side of a double-spend; undefined: both get what is none. */
  const sideOf = (index: number) => {
    const { rival } = ledger.entry(index)
    if (rival === undefined) return undefined
    return index < rival ? 0 : 1
  }

  return (indexes, body) => {
    if (twins.length === 0) return
    const at = turn++ % twins.length
    const transactions = JSON.parse(body.toString()) as unknown[]
    const containers = [twins[at]!, urls.length - twins.length + at]
    for (const [side, node] of containers.entries()) {
      const its = transactions.filter((_, i) => [undefined, side].includes(sideOf(indexes[i]!)))
      offer(node, its)
    }
  }
}
