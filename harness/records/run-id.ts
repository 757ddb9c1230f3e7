/** Names of projects are labels, which anybody can write: a folder is made of what names it and nothing else. */
const unsafe = /[^\w.-]/g

/**
 * The id of a run: its start in UTC and its scenario's name, so that ids sort by time and say what they are. A second
 * run of the same second gets a number.
 */
export function runId(startedAt: Date, name: string, isTaken: (id: string) => boolean): string {
  const [day, time] = startedAt.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T')
  const id = `${day}-${time}-${name.replace(unsafe, '-').slice(0, 100)}`
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? id : `${id}-${number}`
    if (!isTaken(candidate)) return candidate
  }
}
