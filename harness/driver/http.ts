import { Agent } from 'undici'

/** A connection attempt on one machine succeeds at once or not at all; an absent neighbour takes the kernel 3 s. */
const connectTimeoutMs = 3_000
/** Keeps a node's answer from holding a request for ever; a paused node looks like this. */
const answerTimeoutMs = 10_000
/** A killed container can vanish without a word; probes find that out within seconds. */
const keepAliveProbeMs = 5_000
/** At most so many requests to one node at a time, each on a connection of its own. */
export const requestsPerNodeMax = 4

/** Connections for short requests, kept open between them. */
export function requestAgent(): Agent {
  return new Agent({
    connections: requestsPerNodeMax,
    pipelining: 1,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    keepAliveTimeout: 30_000,
    connect: { timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs },
  })
}

/** One connection a node for its stream of decisions, which may be silent for as long as it likes. */
export function streamAgent(): Agent {
  return new Agent({
    connections: 1,
    pipelining: 1,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs },
  })
}

/** Reads a body of bounded size as JSON. @throws when it is larger, or no JSON */
export async function readJson(body: AsyncIterable<Buffer>, bytesMax = 1024 * 1024): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new Error(`the answer is longer than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString())
}
