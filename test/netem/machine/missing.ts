/** Something this machine lacks and cannot get: the tests that need it are skipped. Any other failure fails them. */
export class Missing extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Missing'
  }
}

/** What apt and mmdebstrap say when no mirror can be reached. */
const offline =
  /Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Connection (failed|timed out|refused)|Network is unreachable/i

/** The failure of a command that downloads: a lack of this machine when it reaches no mirror, else what it is. */
export function downloadFailure(what: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n').find(each => offline.test(each))
  if (line === undefined) return error instanceof Error ? error : new Error(`${what}: ${text}`)
  return new Missing(`a package mirror for ${what} (${line.trim()})`)
}
