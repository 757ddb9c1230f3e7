import { readFile } from 'node:fs/promises'
import { driverConfigSchema } from '../../model/driver-config.ts'
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
  const terminated = Promise.withResolvers<void>()
  process.once('SIGTERM', () => terminated.resolve())
  process.once('SIGINT', () => terminated.resolve())
  await using driver = await startDriver(config, { token, spoolPath })
  console.log(JSON.stringify({ message: 'driver is up', port: driver.port, nodes: config.nodes.length }))
  await Promise.race([terminated.promise, driver.ended.then(() => terminated.promise)])
}

try {
  await main()
} catch (error) {
  console.error(`driver: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
