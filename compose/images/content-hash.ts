import { createHash } from 'node:crypto'

/** What an image is made of: names and contents. The same parts in any order give the same hash. */
export type Parts = Readonly<Record<string, string | Uint8Array>>

/** Twelve hexadecimal digits that name the content of an image, for use in its tag. */
export function contentHash(parts: Parts): string {
  const hash = createHash('sha256')
  for (const name of Object.keys(parts).sort()) {
    const content = parts[name]!
    // Lengths keep ("ab", "c") and ("a", "bc") apart.
    hash.update(`${name.length}:${name}${content.length}:`)
    hash.update(content)
  }
  return hash.digest('hex').slice(0, 12)
}
