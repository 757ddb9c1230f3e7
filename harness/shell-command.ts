/** What no shell takes for anything but itself, wherever it stands in a word. */
const plainWord = /^[\w@%+=:,./-]+$/
/** What double quotes do not protect: expansion, escapes, and the history of an interactive shell. */
const liveInDoubleQuotes = /["$`\\!]/

/** A word of a command that a person may paste into a POSIX shell: what it contains is data there, and never run. */
export function shellWord(text: string): string {
  if (plainWord.test(text)) return text
  if (text !== '' && !liveInDoubleQuotes.test(text)) return `"${text}"`
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A command line of these words, each quoted where it must be. */
export function shellCommand(words: readonly (string | number)[]): string {
  return words.map(word => shellWord(String(word))).join(' ')
}
