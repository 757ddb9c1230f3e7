import { once } from 'node:events'
import type { Admission, Decision, NodeControl, NodeStatus, SubmittedTransaction } from '../host/ports.ts'

/**
 * What is left of a node whose store is damaged: it must not vote, for it may have forgotten its votes, but it stays up
 * and says why, so that the harness has the evidence.
 */
export class HaltedNode implements NodeControl {
  readonly #message: string
  readonly #status: NodeStatus

  constructor(
    options: Pick<NodeStatus, 'index' | 'version' | 'startedAt' | 'parameters'> & {
      readonly message: string
    },
  ) {
    const { message, ...identity } = options
    const nothing = {
      peers: 0,
      neighbours: 0,
      processing: 0,
      queued: 0,
      accepted: 0,
      vertices: 0,
      messagesSent: 0,
    }
    this.#message = message
    this.#status = { ...identity, ...nothing, storage: { verified: false, opens: 0, message } }
  }

  health(): { readonly ready: false; readonly missing: string } {
    return { ready: false, missing: this.#message }
  }

  readonly isFull = false

  async submit(transactions: readonly SubmittedTransaction[]): Promise<Admission> {
    const refused = transactions.map((_, index) => ({ index, code: 'halted', message: this.#message }))
    return { admitted: 0, refused }
  }

  // biome-ignore lint/correctness/useYield: there is nothing to tell, now or later
  async *decisions(_from: number, signal: AbortSignal): AsyncGenerator<readonly Decision[]> {
    if (!signal.aborted) await once(signal, 'abort')
  }

  digest(): { readonly accepted: number; readonly digest: string } {
    return { accepted: 0, digest: '0'.repeat(64) }
  }

  evidence(): undefined {
    return undefined
  }

  caught(): [] {
    return []
  }

  seen(): undefined {
    return undefined
  }

  status(): NodeStatus {
    return this.#status
  }
}
