import type { KernelLimits } from './shaper.ts'

/** What a run has done to one instance and has to undo, by kind. */
type Deed =
  /**
   * A fault ended the life of the container that began then (the engine's State.StartedAt). `isAsked`: it was asked to, and ran on when its
   * undoing was tried.
   */
  | { readonly kind: 'ended'; readonly startedAt: string; readonly isAsked?: true }
  /** A fault froze that life. */
  | { readonly kind: 'paused'; readonly startedAt: string }
  /** The shaper narrowed limits of it, by the files that it changed. */
  | {
      readonly kind: 'limited-cpu' | 'limited-memory'
      readonly was: KernelLimits
      readonly set: KernelLimits
    }
  /** The shaper put rules into its network namespace. */
  | { readonly kind: 'shaped' }

/** A deed, and to which instance it was done. There is one of a kind for each instance. */
export type UndoEntry = Deed & { readonly name: string; readonly container: string }

export type UndoEntryOf<Kind extends UndoEntry['kind']> = Extract<UndoEntry, { kind: Kind }>

/** Identifies an entry. */
export type UndoKey = Pick<UndoEntry, 'kind' | 'container'>

/** Where deeds are written down before they are done, and crossed out once they were seen to be undone. */
export interface UndoJournal {
  /** What the engine calls itself on which they were done; undefined where that was not written down. */
  readonly engine: string | undefined
  /** In the order in which they were done. */
  readonly entries: readonly UndoEntry[]
  find<Kind extends UndoEntry['kind']>(kind: Kind, container: string): UndoEntryOf<Kind> | undefined
  /** Resolves when the entries outlive this process. @throws Error when they cannot be written: then nothing may be done */
  add(entries: readonly UndoEntry[]): Promise<void>
  remove(keys: readonly UndoKey[]): Promise<void>
}

/** A line of a journal that is kept in a file. */
export type UndoLine = { readonly did: UndoEntry } | { readonly undid: UndoKey } | { readonly on: string }

/** A journal in memory, which tells each line before it counts. */
export class UndoBook implements UndoJournal {
  readonly #entries = new Map<string, UndoEntry>()
  readonly #write: (lines: readonly UndoLine[]) => Promise<void>
  readonly #on: string | undefined
  #engine: string | undefined

  /**
   * @param before lines of a journal that is continued
   * @param on the engine on which deeds are done, for a journal that names none yet
   */
  constructor(
    write: (lines: readonly UndoLine[]) => Promise<void> = async () => {},
    before: readonly UndoLine[] = [],
    on?: string,
  ) {
    this.#write = write
    this.#on = on
    this.#take(before)
  }

  get engine(): string | undefined {
    return this.#engine
  }

  get entries(): readonly UndoEntry[] {
    return [...this.#entries.values()]
  }

  find<Kind extends UndoEntry['kind']>(kind: Kind, container: string) {
    return this.#entries.get(textOf({ kind, container })) as UndoEntryOf<Kind> | undefined
  }

  async add(entries: readonly UndoEntry[]): Promise<void> {
    const fresh = entries.filter(
      entry => JSON.stringify(this.#entries.get(textOf(entry))) !== JSON.stringify(entry),
    )
    await this.#record(fresh.map(did => ({ did })))
  }

  async remove(keys: readonly UndoKey[]): Promise<void> {
    const known = keys.filter(key => this.#entries.has(textOf(key)))
    await this.#record(known.map(({ kind, container }) => ({ undid: { kind, container } })))
  }

  async #record(lines: readonly UndoLine[]): Promise<void> {
    if (lines.length === 0) return
    const on = this.#engine === undefined ? this.#on : undefined
    const all = on === undefined ? lines : [{ on }, ...lines]
    await this.#write(all)
    this.#take(all)
  }

  #take(lines: readonly UndoLine[]): void {
    for (const line of lines) {
      if ('on' in line) {
        this.#engine = line.on
        continue
      }
      // Done again, an entry moves to the end: what was done last is undone first.
      this.#entries.delete(textOf('did' in line ? line.did : line.undid))
      if ('did' in line) this.#entries.set(textOf(line.did), line.did)
    }
  }
}

function textOf({ kind, container }: UndoKey): string {
  return `${kind} ${container}`
}
