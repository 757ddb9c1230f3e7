import { readdirSync } from 'node:fs'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskRoom } from '../../model/shaper.ts'

/** Disks that the shaper can fill, by name; a fake in tests. */
export interface Disks {
  readonly names: readonly string[]
  fill(name: string): Promise<void>
  empty(name: string): Promise<void>
  /** Whether what fills it is still there; its owner may make room beside it at any time. */
  isFilled(name: string): Promise<boolean>
  measure(name: string): Promise<DiskRoom>
}

const filler = 'whiteout-filler'
const chunk = Buffer.alloc(1024 * 1024)

/** Disks mounted under a folder, one each. */
export function mountedDisks(root: string): Disks {
  /** How much it took to fill each of them. */
  const filled = new Map<string, number>()
  return {
    names: namesIn(root),
    fill: async name => {
      const file = await open(join(root, name, filler), 'a')
      try {
        // Ever smaller pieces, until not a byte goes in.
        for (let size = chunk.length; size >= 1; size = Math.floor(size / 2)) {
          while (await fits(() => file.write(chunk, 0, size)));
        }
        filled.set(name, (await file.stat()).size)
      } finally {
        await file.close()
      }
    },
    empty: name => rm(join(root, name, filler), { force: true }),
    isFilled: name =>
      stat(join(root, name, filler)).then(
        ({ size }) => size > 0 && size >= (filled.get(name) ?? 0),
        () => false,
      ),
    measure: async name => {
      const { bsize, blocks, bavail } = await statfs(join(root, name))
      return { name, totalBytes: blocks * bsize, freeBytes: bavail * bsize }
    },
  }
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root)
  } catch {
    return []
  }
}

async function fits(write: () => Promise<{ bytesWritten: number }>): Promise<boolean> {
  try {
    return (await write()).bytesWritten > 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
