import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of this checkout: images are built from it whatever directory the command was started in. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
