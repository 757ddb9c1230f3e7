import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Behaviour, behaviourSchema } from '../../model/behaviour.ts'
import { bodyBytesMax } from '../contract/limits.ts'
import { epochMax } from '../host/epochs.ts'
import type { NodeControl } from '../host/ports.ts'
import { parseTransactions } from './transaction-json.ts'

/** When a client may try again that was refused for want of room. */
const retryAfterSeconds = 1

export interface ControlHttpOptions {
  readonly address: string
  readonly port: number
  /** Bearer token that every call which changes something must carry. */
  readonly token: string
}

export interface ControlHttpPorts {
  readonly control: NodeControl
  /** The whole Prometheus text. */
  readonly metrics: () => Promise<string>
  /** What tests may do to a node; left out, it has no such calls. */
  readonly testControl?: TestControl | undefined
}

/** Faults that are made from within a node. */
interface TestControl {
  readonly clock: { aheadMs: number; wallMs(): number }
  /** Undefined while the node is correct. */
  behaviour: Behaviour | undefined
  readonly epoch: number
  /** Begins anew, with an empty store and this behaviour; resolves when the node takes part. */
  begin(epoch: number, behaviour: Behaviour | undefined): Promise<void>
}

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
}

type Handler = (call: Call) => void | Promise<void>

/** The node contract over HTTP: GET tells, POST and PUT change and demand the run's token. */
export class ControlHttp {
  readonly #options: ControlHttpOptions
  readonly #ports: ControlHttpPorts
  readonly #server: Server
  readonly #routes: Readonly<Record<string, Readonly<Record<string, Handler>>>>

  constructor(options: ControlHttpOptions, ports: ControlHttpPorts) {
    this.#options = options
    this.#ports = ports
    const { control } = ports
    this.#routes = {
      '/healthz': {
        GET: ({ response }) => {
          const health = control.health()
          json(
            response,
            health.ready ? 200 : 503,
            health.ready ? { ready: true } : { missing: health.missing },
          )
        },
      },
      '/metrics': { GET: call => this.#metrics(call) },
      '/transactions': { POST: call => this.#submit(call) },
      '/decisions': { GET: call => this.#decisions(call) },
      '/digest': { GET: ({ response }) => json(response, 200, control.digest()) },
      '/evidence': {
        GET: ({ response }) =>
          json(response, 200, control.evidence() ?? { caught: [], contested: [], undecided: [] }),
      },
      '/status': { GET: ({ response }) => json(response, 200, control.status()) },
      ...this.#testRoutes(),
    }
    // A call must be complete within 30 s; a decision stream may stay open for ever once its request is read.
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 })
    this.#server.on('request', (request, response) => {
      // Node.js wakes a process at the next full second after each answer with a date.
      response.sendDate = false
      void this.#route(request, response)
    })
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    })
  }

  #testRoutes(): Record<string, Record<string, Handler>> {
    const { testControl, control } = this.#ports
    if (!testControl) return {}
    const { clock } = testControl
    const tell = ({ response }: Call) =>
      json(response, 200, { wallMs: clock.wallMs(), aheadMs: clock.aheadMs })
    const tellEpoch = ({ response }: Call) => json(response, 200, { epoch: testControl.epoch })
    const tellBehaviour = ({ response }: Call) =>
      json(response, 200, testControl.behaviour ?? { name: 'correct' })
    return {
      '/clock': {
        GET: tell,
        PUT: async call => {
          const body = await readBody(call.request)
          const aheadMs = body && aheadIn(body)
          if (aheadMs === undefined)
            return refuse(call.response, 400, 'expected {"aheadMs": NUMBER}, within a century')
          clock.aheadMs = aheadMs
          tell(call)
        },
      },
      '/epoch': {
        GET: tellEpoch,
        PUT: async call => {
          const body = await readBody(call.request)
          const asked = body && epochIn(body)
          if (typeof asked !== 'object') return refuse(call.response, 400, asked ?? 'too long')
          await testControl.begin(asked.epoch, asked.behaviour)
          tellEpoch(call)
        },
      },
      '/behaviour': {
        GET: tellBehaviour,
        PUT: async call => {
          const body = await readBody(call.request)
          const behaviour = body && behaviourIn(body)
          if (typeof behaviour === 'string') return refuse(call.response, 400, behaviour)
          testControl.behaviour = behaviour
          tellBehaviour(call)
        },
      },
      '/seen': {
        GET: call => {
          if (!this.#authorized(call.request)) return refuseToken(call.response)
          const ageMs = Number(call.url.searchParams.get('age') ?? '0')
          if (!(ageMs >= 0)) return refuse(call.response, 400, 'age: expected milliseconds')
          const seen = control.seen(ageMs)
          if (seen) json(call.response, 200, seen)
          else refuse(call.response, 404, 'this node does not count what its peers do')
        },
      },
    }
  }

  async start(): Promise<void> {
    this.#server.listen(this.#options.port, this.#options.address)
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = URL.parse(request.url ?? '/', 'http://node')
      if (!url) return refuse(response, 400, `not a path: ${request.url}`)
      const methods = this.#routes[url.pathname]
      if (!methods) return refuse(response, 404, `no such path: ${url.pathname}`)
      const handler = methods[request.method ?? '']
      if (!handler) {
        response.setHeader('Allow', Object.keys(methods).join(', '))
        return refuse(response, 405, `${url.pathname} takes ${Object.keys(methods).join(', ')} only`)
      }
      if (request.method !== 'GET' && !this.#authorized(request)) {
        return refuseToken(response)
      }
      await handler({ request, response, url })
    } catch (error) {
      if (response.headersSent) response.destroy()
      else refuse(response, 500, (error as Error).message)
    }
  }

  #authorized(request: IncomingMessage): boolean {
    const given = Buffer.from(request.headers.authorization ?? '')
    const expected = Buffer.from(`Bearer ${this.#options.token}`)
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  async #metrics({ response }: Call): Promise<void> {
    const text = await this.#ports.metrics()
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text)
  }

  async #submit({ request, response }: Call): Promise<void> {
    const { control } = this.#ports
    if (control.isFull) {
      request.resume()
      return refuseForNow(response)
    }
    const body = await readBody(request)
    if (body === undefined) {
      // What is still coming would only be thrown away.
      response.setHeader('Connection', 'close')
      return refuse(response, 413, `a body of more than ${bodyBytesMax} bytes`)
    }
    const transactions = parseTransactions(body)
    if (typeof transactions === 'string') return refuse(response, 400, transactions)
    const admission = await control.submit(transactions)
    if (admission === 'full') return refuseForNow(response)
    json(response, 202, admission)
  }

  async #decisions({ response, url }: Call): Promise<void> {
    const from = Number(url.searchParams.get('from') ?? '0')
    if (!Number.isSafeInteger(from) || from < 0) {
      return refuse(
        response,
        400,
        `from: expected a sequence number from 0 on, got "${url.searchParams.get('from')}"`,
      )
    }
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
    response.flushHeaders()
    for await (const decisions of this.#ports.control.decisions(from, gone.signal)) {
      let lines = ''
      for (const decision of decisions) lines += `${JSON.stringify(decision)}\n`
      if (!response.write(lines)) await once(response, 'drain', { signal: gone.signal }).catch(() => {})
    }
    response.end()
  }
}

