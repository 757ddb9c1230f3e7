import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import {
  type DriverClock,
  type DriverConfig,
  type DriverStatus,
  driverConfigSchema,
  harnessMetricsPath,
} from '../../model/driver-config.ts'
import type { Mailbox } from './mailbox.ts'
import type { Spool } from './spool.ts'

/** What the harness can ask of the driver. A command that does not fit the moment says why instead of happening. */
export interface DriverCommands {
  status(): DriverStatus
  clock(): DriverClock
  /** Prometheus text. */
  metrics(): Promise<string>
  /** @param isHealedLater whether `healed` will say when settling may begin */
  load(isHealedLater: boolean): Refusal | undefined
  healed(): void
  stop(): void
  abandon(): void
  renew(config: DriverConfig): void
}

type Refusal = string

/** Calls that need the token. */
const changes: readonly string[] = [
  ...['POST /load', 'POST /healed', 'POST /stop', 'POST /abandon', 'POST /renew'],
  `PUT ${harnessMetricsPath}`,
]

/** Serves the driver's interface (see model/driver-config.ts) until disposed. */
export async function serve(options: {
  port: number
  token: string
  commands: DriverCommands
  spool: Spool
  mailbox: Mailbox
  /** Makes a call of the harness at a node. */
  handOn(
    node: number,
    call: string,
    method: string,
    body: Readable,
  ): Promise<{ statusCode: number; body: object }>
}): Promise<{ port: number } & AsyncDisposable> {
  const { commands, spool, mailbox } = options
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://driver')
    const route = `${request.method} ${url.pathname}`
    const [, node, call] = /^\/nodes\/(\d+)\/(clock|behaviour|epoch|evidence|seen)$/.exec(url.pathname) ?? []
    if (node !== undefined && (request.method === 'GET' || isAuthorized(request, options.token))) {
      const { statusCode, body } = await options.handOn(
        Number(node),
        call! + url.search,
        request.method!,
        request,
      )
      return respond(response, statusCode, body)
    }
    if (route === 'GET /status') return respond(response, 200, commands.status())
    if (route === 'GET /clock') return respond(response, 200, commands.clock())
    if (route === 'GET /history') return await streamHistory(url, response)
    if (route === 'GET /metrics') return respondText(response, await commands.metrics())
    if (route === `GET ${harnessMetricsPath}`) return respondText(response, mailbox.read())
    if (node === undefined && !changes.includes(route)) {
      return respond(response, 404, { message: `the driver has no ${route}` })
    }
    if (!isAuthorized(request, options.token)) {
      return respond(response, 401, { message: `${route} needs the run's bearer token` })
    }
    if (route === `PUT ${harnessMetricsPath}`) {
      await mailbox.put(request)
      return respond(response, 202, {})
    }
    if (route === 'POST /load') {
      const refusal = commands.load(url.searchParams.get('until') === 'healed')
      return refusal ? respond(response, 409, { message: refusal }) : respond(response, 202, {})
    }
    if (route === 'POST /renew') {
      const config = driverConfigSchema.safeParse(await json(request).catch(() => undefined))
      if (!config.success) return respond(response, 400, { message: config.error.message })
      // The answer first: this server goes with the driver.
      respond(response, 202, {})
      return commands.renew(config.data)
    }
    if (route === 'POST /healed') commands.healed()
    else if (route === 'POST /stop') commands.stop()
    else commands.abandon()
    respond(response, 202, {})
  }

  const streamHistory = async (url: URL, response: ServerResponse) => {
    const from = Number(url.searchParams.get('from') ?? '0')
    if (!Number.isSafeInteger(from) || from < 0) {
      return respond(response, 400, {
        message: `from: expected a line number, got ${url.searchParams.get('from')}`,
      })
    }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    for await (const chunk of spool.read(from, gone.signal)) {
      // A reader that does not take its bytes is waited for; the spool keeps the rest on disk meanwhile.
      if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal })
    }
    response.end()
  }

  server.listen(options.port)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** The mailbox is empty when there is no text. */
function respondText(response: ServerResponse, text: string | undefined): void {
  response.writeHead(text === undefined ? 503 : 200, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
  })
  response.end(text)
}

function respond(response: ServerResponse, statusCode: number, body: object): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`)
  const given = Buffer.from(request.headers.authorization ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
