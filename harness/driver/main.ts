import { readFile } from 'node:fs/promises'
import { type DriverConfig, driverConfigSchema } from '../../model/driver-config.ts'
import { nodePaths, tokenVariable } from '../../model/node-config.ts'
import { startDriver } from './driver.ts'

/**
 * The driver container's process: `driver [config file] [spool file]`. It lives until SIGTERM, so that the harness can
 * read the history to its end.
 */
const [configPath = nodePaths.driver, spoolPath = '/tmp/history.ndjson'] = process.argv.slice(2)

async function main(): Promise<void> {
  const token = process.env[tokenVariable]
  if (!token) throw new Error(`${tokenVariable} is not set`)
  const config = driverConfigSchema.parse(JSON.parse(await readFile(configPath, 'utf8')))
  const terminated = Promise.withResolvers<undefined>()
  process.once('SIGTERM', () => terminated.resolve(undefined))
  process.once('SIGINT', () => terminated.resolve(undefined))
  console.log(JSON.stringify({ message: 'driver is up', port: config.port, nodes: config.nodes.length }))
  let next: DriverConfig | undefined = config
  for (let turn = 0; next; turn += 1) {
    await using driver = await startDriver(next, { token, spoolPath: `${spoolPath}.${turn}` })
    // A driver that cannot go on is the end of this process; one that is done waits to be read.
    const ended = driver.ended.then(() => new Promise<never>(() => {}))
    next = await Promise.race([terminated.promise, driver.renewed, ended])
  }
}

try {
  await main()
} catch (error) {
  console.error(`driver: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
