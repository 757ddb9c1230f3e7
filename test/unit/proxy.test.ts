import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'

const program = fileURLToPath(new URL('fixtures/loopback-clients.ts', import.meta.url))

describe('with a proxy in the environment', () => {
  let server: Server
  let proxy: Server
  const proxied: string[] = []

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('{"phase":"ready"}\n')).listen(0, '127.0.0.1')
    proxy = createServer((request, response) => {
      proxied.push(String(request.url))
      response.writeHead(502).end()
    }).listen(0, '127.0.0.1')
    proxy.on('connect', (request, socket) => {
      proxied.push(String(request.url))
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    await Promise.all([once(server, 'listening'), once(proxy, 'listening')])
  })

  afterAll(() => {
    server.close()
    proxy.close()
  })

  const portOf = (of: Server) => (of.address() as AddressInfo).port
  /** That of a machine with this proxy, whatever proxies and exceptions it has otherwise. */
  const environment = () => {
    const url = `http://127.0.0.1:${portOf(proxy)}`
    return { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url, http_proxy: url, NO_PROXY: '', no_proxy: '' }
  }

  it.each(['driver', 'history', 'engine', 'prometheus'])(
    'calls of this machine are direct: %s',
    async client => {
      const env = environment()
      const { stdout } = await execa(process.execPath, [program, client, String(portOf(server))], { env })
      expect(stdout).toBe('answered')
      expect(proxied).toEqual([])
    },
  )

  it('this proxy is one that takes what a plain client sends', async () => {
    const env = environment()
    await execa(process.execPath, ['-e', `fetch('http://127.0.0.1:${portOf(server)}/x').catch(() => {})`], {
      env,
    })
    expect(proxied.length).toBeGreaterThan(0)
  })
})