const centuryMs = 100 * 366 * 86_400_000

function aheadIn(body: Buffer): number | undefined {
  try {
    const { aheadMs } = JSON.parse(body.toString()) as { aheadMs?: unknown }
    return typeof aheadMs === 'number' && Math.abs(aheadMs) <= centuryMs ? aheadMs : undefined
  } catch {
    return undefined
  }
}

/** `{"epoch": 3, "behaviour": {…}}`; what is wrong with it as text */
function epochIn(body: Buffer): { epoch: number; behaviour: Behaviour | undefined } | string {
  try {
    const { epoch, behaviour } = JSON.parse(body.toString()) as { epoch?: unknown; behaviour?: unknown }
    const isEpoch = Number.isInteger(epoch) && (epoch as number) >= 0 && (epoch as number) <= epochMax
    if (!isEpoch) return `epoch: expected a whole number from 0 to ${epochMax}`
    const read = behaviour === undefined ? undefined : toBehaviour(behaviour)
    return typeof read === 'string' ? read : { epoch: epoch as number, behaviour: read }
  } catch {
    return 'expected JSON such as {"epoch": 3}'
  }
}

function behaviourIn(body: Buffer): Behaviour | undefined | string {
  try {
    return toBehaviour(JSON.parse(body.toString()))
  } catch {
    return 'expected JSON such as {"name": "always-reject"} or {"name": "correct"}'
  }
}

/** @returns undefined for that of a correct node, and what is wrong with it as text */
function toBehaviour(given: unknown): Behaviour | undefined | string {
  if ((given as { name?: unknown } | null)?.name === 'correct') return undefined
  const result = behaviourSchema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  return `${issue!.path.join('.') || 'behaviour'}: ${issue!.message}`
}

/** The whole body; undefined when it is larger than allowed. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return undefined
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

function refuseToken(response: ServerResponse): void {
  refuse(response, 401, 'this call needs "Authorization: Bearer TOKEN" with the token of the run')
}

/** Until earlier transactions are decided. */
function refuseForNow(response: ServerResponse): void {
  response.setHeader('Retry-After', retryAfterSeconds)
  refuse(response, 429, 'this node admits no more until earlier ones are decided: try again or elsewhere')
}

function refuse(response: ServerResponse, status: number, message: string): void {
  json(response, status, { error: message })
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    .end(text)
}
