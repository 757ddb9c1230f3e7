import type { Client } from '../model/ports/client.ts'
import type { Ledger } from './ledger.ts'

/** Requests to one container of a twin at the same time; what is more is left out. */
const requestsMax = 4

export interface TwinOptions {
  readonly client: Client
  readonly nodeCount: number
  /** Whose second containers the last of the nodes are. */
  readonly twins: readonly number[]
  readonly ledger: Pick<Ledger, 'entry'>
  readonly signal: AbortSignal
}

/**
 * Gives twins something to say: each request that goes to a correct node is also offered to one twin, in turn, to both of its containers; of
 * a double-spend the first has one side and the second the other. What a liar takes is promised by nobody, so nothing is waited for.
 */
export function createTwinOffers(options: TwinOptions): (indexes: readonly number[], body: Buffer) => void {
  const { client, nodeCount, twins, ledger, signal } = options
  const requests: number[] = new Array(nodeCount).fill(0)
  let turn = 0

  const offer = (node: number, transactions: readonly unknown[]) => {
    if (transactions.length === 0 || requests[node]! >= requestsMax || signal.aborted) return
    requests[node]!++
    const body = Buffer.from(JSON.stringify(transactions))
    const size = transactions.length
    void client.submit(node, { body, size }, signal).finally(() => requests[node]!--)
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
    const containers = [twins[at]!, nodeCount - twins.length + at]
    for (const [side, node] of containers.entries()) {
      const its = transactions.filter((_, i) => [undefined, side].includes(sideOf(indexes[i]!)))
      offer(node, its)
    }
  }
}
