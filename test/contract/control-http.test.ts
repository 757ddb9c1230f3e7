import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ControlHttp } from '../../nodes/adapters/control-http.ts'
import type { Admission, Decision, NodeControl, SubmittedTransaction } from '../../nodes/host/ports.ts'
import { claimLoopback } from '../support/loopback.ts'
import { nodeStatus as status } from '../support/node-status.ts'
import { until } from '../support/until.ts'

const port = 9000
const loopback = await claimLoopback()
afterAll(async () => {
  await loopback[Symbol.asyncDispose]()
})
/** A new one for each test: fetch keeps connections to servers that are gone. */
let address: string
let base: string
let tests = 0
const token = 'the token of the run'

/** A node without a network: it notes what it is given and answers what the test says. */
class ScriptedNode implements NodeControl {
  missing: string | undefined
  isFull = false
  answer: Admission | 'full' = { admitted: 0, refused: [] }
  submitted: SubmittedTransaction[] = []
  /** Each is one chunk of the decision stream; the stream then waits for more. */
  chunks: Decision[][] = []
  asked: number[] = []
  given = 0
  readers = 0

  health() {
    return this.missing === undefined
      ? ({ ready: true } as const)
      : ({ ready: false, missing: this.missing } as const)
  }

  async submit(transactions: readonly SubmittedTransaction[]) {
    this.submitted.push(...transactions)
    return this.answer
  }

  async *decisions(from: number, signal: AbortSignal) {
    this.asked.push(from)
    this.readers++
    try {
      for (let next = 0; !signal.aborted; ) {
        const chunk = this.chunks[next]
        if (chunk === undefined) await pause(5)
        else {
          next++
          this.given += chunk.length
          yield chunk
        }
      }
    } finally {
      this.readers--
    }
  }

  digest() {
    return { accepted: 7, digest: 'ab'.repeat(32) }
  }

  evidence() {
    return undefined
  }

  caught() {
    return []
  }

  seen() {
    return undefined
  }

  status() {
    return status
  }
}

let node: ScriptedNode
let http: ControlHttp

beforeEach(async () => {
  address = loopback.address(0, ++tests)
  base = `http://${address}:${port}`
  node = new ScriptedNode()
  http = new ControlHttp(
    { address, port, token },
    { control: node, metrics: async () => 'whiteout_node_peers 2\n' },
  )
  await http.start()
})
afterEach(() => http.stop())

const decision = (sequence: number): Decision => ({
  sequence,
  transaction: String(sequence).padStart(64, '0'),
  outcome: 'accepted',
  atMs: 1_700_000_000_000 + sequence,
})

const transaction = {
  owner: '0a'.repeat(32),
  nonce: 5,
  payload: Buffer.from('payload').toString('base64'),
  signature: Buffer.alloc(64, 9).toString('base64'),
}

async function get(path: string): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(base + path)
  return { status: response.status, body: await response.json(), headers: response.headers }
}

