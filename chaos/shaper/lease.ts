import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { LeasePaths, ShaperHeld } from '../../model/shaper.ts'

/**
 * The shaper's end of the line over which its lease is renewed (`leaseCommand`): a shell that the harness keeps open writes what it is
 * told to one file and answers with what the other one says. A renewal costs the shaper a look at a file, where a document costs
 * starting Node.
 */
export class LeaseFiles {
  readonly #paths: LeasePaths
  #seen = ''

  constructor(paths: LeasePaths) {
    this.#paths = paths
  }

  /** Whether something was said that had not been seen before. */
  wasRenewed(): boolean {
    const said = textOf(this.#paths.said)
    // Seen while it is written, a file is empty.
    if (said === '' || said === this.#seen) return false
    this.#seen = said
    return true
  }

  /** What is told to whoever renews next: what was seen last, and what is held. */
  tell({ namespaces, disks, limits, breaks }: ShaperHeld): void {
    const { told } = this.#paths
    // Renamed, so that nobody reads half of it.
    writeFileSync(`${told}.new`, `${this.#seen || 0} ${namespaces} ${disks} ${limits} ${breaks}\n`)
    renameSync(`${told}.new`, told)
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
