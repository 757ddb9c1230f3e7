import { createHash } from 'node:crypto'
import type { Effect } from '../../nodes/consensus/effect.ts'
import type { Input } from '../../nodes/consensus/input.ts'
import { censusParameters } from '../../nodes/consensus/parameters.ts'
import { Replica, type RuleOptions } from '../../nodes/consensus/replica.ts'
import { conflictKey, type Transaction, type Vertex, type Vote } from '../../nodes/consensus/types.ts'

export function transaction(owner: number, nonce: number, variant = 0): Transaction {
  const id = createHash('sha256').update(`${owner}/${nonce}/${variant}`).digest('hex')
  const ownerKey = owner.toString(16).padStart(64, '0')
  const key = conflictKey({ owner: ownerKey, nonce })
  return { id, owner: ownerKey, nonce, key, payload: new Uint8Array(), signature: new Uint8Array() }
}

type Message = { to: number; input: (nowMs: number) => Input }

interface TestNode {
  replica: Replica
  readonly decided: Map<string, 'accepted' | 'rejected'>
  readonly store: { readonly vertex: Vertex; vote: Vote }[]
  /** Admitted and in no vertex yet. */
  readonly queue: Map<string, Transaction>
  readonly decisions: { transaction: Transaction; outcome: 'accepted' | 'rejected' }[]
  up: boolean
  /** What a Byzantine node says to another instead of its vote; undefined says nothing. */
  twist: ((vote: Vote, to: number, vertex: Vertex) => Vote | undefined) | undefined
}

interface NetworkOptions {
  readonly rule?: (index: number) => RuleOptions
  /** Share of faulty nodes that the census allows. */
  readonly tau?: number
}

/**
 * Replicas joined by a mail bag: a caller's random numbers choose which message arrives next and which gets lost.
 * Plays the host with a store, but without signatures, bytes or time of its own.
 */
export class ReplicaNetwork {
  readonly nodes: TestNode[] = []
  readonly #bag: Message[] = []
  readonly #random: () => number
  readonly #n: number
  readonly #options: NetworkOptions
  nowMs = 0
  loss = 0

  constructor(n: number, random: () => number, options: NetworkOptions = {}) {
    this.#n = n
    this.#random = random
    this.#options = options
    for (let index = 0; index < n; index += 1) {
      const replica = this.#replica(index)
      this.nodes.push({
        replica,
        decided: new Map(),
        store: [],
        queue: new Map(),
        decisions: [],
        up: true,
        twist: undefined,
      })
    }
  }

  get pending(): number {
    return this.#bag.length
  }

  submit(node: number, transactions: readonly Transaction[]): Effect[] {
    return this.#step(node, { kind: 'submit', nowMs: this.nowMs, transactions })
  }

  /** As a real host sees a link break, so do all others see that this node is gone. */
  kill(killed: number): void {
    this.nodes[killed]!.up = false
    this.nodes.forEach(({ up }, index) => {
      if (up) this.#step(index, { kind: 'ask-anew', nowMs: this.nowMs, asked: killed })
    })
  }

  /** Starts a killed node from what it had stored. */
  restart(index: number): void {
    const node = this.nodes[index]!
    node.replica = this.#replica(index)
    node.up = true
    for (const { transaction: decided, outcome } of node.decisions) {
      node.replica.restoreDecision(decided, outcome)
    }
    for (const queued of node.queue.values()) node.replica.restoreQueued(queued, this.nowMs)
    for (const { vertex, vote } of node.store) {
      node.replica.restoreVertex(vertex, vote, this.nowMs)
    }
  }

