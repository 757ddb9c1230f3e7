import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where files stay from one run to the next, as the node binary does; never in the repository. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'whiteout')
}
