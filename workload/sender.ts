import { tenths } from '../model/clock.ts'
import type { SubmissionEvent } from '../model/event.ts'
import type { Client, SubmissionOutcome } from '../model/ports/client.ts'
import type { Time } from '../model/ports/time.ts'
import { type RandomStream, stream } from '../model/random.ts'
import type { Ledger } from './ledger.ts'
import type { NodeLinks } from './node-links.ts'
import type { Preparation } from './prepare.ts'
import { createRetries } from './retries.ts'
import { type ScheduleOptions, schedule, type Workload } from './schedule.ts'
import type { Signer } from './signer.ts'
import { createTwinOffers } from './twin-offers.ts'

/** The open loop: every request leaves at its intended time, whatever became of the ones before it. */
export interface Sender {
  /** Sends from now on; `beganAt` is the moment that intended times count from, when the measured load begins. */
  begin(beganAt: number): void
  /** Drops what was not sent yet; what was sent is still retried. */
  stopLoad(): void
  /** Offers nothing more that no node has taken: what were admitted now would hardly be decided in the time there is. */
  stopOffering(): void
  /** Gives up on everything that is under way. */
  stopAll(): void
  /** A node was lost: what only it has taken is offered to others. */
  nodeLost(node: number): void
  /** Transactions that should have been sent by a moment not before that of the last call; none after the load was stopped. */
  dueBy(at: number): Due
  /** Whether a request is unsent, unanswered or to be sent again. */
  readonly isBusy: boolean
}

/** How many transactions should have been sent. */
interface Due {
  readonly all: number
  /** Those of the measured load. */
  readonly measured: number
}

export interface SenderOptions {
  readonly time: Time
  readonly workload: Workload
  readonly seed: string
  readonly client: Client
  /** Whose second containers the last of the nodes are; nobody's when left out. */
  readonly twins?: readonly number[] | undefined
  readonly ledger: Ledger
  readonly links: NodeLinks
  readonly preparation: Preparation
  readonly signer: Signer
  readonly record: (event: SubmissionEvent) => void
  /** Told what a node answered that the contract does not allow. */
  readonly onOutside: (node: number, message: string) => void
  /** Told before a request is counted as sent. */
  readonly onSend: (at: number) => void
}

/** All nodes together. More would only queue up in the nodes; what is due then goes late and says so. */
const requestsInFlightMax = 256
/** How long to wait for signing to catch up when the next request is not ready. */
const starvedMs = 5
/** The longest sleep, so that a stopped load is noticed without another wake-up path. */
const sleepMsMax = 250
/** The shortest one, so that what waits for a free request does not spin. */
const sleepMsMin = 1

/** Refusals that say the node has the transaction already. */
const alreadyTakenCodes = new Set(['duplicate', 'known'])
/** Refusals of a transaction because of another one with the same owner and nonce. */
const rivalKnownCodes = new Set(['conflict', 'spent'])

interface Request {
  readonly node: number
  readonly transactions: readonly number[]
  readonly body: Buffer
}

