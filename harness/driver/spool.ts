import { type FileHandle, open } from 'node:fs/promises'
import { createColumn } from '../../workload/column.ts'

/**
 * The driver's part of the history: lines go to a file in the container and readers take them from there, so memory
 * stays the same whether the harness reads fast, slowly or not at all.
 */
export interface Spool extends AsyncDisposable {
  /** Lines appended so far. */
  readonly lineCount: number
  /** True once the file has reached its cap: whoever produces lines must come to an end. */
  readonly isFull: boolean
  /** Resolves when the disk failed: nothing can be recorded any more. */
  readonly failed: Promise<Error>
  /** Does nothing once the spool is finished. */
  append(event: object): void
  /** No line follows; readers end once they have read all. Resolves when everything is in the file. */
  finish(): Promise<void>
  /** Bytes of the lines from this one on, to the end of the history; waits for lines that are not written yet. */
  read(fromLine: number, signal: AbortSignal): AsyncGenerator<Buffer, undefined>
}

const flushBytes = 64 * 1024
const flushMs = 50
const readBytes = 64 * 1024
/** Room past the cap for what must still be told: the rest of the decisions, digests, the end. */
const reserveShare = 1 / 8
/** More than this waiting for the disk means that the disk does not keep up at all. */
const pendingBytesMax = 64 * 1024 * 1024

/** @param options.capBytes size of the file at which the load must end */
export async function openSpool(path: string, options: { capBytes: number }): Promise<Spool> {
  const file = await open(path, 'w+')
  return new FileSpool(file, options.capBytes)
}

class FileSpool implements Spool {
  readonly failed: Promise<Error>
  lineCount = 0
  readonly #file: FileHandle
  readonly #capBytes: number
  /** First line and byte offset of every write: where a reader finds line N. */
  readonly #writeLines = createColumn(Float64Array)
  readonly #writeOffsets = createColumn(Float64Array)
  #pending: string[] = []
  #pendingBytes = 0
  #writtenLines = 0
  #writtenBytes = 0
  #isFinished = false
  #flushing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #wake: PromiseWithResolvers<void> = Promise.withResolvers()
  #fail: (error: Error) => void

  constructor(file: FileHandle, capBytes: number) {
    this.#file = file
    this.#capBytes = capBytes
    const { promise, resolve } = Promise.withResolvers<Error>()
    this.failed = promise
    this.#fail = resolve
  }

  get isFull(): boolean {
    return this.#writtenBytes + this.#pendingBytes >= this.#capBytes || this.#pendingBytes >= pendingBytesMax
  }

  /** Whether every line there will ever be is in the file; lines of a write under way are neither pending nor written. */
  get #isWhole(): boolean {
    return this.#isFinished && this.#pending.length === 0 && this.#flushing === undefined
  }

  append(event: object): void {
    if (this.#isFinished) return
    if (this.#writtenBytes + this.#pendingBytes > this.#capBytes * (1 + reserveShare)) {
      this.#fail(new Error(`the history outgrew ${this.#capBytes} bytes`))
      return
    }
    const line = `${JSON.stringify(event)}\n`
    this.#pending.push(line)
    this.#pendingBytes += line.length
    this.lineCount++
    if (this.#pendingBytes >= flushBytes) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), flushMs)
  }

  async finish(): Promise<void> {
    this.#isFinished = true
    await this.#flush()
    this.#wakeReaders()
  }

  async *read(fromLine: number, signal: AbortSignal): AsyncGenerator<Buffer, undefined> {
    signal.addEventListener('abort', () => this.#wakeReaders(), { once: true })
    while (this.#writtenLines <= fromLine && !signal.aborted) {
      if (this.#isWhole) return
      await this.#wake.promise
    }
    let { offset, skip } = this.#locate(fromLine)
    while (!signal.aborted) {
      const available = this.#writtenBytes - offset
      if (available === 0) {
        if (this.#isWhole) return
        await this.#wake.promise
        continue
      }
      const buffer = Buffer.allocUnsafe(Math.min(available, readBytes))
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, offset)
      offset += bytesRead
      let start = 0
      for (; skip > 0; skip--) {
        const end = buffer.indexOf(10, start)
        if (end === -1 || end >= bytesRead) break
        start = end + 1
      }
      if (skip === 0 && start < bytesRead) yield buffer.subarray(start, bytesRead)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish()
    await this.#file.close()
  }

  /** The last write that begins at or before the line, and how many of its lines come before it. */
  #locate(line: number): { offset: number; skip: number } {
    let low = 0
    let high = this.#writeLines.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#writeLines.get(middle) <= line) low = middle
      else high = middle
    }
    return { offset: this.#writeOffsets.get(low), skip: line - this.#writeLines.get(low) }
  }

  /** Writes all that is pending; one write is under way at a time, so lines keep their order. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing ??= this.#writeAll()
      .catch((error: Error) => this.#fail(error))
      .finally(() => {
        this.#flushing = undefined
      })
    return this.#flushing
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const lines = this.#pending.length
      const bytes = Buffer.from(this.#pending.join(''))
      this.#pending = []
      this.#pendingBytes = 0
      await writeFully(this.#file, bytes, this.#writtenBytes)
      this.#writeLines.set(this.#writeLines.length, this.#writtenLines)
      this.#writeOffsets.set(this.#writeOffsets.length, this.#writtenBytes)
      this.#writtenLines += lines
      this.#writtenBytes += bytes.length
      this.#wakeReaders()
    }
  }

  #wakeReaders(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
