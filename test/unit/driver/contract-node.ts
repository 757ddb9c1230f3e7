import { createPublicKey, hash, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * A test double: small HTTP servers that answer the node contract (design section 4) around one shared table instead
 * of a consensus. What the first node takes in is decided at once by all that are up; the first of two rivals wins.
 * The driver's unit tests run against it; the real node is tested with containers.
 */
export interface ContractNetwork extends AsyncDisposable {
  readonly urls: readonly string[]
  readonly nodes: readonly ContractNode[]
}

interface ContractNode {
  /** Transactions this node took in, in order of arrival; a repetition appears again. */
  readonly received: string[]
  /** Ids in this node's log. */
  readonly log: { transaction: string; outcome: 'accepted' | 'rejected' }[]
  /** Answers the next POSTs with this status instead of taking anything. */
  refuseNext(times: number, statusCode: number): void
  /** The next GET /decisions answers with these bytes first. */
  sayNext(bytes: string): void
  /** What GET /healthz says is missing; undefined when it is ready. */
  missing: string | undefined
  /** Closes every connection and stops to listen; the log is kept. */
  kill(): Promise<void>
  /** Listens again on the same port, having caught up on what was decided meanwhile. */
  start(): Promise<void>
  /** Forgets the newest decisions, as a broken store would. */
  forget(count: number): void
  /** Takes transactions in and decides them, but never answers POST /transactions. */
  isMute: boolean
  /** Takes transactions in but never passes them on. */
  isDeaf: boolean
  /** Answers GET /status with this in place of its state. */
  status: object | undefined
  /** Milliseconds before it answers GET /status, GET /digest and GET /evidence, and how often it has been asked for a digest. */
  stateAfterMs: number
  readonly digestRequests: number
}

interface Submitted {
  owner: string
  nonce: number
  payload: string
  signature: string
}

const decisionDelayMs = 5

export async function startContractNetwork(nodeCount: number): Promise<ContractNetwork> {
  const winners = new Map<string, string>()
  const decided: { transaction: string; outcome: 'accepted' | 'rejected' }[] = []
  const known = new Set<string>()
  const nodes: InternalNode[] = []

  const decide = (submitted: Submitted) => {
    const id = transactionId(submitted)
    if (known.has(id)) return
    known.add(id)
    const set = `${submitted.owner}/${submitted.nonce}`
    if (!winners.has(set)) winners.set(set, id)
    const outcome = winners.get(set) === id ? ('accepted' as const) : ('rejected' as const)
    decided.push({ transaction: id, outcome })
    for (const node of nodes) node.catchUp(decided)
  }
  for (let index = 0; index < nodeCount; index++)
    nodes.push(await InternalNode.create(index, decided, decide))
  return {
    nodes,
    urls: nodes.map(node => `http://127.0.0.1:${node.port}`),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map(node => node.kill()))
    },
  }
}

class InternalNode implements ContractNode {
  readonly received: string[] = []
  readonly log: { transaction: string; outcome: 'accepted' | 'rejected' }[] = []
  missing: string | undefined
  isDeaf = false
  isMute = false
  status: object | undefined
  stateAfterMs = 0
  digestRequests = 0
  port = 0
  readonly #index: number
  readonly #decided: InternalNode['log']
  readonly #decide: (submitted: Submitted) => void
  readonly #streams = new Set<ServerResponse>()
  #server: Server | undefined
  #refusals: number[] = []
  #says: string[] = []
  #startedAt = 0
  #opens = 0

  private constructor(index: number, decided: InternalNode['log'], decide: (submitted: Submitted) => void) {
    this.#index = index
    this.#decided = decided
    this.#decide = decide
  }