  /** Delivers up to `count` messages in random order. */
  deliver(count: number): void {
    for (let i = 0; i < count && this.#bag.length > 0; i += 1) {
      const at = Math.floor(this.#random() * this.#bag.length)
      const message = this.#bag[at]!
      this.#bag[at] = this.#bag[this.#bag.length - 1]!
      this.#bag.pop()
      if (!this.nodes[message.to]!.up || this.#random() < this.loss) continue
      this.#step(message.to, message.input(this.nowMs))
    }
  }

  /** Lets time pass and peers talk until nothing moves any more or the rounds are over. */
  settle(rounds = 200): void {
    for (let round = 0; round < rounds; round += 1) {
      this.deliver(1_000_000)
      if (this.nodes.every(node => !node.up || !node.replica.load.busy)) {
        if (round > 0 && this.#digests().size === 1) return
      }
      this.nowMs += 200
      this.nodes.forEach((node, from) => {
        if (!node.up) return
        this.#step(from, { kind: 'tick', nowMs: this.nowMs })
        if (round % 5 === 0) this.#gossip(from)
      })
    }
  }

  /** Lets every running node look at what is overdue. */
  tick(): void {
    this.nodes.forEach(({ up }, index) => {
      if (up) this.#step(index, { kind: 'tick', nowMs: this.nowMs })
    })
  }

  #digests(): Set<string> {
    return new Set(this.nodes.filter(node => node.up).map(node => node.replica.accepted.digest))
  }

  #replica(index: number): Replica {
    const { rule, tau } = this.#options
    return new Replica({
      ...{ index, parameters: censusParameters(this.#n, tau) },
      ...{ patienceMs: 500, longestPauseMs: 2000, issueIntervalMs: 0 },
      ...(rule ? { rule: rule(index) } : {}),
    })
  }

  #gossip(from: number): void {
    const gossip = this.nodes[from]!.replica.gossip()
    this.#toAll(from, nowMs => ({ kind: 'gossip', nowMs, from, gossip }))
  }

  #toAll(from: number, input: (nowMs: number) => Input): void {
    for (let to = 0; to < this.#n; to += 1) if (to !== from) this.#bag.push({ to, input })
  }

  #step(index: number, input: Input): Effect[] {
    const effects = this.nodes[index]!.replica.step(input)
    for (const effect of effects) this.#perform(index, effect)
    return effects
  }

  #perform(index: number, effect: Effect): void {
    const node = this.nodes[index]!
    switch (effect.kind) {
      case 'admission':
        for (const admitted of effect.admitted) node.queue.set(admitted.id, admitted)
        return
      case 'forward': {
        // Any node with a link may be the issuer whose turn it is, this one as well.
        const up = this.nodes.flatMap((each, other) => (each.up ? other : []))
        const to = up[Math.floor(this.#random() * up.length)]!
        node.replica.handed(effect.transactions, to)
        const { transactions } = effect
        if (to === index) this.#step(index, { kind: 'entrusted', nowMs: this.nowMs, transactions })
        else this.#bag.push({ to, input: nowMs => ({ kind: 'entrusted', nowMs, transactions }) })
        return
      }
      case 'issue': {
        const id = createHash('sha256').update(`${effect.body.issuer}:${effect.body.sequence}`).digest('hex')
        this.#step(index, { kind: 'issued', nowMs: this.nowMs, vertex: { ...effect.body, id } })
        return
      }
      case 'vote':
        node.store.push({ vertex: effect.vertex, vote: effect.vote })
        for (const { id } of effect.vertex.transactions) node.queue.delete(id)
        if (effect.vertex.issuer !== index) this.#sendVotes(index, 'everybody', [effect.vote])
        return
      case 'revote': {
        const stored = node.store.find(({ vertex }) => vertex.id === effect.vertex.id)!
        stored.vote = effect.vote
        this.#sendVotes(index, 'everybody', [effect.vote])
        return
      }
      case 'query':
        this.#bag.push({ to: effect.to, input: nowMs => ({ ...effect, nowMs, from: index }) })
        return
      case 'chits': {
        const { to, poll } = effect
        const votes = effect.votes.flatMap(vote => this.#say(index, to, vote) ?? [])
        this.#bag.push({ to, input: nowMs => ({ kind: 'chits', nowMs, from: index, poll, votes }) })
        return
      }
      case 'push':
        this.nodes.forEach((_, to) => {
          if (to !== index) this.#sendVertex(index, to, effect.vertex)
        })
        return
      case 'answer':
        this.#sendVotes(index, effect.to, effect.votes)
        return
      case 'pull':
        this.#serve(effect.holders[0]!, index, [effect.id])
        return
      case 'stretch':
        this.#serve(effect.from, index, effect.ids)
        return
      case 'want':
        this.nodes.forEach((_, to) => {
          const ids = effect.wants.filter(({ voters }) => !voters.has(to)).map(({ id }) => id)
          if (to !== index && ids.length > 0)
            this.#bag.push({ to, input: nowMs => ({ kind: 'wants', nowMs, from: index, ids }) })
        })
        return
      case 'decide':
        if (node.decided.has(effect.transaction.id))
          throw new Error(`decided twice: ${effect.transaction.id}`)
        if (effect.sequence !== node.decisions.length)
          throw new Error(`gap in decisions at ${effect.sequence}`)
        node.decided.set(effect.transaction.id, effect.outcome)
        node.decisions.push({ transaction: effect.transaction, outcome: effect.outcome })
        return
      default:
        effect satisfies never
    }
  }

  #serve(server: number, to: number, ids: readonly string[]): void {
    const { up, store } = this.nodes[server]!
    if (!up) return
    for (const { vertex } of store) if (ids.includes(vertex.id)) this.#sendVertex(server, to, vertex)
  }

  #sendVotes(from: number, to: number | 'everybody', votes: readonly Vote[]): void {
    const receivers = to === 'everybody' ? this.nodes.map((_, i) => i).filter(i => i !== from) : [to]
    for (const receiver of receivers) {
      const said = votes.flatMap(vote => this.#say(from, receiver, vote) ?? [])
      this.#bag.push({
        to: receiver,
        input: nowMs => ({ kind: 'votes', nowMs, from: [from], votes: said }),
      })
    }
  }

  #say(from: number, to: number, vote: Vote): Vote | undefined {
    const { twist, store } = this.nodes[from]!
    const vertex = store.find(each => each.vertex.id === vote.vertex)?.vertex
    return twist && vertex ? twist(vote, to, vertex) : vote
  }

  #sendVertex(from: number, to: number, vertex: Vertex): void {
    this.#bag.push({ to, input: nowMs => ({ kind: 'vertex', nowMs, from, vertex }) })
  }
}
