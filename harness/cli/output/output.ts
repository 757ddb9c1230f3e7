import type { Writable } from 'node:stream'

export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** Results go to standard output, everything else to standard error, so that pipes get results alone. */
export interface Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly streams: Streams
  /** A line of the result. */
  print(text: string): void
  /** A line about how it goes. */
  tell(text: string): void
}

export function createOutput(streams: Streams, { json, quiet }: { json: boolean; quiet: boolean }): Output {
  // A reader that has seen enough, such as head, is no error of ours.
  for (const stream of [streams.stdout, streams.stderr]) {
    if (stream.listenerCount('error') === 0) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error
      })
    }
  }
  return {
    json,
    quiet,
    streams,
    print: text => streams.stdout.write(`${text}\n`),
    tell: text => {
      if (!quiet) streams.stderr.write(`${text}\n`)
    },
  }
}