  static async create(
    index: number,
    decided: InternalNode['log'],
    decide: (submitted: Submitted) => void,
  ): Promise<InternalNode> {
    const node = new InternalNode(index, decided, decide)
    await node.start()
    return node
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
    this.#startedAt = Date.now() + this.#opens
    this.#opens++
    this.catchUp(this.#decided)
  }

  async kill(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  refuseNext(times: number, statusCode: number): void {
    this.#refusals.push(...new Array<number>(times).fill(statusCode))
  }

  sayNext(bytes: string): void {
    this.#says.push(bytes)
    for (const stream of this.#streams) stream.destroy()
  }

  forget(count: number): void {
    this.log.splice(this.log.length - count, count)
    this.catchUp = () => {}
  }

  catchUp(decided: InternalNode['log']): void {
    if (!this.#server) return
    while (this.log.length < decided.length) {
      const sequence = this.log.length
      this.log.push(decided[sequence]!)
      for (const stream of this.#streams) stream.write(this.#line(sequence))
    }
  }

  #line(sequence: number): string {
    return `${JSON.stringify({ sequence, ...this.log[sequence], atMs: Date.now() })}\n`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://node')
    const body = await readBody(request)
    const json = (statusCode: number, value: object) => {
      response.writeHead(statusCode, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    if (url.pathname === '/healthz') {
      return this.missing === undefined ? json(200, {}) : json(503, { missing: this.missing })
    }
    if (url.pathname === '/transactions') {
      const refusal = this.#refusals.shift()
      if (refusal !== undefined) return json(refusal, {})
      const taken = this.#take(JSON.parse(body))
      return this.isMute ? undefined : json(202, taken)
    }
    if (url.pathname === '/decisions') return this.#stream(Number(url.searchParams.get('from')), response)
    if (url.pathname === '/digest') this.digestRequests++
    if (this.stateAfterMs > 0) await delay(this.stateAfterMs, undefined, { ref: false })
    if (url.pathname === '/evidence') return json(200, { caught: [], contested: [], undecided: [] })
    const accepted = this.log
      .filter(({ outcome }) => outcome === 'accepted')
      .map(({ transaction }) => transaction)
    if (url.pathname === '/digest') {
      return json(200, { accepted: accepted.length, digest: hash('sha256', accepted.toSorted().join()) })
    }
    if (this.status !== undefined) return json(200, this.status)
    json(200, {
      index: this.#index,
      startedAt: this.#startedAt,
      peers: 1,
      processing: 0,
      accepted: accepted.length,
      parameters: {},
      storage: { verified: true, opens: this.#opens },
    })
  }

  #take(transactions: Submitted[]): { admitted: number; refused: object[] } {
    const refused: object[] = []
    for (const [index, transaction] of transactions.entries()) {
      if (!isSigned(transaction)) {
        refused.push({ index, code: 'signature', message: 'the signature does not verify' })
        continue
      }
      this.received.push(transactionId(transaction))
      if (!this.isDeaf) setTimeout(() => this.#decide(transaction), decisionDelayMs)
    }
    return { admitted: transactions.length - refused.length, refused }
  }

  #stream(from: number, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    const garbage = this.#says.shift()
    if (garbage !== undefined) response.write(garbage)
    for (let sequence = from; sequence < this.log.length; sequence++) response.write(this.#line(sequence))
    this.#streams.add(response)
    response.once('close', () => this.#streams.delete(response))
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function signedBytes({ owner, nonce, payload }: Submitted): Buffer {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(nonce))
  return Buffer.concat([
    Buffer.from('whiteout-transaction-1'),
    Buffer.from(owner, 'hex'),
    number,
    Buffer.from(payload, 'base64'),
  ])
}

function transactionId(transaction: Submitted): string {
  const signature = Buffer.from(transaction.signature, 'base64')
  return hash('sha256', Buffer.concat([signedBytes(transaction), signature]))
}

function isSigned(transaction: Submitted): boolean {
  const der = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(transaction.owner, 'hex'),
  ])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, signedBytes(transaction), key, Buffer.from(transaction.signature, 'base64'))
}