async function post(body: unknown, headers: Record<string, string> = { authorization: `Bearer ${token}` }) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${base}/transactions`, { method: 'POST', body: text, headers })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('control HTTP: what a node tells', () => {
  it('/healthz is 200 once ready and 503 with what is missing before', async () => {
    expect(await get('/healthz')).toEqual(expect.objectContaining({ status: 200, body: { ready: true } }))
    node.missing = '2 of 3 peers'
    expect(await get('/healthz')).toEqual(
      expect.objectContaining({ status: 503, body: { missing: '2 of 3 peers' } }),
    )
  })

  it('/status and /digest are JSON, /metrics is Prometheus text', async () => {
    const answer = await get('/status')
    expect(answer.body).toEqual(status)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect((await get('/digest')).body).toEqual({ accepted: 7, digest: 'ab'.repeat(32) })
    const metrics = await fetch(`${base}/metrics`)
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await metrics.text()).toBe('whiteout_node_peers 2\n')
    // A date would wake the node at the next full second.
    expect(metrics.headers.has('date')).toBe(false)
  })

  it('an unknown path is 404 and a wrong method 405, each with a reason; a query does not matter', async () => {
    expect(await get('/nowhere')).toEqual(
      expect.objectContaining({ status: 404, body: { error: 'no such path: /nowhere' } }),
    )
    const wrong = await fetch(`${base}/status`, { method: 'DELETE' })
    expect({ status: wrong.status, allow: wrong.headers.get('allow'), body: await wrong.json() }).toEqual({
      status: 405,
      allow: 'GET',
      body: { error: '/status takes GET only' },
    })
    expect((await get('/status?x=1')).status).toBe(200)
  })

  it('survives a request that is no HTTP and a path that is no URL, with a 400', async () => {
    for (const request of ['hello\r\n\r\n', 'GET // HTTP/1.1\r\nHost: x\r\n\r\n']) {
      const socket = connect(port, address)
      socket.write(request)
      const [answer] = await once(socket, 'data')
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
      socket.destroy()
    }
    expect((await get('/healthz')).status).toBe(200)
  })

  it('serves many calls over one connection', async () => {
    const socket = connect(port, address)
    let answered = ''
    socket.on('data', chunk => {
      answered += chunk
    })
    for (let call = 0; call < 20; call++) socket.write('GET /digest HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('20 answers', () => answered.split('HTTP/1.1 200').length === 21)
    socket.destroy()
  })
})

describe('control HTTP: POST /transactions', () => {
  it('hands transactions to the node as bytes and answers what became of them', async () => {
    node.answer = {
      admitted: 1,
      refused: [{ index: 1, code: 'signature', message: 'not signed by its owner' }],
    }
    const answer = await post([transaction, { ...transaction, nonce: 6 }])
    expect(answer).toEqual({ status: 202, body: node.answer })
    expect(node.submitted.map(({ nonce }) => nonce)).toEqual([5, 6])
    expect(Buffer.from(node.submitted[0]!.owner).toString('hex')).toBe(transaction.owner)
    expect(Buffer.from(node.submitted[0]!.payload).toString()).toBe('payload')
    expect(node.submitted[0]!.signature).toHaveLength(64)
  })

  it('takes an empty array', async () => {
    expect((await post([])).status).toBe(202)
  })

  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer something else' }],
    ['a token of the same length', { authorization: `Bearer ${'x'.repeat(token.length)}` }],
    ['another scheme', { authorization: `Basic ${token}` }],
  ])('is 401 with %s, and the node sees nothing', async (_what, headers) => {
    expect((await post([transaction], headers as Record<string, string>)).status).toBe(401)
    expect(node.submitted).toEqual([])
  })

  it.each([
    ['no JSON', 'nonsense', /^expected a JSON array of transactions: /],
    ['nothing', '', /^expected a JSON array of transactions: /],
    ['an object', transaction, /^expected a JSON array of transactions, got \{/],
    ['an array of numbers', [1], /^\[0\]: expected an object, got 1$/],
    [
      'a missing owner',
      [{ ...transaction, owner: undefined }],
      /^\[0\]\.owner: expected lower-case hex, got nothing$/,
    ],
    [
      'an owner that is no hex',
      [{ ...transaction, owner: 'xyz1' }],
      /^\[0\]\.owner: expected lower-case hex, got "xyz1"$/,
    ],
    [
      'a nonce that is text',
      [transaction, { ...transaction, nonce: '1' }],
      /^\[1\]\.nonce: expected a number, got "1"$/,
    ],
    [
      'a payload that is null',
      [{ ...transaction, payload: null }],
      /^\[0\]\.payload: expected base64, got null$/,
    ],
    [
      'a payload that is no base64',
      [{ ...transaction, payload: 'a-b_' }],
      /^\[0\]\.payload: expected base64, got "a-b_"$/,
    ],
    [
      'a signature that is no base64',
      [{ ...transaction, signature: '!' }],
      /^\[0\]\.signature: expected base64, got "!"$/,
    ],
    [
      'too many transactions',
      Array(5_000).fill(transaction),
      /^expected at most 4096 transactions, got 5000$/,
    ],
  ])('is 400 for %s and says what was expected; the node sees none of it', async (_what, body, message) => {
    const answer = await post(body)
    expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(message) } })
    expect(node.submitted).toEqual([])
  })

  it('is 413 for a body above 4 MiB, announced or not', async () => {
    expect((await post('x'.repeat(4 * 1024 * 1024 + 1))).status).toBe(413)
    const chunks = (async function* () {
      for (let chunk = 0; chunk < 80; chunk++) yield Buffer.alloc(64 * 1024, 32)
    })()
    const response = await fetch(`${base}/transactions`, {
      method: 'POST',
      body: chunks as never,
      duplex: 'half',
      headers: { authorization: `Bearer ${token}` },
    } as RequestInit)
    expect(response.status).toBe(413)
    expect((await get('/healthz')).status).toBe(200)
  })

  it('is 429 when the queue of the node is full', async () => {
    node.answer = 'full'
    expect((await post([transaction])).status).toBe(429)
  })

  it('is 429 at once, with a time to come back, when the node has room for nothing', async () => {
    node.isFull = true
    const response = await fetch(`${base}/transactions`, {
      ...{ method: 'POST', body: 'not even JSON', headers: { authorization: `Bearer ${token}` } },
    })
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1'])
    expect(node.submitted).toEqual([])
  })

  it('is 500 with a reason, and not the end of the node, when the node fails', async () => {
    node.submit = () => Promise.reject(new Error('the disk is gone'))
    expect(await post([transaction])).toEqual({ status: 500, body: { error: 'the disk is gone' } })
    expect((await get('/healthz')).status).toBe(200)
  })
})

describe('control HTTP: GET /decisions', () => {
  async function open(path: string) {
    const stop = new AbortController()
    const response = await fetch(base + path, { signal: stop.signal })
    return { response, reader: response.body!.getReader(), stop }
  }

  it('streams one JSON line a decision, stays open, and goes on as decisions come', async () => {
    node.chunks = [[decision(4), decision(5)]]
    const { response, reader, stop } = await open('/decisions?from=4')
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (chunk: { value?: Uint8Array | undefined }) =>
      Buffer.from(chunk.value!)
        .toString()
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as Decision)
    expect(lines(await reader.read())).toEqual([decision(4), decision(5)])
    node.chunks.push([decision(6)])
    expect(lines(await reader.read())).toEqual([decision(6)])
    expect(node.asked).toEqual([4])
    stop.abort()
  })

  it('answers its head at once, also when there is nothing to tell yet', async () => {
    const { response, stop } = await open('/decisions')
    expect(response.status).toBe(200)
    stop.abort()
  })

  it('lets go of the node when the client goes', async () => {
    node.chunks = [[decision(0)]]
    const { stop } = await open('/decisions?from=0')
    await until('a reader', () => node.readers === 1)
    stop.abort()
    await until('no reader', () => node.readers === 0)
  })

  it('asks the node for no more than a slow client takes', async () => {
    node.chunks = Array.from({ length: 2_000 }, (_, chunk) =>
      Array.from({ length: 100 }, (_, position) => decision(chunk * 100 + position)),
    )
    const socket = connect(port, address)
    socket.pause()
    socket.write('GET /decisions?from=0 HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('a reader', () => node.readers === 1)
    // Until the socket's buffers are full and nothing moves any more.
    for (let before = -1; before !== node.given; ) {
      before = node.given
      await pause(200)
    }
    expect(node.given).toBeLessThan(150_000)
    let bytes = 0
    socket.on('data', chunk => {
      bytes += chunk.length
    })
    socket.resume()
    await until('all of them', () => node.given === 200_000, 20_000)
    expect(bytes).toBeGreaterThan(0)
    socket.destroy()
    await until('no reader', () => node.readers === 0)
  })

  it.each(['-1', '1.5', 'x', '1e99'])('is 400 for from=%s', async from => {
    const answer = await get(`/decisions?from=${from}`)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ error: `from: expected a sequence number from 0 on, got "${from}"` })
  })

  it('ends open streams when it stops', async () => {
    const { reader } = await open('/decisions')
    await http.stop()
    await expect(reader.read()).rejects.toThrow()
    await http.start()
  })
})
