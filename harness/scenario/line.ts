/**
 * The line on which a key of a TOML text is set, counted from 1, found by its table header and name. Parsers of
 * values keep no positions; this is for messages only and gives up on unusual spellings.
 */
export function lineOf(text: string, path: readonly PropertyKey[]): number | undefined {
  const names = path.filter((part): part is string => typeof part === 'string')
  if (names.length === 0) return undefined
  let table: readonly string[] = []
  let header: number | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const opened = /^\s*\[{1,2}([^\]]+)\]{1,2}/.exec(line)
    if (opened) {
      table = opened[1]!.split('.').map(unquote)
      if (table.join('.') === names.join('.')) header ??= index + 1
    }
    const key = /^\s*([\w".-]+)\s*=/.exec(line)
    if (key && [...table, ...key[1]!.split('.').map(unquote)].join('.') === names.join('.')) return index + 1
  }
  return header ?? lineOf(text, names.slice(0, -1))
}

function unquote(part: string): string {
  return part.trim().replace(/^"(.*)"$/, '$1')
}
