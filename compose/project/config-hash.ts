import { dirname } from 'node:path'
import { execa } from 'execa'
import type { Log } from '../engine/engine.ts'

/** 500 services take a second and a half. */
const hashWithinMs = 30_000

/**
 * The hash Compose gives each service's configuration. Containers that carry it are up to date in the eyes of
 * `docker compose up`, which then leaves them alone.
 * @returns an empty map when Compose fails: everything but `docker compose up` works without
 */
export async function findConfigHashes(composeFile: string, log: Log): Promise<ReadonlyMap<string, string>> {
  const result = await execa('docker', ['compose', '--file', composeFile, 'config', '--hash', '*'], {
    cwd: dirname(composeFile),
    reject: false,
    timeout: hashWithinMs,
  })
  if (result.failed) {
    log(`docker compose config could not hash the services: ${result.stderr || result.shortMessage}`)
    return new Map()
  }
  return parseConfigHashes(result.stdout)
}

/** Lines of `service hash`. */
export function parseConfigHashes(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').map(line => line.trim().split(/\s+/))
  return new Map(pairs.filter((pair): pair is [string, string] => pair.length === 2))
}
