import type { HistoryEvent, TransactionsEvent } from '../model/event.ts'
import { pause, type Time } from '../model/ports/time.ts'
import type { Ledger } from './ledger.ts'
import { createQueue } from './queue.ts'
import { type ScheduledGroup, type ScheduledTransaction, schedule, type Workload } from './schedule.ts'
import type { Signer } from './signer.ts'

/** A request that is ready to go at its time. */
interface PreparedGroup {
  readonly sendMs: number
  readonly node: number
  readonly transactions: readonly number[]
  readonly body: Buffer
}

/**
 * Signed requests ahead of the load. Signing a transaction takes about 40 us; doing it ahead keeps that off the clock
 * by which latency is measured. What fits is signed before the load begins, the rest while it runs.
 */
export interface Preparation {
  /** True once as much as may be is signed ahead: the load can begin. */
  readonly isAhead: boolean
  /** The next request, left in place; undefined when none is signed (yet). */
  peek(): PreparedGroup | undefined
  take(): PreparedGroup | undefined
  /** No request is left, and none will come. */
  readonly isExhausted: boolean
  /** Signs until all is signed or the signal aborts. */
  run(signal: AbortSignal): Promise<void>
}

/** The bound of the lead in bytes: some 200,000 transactions of the default size. */
const aheadBytesMax = 64 * 1024 * 1024
/** Signing holds the event loop for about this long at a time. */
const sliceMs = 5
/** How long to leave the queue alone once it is full. */
const fullPauseMs = 20
/** Transactions declared with one history line. */
const declaredTogether = 256

export function prepareWorkload(
  workload: Workload,
  options: {
    seed: string
    time: Time
    ledger: Ledger
    signer: Signer
    record: (event: HistoryEvent) => void
    aheadBytesMax?: number
  },
): Preparation {
  const { time, ledger, signer, record } = options
  const bytesMax = options.aheadBytesMax ?? aheadBytesMax
  const batches = schedule(workload, {
    seed: options.seed,
    nodeCount: ledger.nodeCount,
    without: ledger.byzantine,
  })
  const queue = createQueue<PreparedGroup>()
  let queuedBytes = 0
  let isAllSigned = false

  const prepareBatch = (batch: readonly ScheduledGroup[]): Declared[] => {
    const ordered = batch.flatMap(group => group.transactions).toSorted((a, b) => a.index - b.index)
    const signed = new Map(ordered.map(transaction => [transaction.index, signer.sign(transaction)]))
    for (const transaction of ordered) ledger.add(signed.get(transaction.index)!.id, transaction)
    for (const { sendMs, node, transactions } of batch) {
      const indexes = transactions.map(({ index }) => index)
      const body = Buffer.from(`[${indexes.map(index => signed.get(index)!.json).join(',')}]`)
      queuedBytes += body.length
      queue.push({ sendMs, node, transactions: indexes, body })
    }
    return ordered.map(transaction => ({ transaction, id: signed.get(transaction.index)!.id }))
  }

  /** Signs for a moment and declares what was signed before anybody can take it from the queue. */
  const signSlice = () => {
    const end = time.now() + sliceMs
    const declared: Declared[] = []
    while (time.now() < end && declared.length < declaredTogether && queuedBytes < bytesMax) {
      const batch = batches.next()
      if (batch.done) {
        isAllSigned = true
        break
      }
      declared.push(...prepareBatch(batch.value))
    }
    if (declared.length > 0) record(declaration(declared, time.now()))
  }

  return {
    get isAhead() {
      return isAllSigned || queuedBytes >= bytesMax
    },
    get isExhausted() {
      return isAllSigned && queue.peek() === undefined
    },
    peek: () => queue.peek(),
    take: () => {
      const group = queue.take()
      if (group) queuedBytes -= group.body.length
      return group
    },
    run: async signal => {
      while (!isAllSigned && !signal.aborted) {
        await pause(time, queuedBytes >= bytesMax ? fullPauseMs : 0)
        signSlice()
      }
    },
  }
}

interface Declared {
  readonly transaction: ScheduledTransaction
  readonly id: Buffer
}

function declaration(declared: readonly Declared[], at: number): TransactionsEvent {
  const conflicts = declared.flatMap(({ transaction: { index, rival } }) =>
    rival !== undefined && index < rival ? [[index, rival] as const] : [],
  )
  return {
    type: 'transactions',
    at,
    first: declared[0]!.transaction.index,
    ids: declared.map(({ id }) => id.toString('hex')),
    ...(conflicts.length > 0 ? { conflicts } : {}),
  }
}
