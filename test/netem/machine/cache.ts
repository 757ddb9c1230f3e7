import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Another checkout of other sources uses files of its own, perhaps at this moment. */
const keptMs = 7 * 24 * 60 * 60_000

/** Where files stay from one run to the next, as the node binary does; never in the repository. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'whiteout')
}

/** Whether a file or folder of the cache is there; if so, it counts as used now. */
export async function isCached(path: string): Promise<boolean> {
  const now = new Date()
  return utimes(path, now, now).then(
    () => true,
    () => false,
  )
}

/** Removes what has not been used for a week and is named like `pattern`: half a gigabyte each. */
export async function removeUnused(folder: string, pattern: RegExp): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (!pattern.test(name) || Date.now() - (await stat(path)).mtimeMs < keptMs) continue
    await rm(path, { recursive: true })
  }
}
