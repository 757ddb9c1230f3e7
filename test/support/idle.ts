// What runs in the containers of backend tests, as node and as driver: it answers, and counts its starts in its store.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { nodePaths, tokenVariable } from '../../model/node-config.ts'
import { driverPort } from '../../model/plan.ts'

// Without a token it is the image's build that tries it out, and what is written then would be in every store.
if (process.env[tokenVariable]) {
  mkdirSync(nodePaths.data, { recursive: true })
  appendFileSync(`${nodePaths.data}/starts`, '.')
  console.log(`start ${readFileSync(`${nodePaths.data}/starts`, 'utf8').length}`)
  const server = createServer((_request, response) => response.end('idle')).listen(driverPort)
  // Memory that is really used, more than any limit leaves.
  process.on('SIGUSR2', () => void Array.from({ length: 64 }, () => Buffer.alloc(2 ** 24, 1)))
  // A connection lasts for as long as its client likes, through a cut as well.
  server.keepAliveTimeout = 0
}
