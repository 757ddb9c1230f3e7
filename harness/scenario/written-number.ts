import { parse } from 'smol-toml'
import { lineOf } from './line.ts'

/**
 * A number as its author wrote it, such as `+inf`, `1e999` or `0x10`, which a message would otherwise show as what became of it.
 * @returns undefined for what is no number, and where its text is not found
 */
export function writtenNumber(
  text: string,
  path: readonly PropertyKey[],
  value: unknown,
): string | undefined {
  const line = typeof value === 'number' ? lineOf(text, path) : undefined
  if (line === undefined) return undefined
  const written = /=\s*([\w.+-]+)\s*(?:#.*)?$/.exec(text.split('\n')[line - 1]!)?.[1]
  // Lines are found by names alone: of several tables of one name it may be another one's.
  return written !== undefined && Object.is(parsed(written), value) ? written : undefined
}

function parsed(written: string): unknown {
  try {
    return parse(`it = ${written}`).it
  } catch {
    return undefined
  }
}
