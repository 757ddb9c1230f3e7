import type { Client } from '../../model/ports/client.ts'
import type { ClientName } from '../../model/ports/system.ts'
import { type HttpClientOptions, httpClient } from './http-client.ts'

/** One for each name that a system may give. */
const clients: Readonly<Record<ClientName, (options: HttpClientOptions) => Client>> = { http: httpClient }

/** The client half of the system under test. */
export function createClient(name: ClientName, options: HttpClientOptions): Client {
  return clients[name](options)
}
