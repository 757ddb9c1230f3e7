import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type Dispatcher, request } from 'undici'
import { describeFailure } from '../../workload/failure.ts'
import { readJson } from './http.ts'

/** Hands calls of the harness on to nodes, which it cannot reach itself. */
export function createHandOn(options: {
  readonly urls: readonly string[]
  readonly names: readonly string[]
  readonly agent: Dispatcher
  readonly token: string
}) {
  const { urls, names, agent, token } = options
  return async (node: number, call: string, method: string, given: Readable) => {
    const url = urls[node]
    if (url === undefined) return { statusCode: 404, body: { message: `there is no node-${node}` } }
    try {
      const response = await request(`${url}/${call}`, {
        dispatcher: agent,
        method: method as Dispatcher.HttpMethod,
        headers: { authorization: `Bearer ${token}` },
        ...(method === 'GET' ? {} : { body: await buffer(given) }),
      })
      return { statusCode: response.statusCode, body: (await readJson(response.body)) as object }
    } catch (error) {
      return { statusCode: 502, body: { message: `${names[node]}: ${describeFailure(error)}` } }
    }
  }
}
