/** Markup that is safe to put into other markup as it is. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

type Part = Markup | string | number | null | undefined | readonly Part[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Text of anybody's as text of HTML or XML, also inside quoted attributes. Characters that XML 1.0 does not have, such as
 * NUL and lone surrogates, become U+FFFD.
 */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, character => entities[character]!)
    .replace(illegal, '\ufffd')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Tagged template of HTML or XML: whatever is put in is escaped, unless it is markup already. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, piece, index) => text + written(parts[index - 1]) + piece))
}

function written(part: Part): string {
  if (part === null || part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(written).join('')
  return escapeText(String(part))
}

/** A value as JSON inside a script element, where `</script>` and `<!--` must not appear. */
export function jsonInScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'))
}
