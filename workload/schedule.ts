import type { DriverConfig } from '../model/driver-config.ts'
import { type RandomStream, stream } from '../model/random.ts'

export type Workload = DriverConfig['workload']

/** A transaction of the workload before it has keys and bytes. */
export interface ScheduledTransaction {
  readonly index: number
  /** When it is meant to be sent, milliseconds after the measured load begins; negative in the warm-up. */
  readonly intendedMs: number
  readonly owner: number
  readonly nonce: number
  /** The other side of a double-spend (same owner and nonce), when it is one. */
  readonly rival?: number
}

/** What is sent to one node in one request. */
export interface ScheduledGroup {
  /** When the last of it is due: nothing is sent before its time. */
  readonly sendMs: number
  readonly node: number
  readonly transactions: readonly ScheduledTransaction[]
}

/**
 * Owners are few, so that nodes can keep their key objects, and many enough that no owner is special. The nonces of
 * one owner count up.
 */
export const ownerCount = 64

/** A request stays below what a node must take: its body limit is at least 1 MiB. */
const groupTransactionsMax = 256
const groupBytesMax = 512 * 1024
/** JSON of a transaction around its payload: owner, nonce, signature, names and punctuation. */
const transactionOverheadBytes = 230

/** Whom a workload goes to: all nodes but those in `without`. */
export interface ScheduleOptions {
  readonly seed: string
  readonly nodeCount: number
  readonly without?: ReadonlySet<number> | undefined
}

function takersOf({ nodeCount, without }: ScheduleOptions): number[] {
  return Array.from({ length: nodeCount }, (_, node) => node).filter(node => !without?.has(node))
}

/**
 * The whole workload in the order of sending, made lazily: a pure function of its arguments. Transactions whose
 * intended times lie in the same window of batchMs go together to one node, and nodes take turns in an order that is
 * drawn anew each round, so that every node gets the same share. The second side of a double-spend is meant for the
 * same moment as the first and goes to another node.
 *
 * Yields the groups of one window together; their indexes, sorted, follow on those of the window before.
 */
export function* schedule(
  workload: Workload,
  options: ScheduleOptions,
): Generator<readonly ScheduledGroup[]> {
  const takers = takersOf(options)
  const nodes = rotation(takers, stream(options.seed, 'workload/nodes'))
  const rivalNodes = rotation(takers, stream(options.seed, 'workload/rival-nodes'))
  const groupMax = Math.max(
    1,
    Math.min(
      groupTransactionsMax,
      Math.floor(groupBytesMax / (transactionOverheadBytes + workload.payloadBytes * (4 / 3))),
    ),
  )
  for (const batch of batches(transactions(workload, options.seed), workload.batchMs, groupMax)) {
    yield groups(batch, { nodes, rivalNodes })
  }
}

/** Transactions in order of their intended times; the index is the position. */
export function* transactions(workload: Workload, seed: string): Generator<ScheduledTransaction> {
  const chance = stream(seed, 'workload/conflicts')
  const nonces = new Array<number>(ownerCount).fill(0)
  // A pair takes two of the slots, so it must begin at fewer of them to make up its share.
  const pairChance = workload.conflictShare / (2 - workload.conflictShare)
  const times = arrivals(workload, stream(seed, 'workload/arrivals'))
  let index = 0
  let set = 0
  for (let time = times.next(); !time.done; time = times.next()) {
    const owner = set++ % ownerCount
    const nonce = nonces[owner]!++
    const intendedMs = time.value
    const second = pairChance > 0 && chance.next() < pairChance ? times.next() : undefined
    if (second === undefined || second.done) {
      yield { index: index++, intendedMs, owner, nonce }
      continue
    }
    yield { index, intendedMs, owner, nonce, rival: index + 1 }
    yield { index: index + 1, intendedMs, owner, nonce, rival: index }
    index += 2
  }
}

/** Intended send times within [-warmupMs, durationMs), not decreasing. */
function* arrivals(workload: Workload, random: RandomStream): Generator<number, undefined> {
  const { rate, warmupMs, durationMs } = workload
  const gapMs = 1000 / rate
  if (workload.arrival === 'constant') {
    // Each begins with a transaction, so that the measured load is the same after any warm-up.
    yield* evenly(-warmupMs, 0, gapMs)
    yield* evenly(0, durationMs, gapMs)
    return
  }
  let at = random.exponential(gapMs) - warmupMs
  for (; at < durationMs; at += random.exponential(gapMs)) yield at
}

/** Multiplied, not summed up: a long run must not drift by rounding. */
function* evenly(fromMs: number, toMs: number, gapMs: number): Generator<number, undefined> {
  for (let i = 0; fromMs + i * gapMs < toMs; i++) yield fromMs + i * gapMs
}

/**
 * Cuts the workload at multiples of batchMs, and where a group would become too large; the two sides of a pair stay
 * together. Windows without a transaction do not appear.
 */
function* batches(
  all: Iterable<ScheduledTransaction>,
  batchMs: number,
  groupMax: number,
): Generator<ScheduledTransaction[], undefined> {
  let batch: ScheduledTransaction[] = []
  let firsts = 0
  let window = 0
  for (const transaction of all) {
    const own = Math.floor(transaction.intendedMs / batchMs)
    const isFirst = !isSecondSide(transaction)
    if (batch.length > 0 && (own !== window || (isFirst && firsts === groupMax))) {
      yield batch
      batch = []
      firsts = 0
    }
    window = own
    if (isFirst) firsts++
    batch.push(transaction)
  }
  if (batch.length > 0) yield batch
}

/** One group for what stands alone and the first sides of pairs, one at another node for the second sides. */
function groups(
  batch: readonly ScheduledTransaction[],
  { nodes, rivalNodes }: { nodes: Rotation; rivalNodes: Rotation },
): ScheduledGroup[] {
  const node = nodes.next()
  const seconds = batch.filter(isSecondSide)
  const main = group(
    node,
    batch.filter(transaction => !isSecondSide(transaction)),
  )
  return seconds.length === 0 ? [main] : [main, group(rivalNodes.next(node), seconds)]
}

function group(node: number, transactions: readonly ScheduledTransaction[]): ScheduledGroup {
  return { node, transactions, sendMs: transactions.at(-1)!.intendedMs }
}

const isSecondSide = (transaction: ScheduledTransaction) =>
  transaction.rival !== undefined && transaction.rival < transaction.index

interface Rotation {
  /** The next node in turn; not `other`, where there is a choice. */
  next(other?: number): number
}

/** Every node once a round, each round in a new order. */
function rotation(all: readonly number[], random: RandomStream): Rotation {
  let round: number[] = []
  return {
    next: other => {
      if (all.length === 1) return all[0]!
      if (round.every(node => node === other)) round = [...random.shuffled(all), ...round]
      const position = round.findLastIndex(node => node !== other)
      return round.splice(position, 1)[0]!
    },
  }
}