export function createSender(options: SenderOptions): Sender {
  const { time, workload, ledger, links, preparation, signer } = options
  const random: RandomStream = stream(options.seed, 'workload/retries')
  const retries = createRetries({ random })
  const stop = new AbortController()
  const offerToTwins = createTwinOffers({
    ...{ client: options.client, nodeCount: links.nodeCount, ledger },
    twins: options.twins ?? [],
    signal: stop.signal,
  })
  const countDue = dueCounter(workload, {
    seed: options.seed,
    nodeCount: links.nodeCount,
    without: ledger.byzantine,
  })
  let beganAt: number | undefined
  let stoppedAt = Number.POSITIVE_INFINITY
  let isOffering = true
  let cancelPump = () => {}

  const hasPlanned = () => stoppedAt === Number.POSITIVE_INFINITY && !preparation.isExhausted

  const stopPlanned = () => {
    stoppedAt = Math.min(stoppedAt, time.now())
  }

  /** Sends all that is due, then sleeps until more is. */
  const pump = () => {
    cancelPump()
    if (beganAt === undefined || stop.signal.aborted) return
    while (sendNext()) {}
    cancelPump = time.after(Math.max(sleepMsMin, Math.min(nextDueAt() - time.now(), sleepMsMax)), pump)
  }

  const nextDueAt = (): number => {
    // At the bound the next answer calls pump; the timer is only a safety net.
    if (links.requestsInFlight >= requestsInFlightMax) return Number.POSITIVE_INFINITY
    const planned = hasPlanned() ? preparation.peek() : undefined
    const plannedAt = planned
      ? beganAt! + planned.sendMs
      : hasPlanned()
        ? time.now() + starvedMs
        : Number.POSITIVE_INFINITY
    return Math.min(plannedAt, Math.max(retries.nextDueAt(), time.now() + starvedMs))
  }

  const sendNext = (): boolean => {
    if (links.requestsInFlight >= requestsInFlightMax) return false
    const at = time.now()
    const planned = hasPlanned() ? preparation.peek() : undefined
    if (planned && beganAt! + planned.sendMs <= at) {
      const node = links.choose(planned.node)
      if (node === undefined) return false
      preparation.take()
      send({ node, transactions: planned.transactions, body: planned.body })
      offerToTwins(planned.transactions, planned.body)
      return true
    }
    return sendRetry(at)
  }

  const sendRetry = (at: number): boolean => {
    if (retries.nextDueAt() > at) return false
    const node = links.choose(random.integer(links.nodeCount))
    // What was refused for want of room would only be refused again: signing and sending it takes CPU that the network needs.
    if (node === undefined || links.isResting(node)) return false
    const due = retries.take(at)
    if (!due) return false
    const open = due.filter(index => !ledger.isDecided(index))
    if (open.length > 0) {
      const objects = open.map(index => signer.sign(ledger.entry(index)).json)
      send({ node, transactions: open, body: Buffer.from(`[${objects.join(',')}]`) })
    }
    return true
  }

  const send = (request: Request) => {
    const sentAt = time.now()
    options.onSend(sentAt)
    for (const index of request.transactions) ledger.sent(index)
    links.requestBegan(request.node)
    const batch = { body: request.body, size: request.transactions.length }
    void options.client.submit(request.node, batch, stop.signal).then(outcome => {
      links.requestEnded(request.node)
      conclude(request, outcome, sentAt)
      pump()
    })
  }

  const conclude = (request: Request, outcome: SubmissionOutcome, sentAt: number) => {
    if (outcome.isOutside) options.onOutside(request.node, `POST /transactions: ${outcome.error}`)
    const refused = outcome.refused
      .filter(({ code }) => !alreadyTakenCodes.has(code))
      .map(({ position, code }) => ({ transaction: request.transactions[position]!, code }))
    if (outcome.error === 'HTTP 429' || refused.some(({ code }) => code === 'full')) links.rest(request.node)
    const refusedIndexes = new Set(refused.map(({ transaction }) => transaction))
    options.record({
      type: 'submission',
      at: sentAt,
      node: request.node,
      transactions: request.transactions,
      intendedAt: request.transactions.map(index => absolute(ledger.entry(index).intendedMs)),
      result: outcome.result,
      ...(refused.length > 0 ? { refused } : {}),
      ...(outcome.error === undefined ? {} : { error: outcome.error }),
    })
    if (outcome.result !== 'failed') {
      for (const index of request.transactions) {
        if (!refusedIndexes.has(index)) ledger.taken(index, request.node)
      }
    }
    const again =
      outcome.result === 'ok'
        ? refused.filter(isWorthRetrying).map(({ transaction }) => transaction)
        : request.transactions
    const offered = isOffering ? again : again.filter(ledger.isTaken)
    if (offered.length > 0 && !stop.signal.aborted)
      retries.add(offered, { at: time.now(), isTooLarge: outcome.error === 'HTTP 413' })
  }

  /** A node that knows the rival refuses a double-spend, as it should; offering it elsewhere changes nothing. */
  const isWorthRetrying = ({ transaction, code }: { transaction: number; code: string }) =>
    !(ledger.isContested(transaction) && rivalKnownCodes.has(code))

  const absolute = (intendedMs: number) => tenths(beganAt! + intendedMs)

  return {
    begin: at => {
      beganAt = at
      pump()
    },
    stopLoad: () => {
      stopPlanned()
      pump()
    },
    stopOffering: () => {
      isOffering = false
      retries.keep(ledger.isTaken)
    },
    stopAll: () => {
      cancelPump()
      stopPlanned()
      retries.clear()
      stop.abort()
    },
    nodeLost: node => {
      const orphans = ledger.undecidedAt(node)
      if (orphans.length > 0) retries.add(orphans, { at: time.now() })
      pump()
    },
    dueBy: at =>
      countDue(beganAt === undefined ? Number.NEGATIVE_INFINITY : Math.min(at, stoppedAt) - beganAt),
    get isBusy() {
      return hasPlanned() || links.requestsInFlight > 0 || retries.length > 0
    },
  }
}

/** Counts along the schedule by itself, so that signing too slowly cannot hide what should have been sent. */
function dueCounter(workload: Workload, options: ScheduleOptions): (elapsedMs: number) => Due {
  const batches = schedule(workload, options)
  let next = batches.next()
  const due = { all: 0, measured: 0 }
  return elapsedMs => {
    // The groups of a batch lie within one window; the last one's time stands for all.
    while (!next.done && next.value.every(({ sendMs }) => sendMs <= elapsedMs)) {
      for (const { transactions, sendMs } of next.value) {
        due.all += transactions.length
        if (sendMs >= 0) due.measured += transactions.length
      }
      next = batches.next()
    }
    return { ...due }
  }
}
