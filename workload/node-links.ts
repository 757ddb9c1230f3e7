import type { Time } from '../model/ports/time.ts'

/** Whether each node can be talked to at the moment: a client leaves out a server whose connection it just lost. */
export interface NodeLinks {
  readonly nodeCount: number
  opened(node: number): void
  lost(node: number): void
  isAnswering(node: number): boolean
  /** Not answering for long enough that waiting for it is pointless. */
  isGone(node: number): boolean
  /** It has no room at present: nothing that can wait is sent to it for a while. */
  rest(node: number): void
  isResting(node: number): boolean
  requestBegan(node: number): void
  requestEnded(node: number): void
  readonly requestsInFlight: number
  /**
   * The node to send to: the preferred one, or the next in turn that answers and has a request slot; when none
   * answers, any with a slot. Never a Byzantine one.
   */
  choose(preferred: number): number | undefined
}

/** A killed node is usually back within seconds; after this the run goes on without it. */
const goneAfterMs = 15_000
/** What nodes ask for in Retry-After. */
const restMs = 1000

export function createNodeLinks(
  nodeCount: number,
  { time, ...options }: { time: Time; requestsPerNodeMax: number; byzantine?: ReadonlySet<number> },
): NodeLinks {
  const lostAt: (number | undefined)[] = new Array(nodeCount).fill(Number.NEGATIVE_INFINITY)
  const requests: number[] = new Array(nodeCount).fill(0)
  const restsUntil: number[] = new Array(nodeCount).fill(Number.NEGATIVE_INFINITY)
  let requestsInFlight = 0
  const hasSlot = (node: number) =>
    requests[node]! < options.requestsPerNodeMax && !options.byzantine?.has(node)
  const isAnswering = (node: number) => lostAt[node] === undefined
  const firstFrom = (preferred: number, fits: (node: number) => boolean) => {
    for (let step = 0; step < nodeCount; step++) {
      const node = (preferred + step) % nodeCount
      if (fits(node)) return node
    }
    return undefined
  }
  return {
    nodeCount,
    get requestsInFlight() {
      return requestsInFlight
    },
    opened: node => {
      lostAt[node] = undefined
    },
    lost: node => {
      lostAt[node] ??= time.now()
    },
    isAnswering,
    isGone: node => lostAt[node] !== undefined && time.now() - lostAt[node] > goneAfterMs,
    rest: node => {
      restsUntil[node] = time.now() + restMs
    },
    isResting: node => time.now() < restsUntil[node]!,
    requestBegan: node => {
      requests[node]!++
      requestsInFlight++
    },
    requestEnded: node => {
      requests[node]!--
      requestsInFlight--
    },
    choose: preferred =>
      firstFrom(preferred, node => isAnswering(node) && hasSlot(node)) ?? firstFrom(preferred, hasSlot),
  }
}
