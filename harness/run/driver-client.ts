import { request } from 'undici'
import type { DriverStatus } from '../../model/driver-config.ts'

/** Reaches the driver's HTTP interface (model/driver-config.ts). */
export interface DriverClient {
  status(): Promise<DriverStatus>
  post(call: 'load' | 'stop' | 'abandon'): Promise<void>
}

/** The driver answers at once even under load; it is on the same machine. */
const answerWithinMs = 10_000

export function driverClient(url: string, token: string): DriverClient {
  const call = async (method: 'GET' | 'POST', path: string) => {
    const response = await request(`${url}/${path}`, {
      method,
      headers: method === 'POST' ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(answerWithinMs),
    })
    const text = await response.body.text()
    if (response.statusCode >= 400)
      throw new Error(`${method} /${path}: ${response.statusCode} ${text.trim()}`)
    return text
  }
  return {
    status: async () => JSON.parse(await call('GET', 'status')) as DriverStatus,
    post: async path => {
      await call('POST', path)
    },
  }
}
