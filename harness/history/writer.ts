import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { HistoryEvent } from '../../model/event.ts'

/** Name of the history inside a run directory. */
export const historyFile = 'history.ndjson'

/**
 * The history of a run as it is written: lines keep the order in which they were appended and reach the file at once,
 * so a crash of the harness loses nothing but the line that was being written.
 */
export interface HistoryWriter {
  /** Resolves when a line could not be written, usually because the disk is full; nothing is written after that. */
  readonly failed: Promise<HarnessError>
  append(event: HistoryEvent): void
  /** Appends whole lines as they are; resolves once they are in the file, which holds back whoever brings them. */
  appendLines(lines: Uint8Array): Promise<void>
  /** Writes what is pending. @throws HarnessError when any line could not be written */
  close(): Promise<void>
}

/** Opens the history of a run directory; lines go behind those that are there. */
export async function openHistory(directory: string): Promise<HistoryWriter> {
  const path = join(directory, historyFile)
  return new FileHistory(path, await open(path, 'a'))
}

class FileHistory implements HistoryWriter {
  readonly failed: Promise<HarnessError>
  readonly #path: string
  readonly #file: FileHandle
  readonly #fail: (error: HarnessError) => void
  #failure: HarnessError | undefined
  #pending: Uint8Array[] = []
  #writing: Promise<void> | undefined

  constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
    const { promise, resolve } = Promise.withResolvers<HarnessError>()
    this.failed = promise
    this.#fail = resolve
  }

  append(event: HistoryEvent): void {
    void this.appendLines(Buffer.from(`${JSON.stringify(event)}\n`))
  }

  appendLines(lines: Uint8Array): Promise<void> {
    if (this.#failure) return Promise.resolve()
    this.#pending.push(lines)
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
    if (this.#failure) throw this.#failure
  }

  /** One write is under way at a time; what comes meanwhile goes together with the next. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const bytes = Buffer.concat(this.#pending)
        this.#pending = []
        for (let done = 0; done < bytes.length; ) done += (await this.#file.write(bytes, done)).bytesWritten
      }
    } catch (cause) {
      this.#failure = unwritable(this.#path, cause)
      this.#pending = []
      this.#fail(this.#failure)
    }
  }
}

function unwritable(path: string, cause: unknown): HarnessError {
  const isFull = (cause as { code?: unknown }).code === 'ENOSPC'
  return new HarnessError({
    code: 'history-unwritable',
    message: `${path}: cannot be written: ${isFull ? 'no space left on the disk' : (cause as Error).message}`,
    next: `${isFull ? 'make room on the disk; ' : ''}what was written so far can be judged with "check"`,
    exitCode: exitCodes.unknown,
    cause,
  })
}
