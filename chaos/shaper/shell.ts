import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly problem: string
}

/** No program of ours writes these bytes. */
const [betweenParts, atEnd] = ['\u0001', '\u0002']

/**
 * A shell that stays and runs one program after the other. Starting programs is most of what changing hundreds of namespaces costs, and
 * a small process starts them at a fraction of what Node takes.
 */
export class Shell {
  readonly #shell: ChildProcessWithoutNullStreams
  readonly #inputFile: string
  readonly #problemFile: string
  #input: string | undefined
  #text = ''
  #waiting: { resolve: (ended: Ended) => void; reject: (error: Error) => void } | undefined
  #hasEnded = false

  /** @param folder where programs' input and standard error are kept; of this shell alone */
  constructor(folder: string) {
    this.#inputFile = join(folder, 'input')
    this.#problemFile = join(folder, 'problem')
    this.#shell = spawn('sh', { stdio: 'pipe' })
    this.#shell.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text))
    this.#shell.stdin.on('error', () => {})
    this.#shell.stderr.resume()
    this.#shell.once('error', error => this.#end(error))
    this.#shell.once('close', () => this.#end(new Error('the shell has ended')))
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /**
   * One program at a time, with its standard input.
   * @throws Error when the shell itself has ended
   */
  run(argv: readonly string[], input: string): Promise<Ended> {
    if (this.#hasEnded) return Promise.reject(new Error('the shell has ended'))
    // Hundreds of namespaces get the same few documents.
    if (input !== this.#input) writeFileSync(this.#inputFile, input)
    this.#input = input
    const [from, problem] = [quoted(this.#inputFile), quoted(this.#problemFile)]
    const program = argv.map(quoted).join(' ')
    const { promise, resolve, reject } = Promise.withResolvers<Ended>()
    this.#waiting = { resolve, reject }
    this.#shell.stdin.write(
      `${program} <${from} 2>${problem}; printf '\\001%s\\001' $?; [ -s ${problem} ] && cat ${problem}; printf '\\002'\n`,
    )
    return promise
  }

  /** Ends once the program that runs has. */
  close(): void {
    this.#shell.stdin.end()
  }

  #read(text: string): void {
    this.#text += text
    if (!text.endsWith(atEnd)) return
    const [output, code, problem] = this.#text.slice(0, -1).split(betweenParts)
    this.#text = ''
    this.#waiting?.resolve({ code: Number(code), output: output!, problem: problem! })
    this.#waiting = undefined
  }

  #end(error: Error): void {
    this.#hasEnded = true
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
