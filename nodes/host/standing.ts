import type { Replica, RuleOptions } from '../consensus/replica.ts'
import type { Conduct } from './conduct.ts'
import type { EvidenceBook } from './evidence-book.ts'
import type { NodeOptions } from './node-options.ts'
import type { NodeControl, NodeIndex, NodeStatus, RuleStatus } from './ports.ts'
import type { Recovered } from './recovery.ts'
import type { Succession } from './succession.ts'

/** What a node raises that has caught more peers than may be faulty. */
const overThreshold = 'SAFETY_THRESHOLD_EXCEEDED'

interface StandingPorts {
  readonly replica: Replica
  readonly conduct: Conduct
  readonly evidence: EvidenceBook | undefined
  /** Peers with a direct connection, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
  readonly succession: Succession
}

/** How a node stands: whether it takes part, what it lacks for that, and what it tells of itself. */
export class Standing {
  readonly #options: NodeOptions
  readonly #ports: StandingPorts
  readonly #startedAt: number
  readonly #greetedBy = new Set<NodeIndex>()
  #recovered: Recovered | undefined
  #caughtUp = false

  constructor(options: NodeOptions, startedAt: number, ports: StandingPorts) {
    this.#options = options
    this.#startedAt = startedAt
    this.#ports = ports
  }

  /** The store has been read. */
  recovered(recovered: Recovered): void {
    this.#recovered = recovered
    this.#caughtUp = this.#ports.replica.counters.vertices === 0 && recovered.opens === 1
  }

  /** A peer has told what it has. */
  greeted(peer: NodeIndex): void {
    this.#greetedBy.add(peer)
  }

  /** Connections without which it could not decide anything. */
  get neededPeers(): number {
    const { alpha, strangers } = this.#options
    const { isCollector, neighbours } = this.#ports.succession
    if (isCollector && !strangers) return alpha - 1
    return Math.ceil(neighbours.length / 2)
  }

  /** More peers were caught than the protocol bears: what it would accept from now on might not be safe. */
  get isOverThreshold(): boolean {
    const { evidence, f } = this.#options
    return evidence?.faultCensus === true && this.#ports.evidence!.offenders > f
  }

  health(): ReturnType<NodeControl['health']> {
    const { peers, replica, evidence } = this.#ports
    if (!this.#recovered) return { ready: false, missing: 'the store is being read' }
    if (this.isOverThreshold)
      return { ready: false, missing: `${overThreshold}: ${evidence!.offenders} peers were caught` }
    const connected = peers.size
    const needed = this.neededPeers
    if (connected < needed) {
      return { ready: false, missing: `${connected} of at least ${needed} peers are connected` }
    }
    if (!this.#caughtUp) {
      const heard = this.#greetedBy.size
      if (heard < needed)
        return { ready: false, missing: `catching up: heard of ${heard} of ${needed} peers` }
      if (replica.missing > 0) {
        return { ready: false, missing: `catching up: ${replica.missing} vertices are missing` }
      }
      this.#caughtUp = true
    }
    return { ready: true }
  }

  /** @param messagesSent frames sent to peers so far */
  status(messagesSent: number): NodeStatus {
    const { index, version, n, f, alpha, rule } = this.#options
    const { replica, conduct, peers, succession } = this.#ports
    const { processing, queued } = replica.load
    const { opens, verified, message } = this.#recovered ?? {
      opens: 0,
      verified: false,
      message: 'not read yet',
    }
    return {
      index,
      startedAt: this.#startedAt,
      version,
      peers: peers.size,
      neighbours: succession.neighbours.length,
      processing,
      queued,
      accepted: replica.accepted.accepted,
      vertices: replica.counters.vertices,
      messagesSent,
      parameters: { n, f, alpha, ...describeRule(rule) },
      storage: { verified, opens, ...(message === undefined ? {} : { message }) },
      ...(conduct.assigned ? { behaviour: conduct.assigned.name } : {}),
      ...(this.isOverThreshold ? { raised: overThreshold } : {}),
    }
  }
}

/** The rule's name and numbers, for whoever asks. */
function describeRule(rule: RuleOptions = { rule: 'census', beta: 1 }): RuleStatus {
  return rule.rule === 'census' ? rule : { rule: rule.rule, ...rule.parameters }
}
