import { constants } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, sep } from 'node:path'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import { historyFile } from '../history/writer.ts'
import { listRuns } from './catalogue.ts'
import { indexPage } from './index-page.ts'
import { type PageAssets, readPageAssets } from './page-assets.ts'
import { runMarks } from './sources.ts'
import { reportFiles, writeReport } from './write.ts'

/** Reports are for whoever sits at this machine: run directories hold keys and tokens beside them. */
const address = '127.0.0.1'

/** All that is ever served of a run, with its type. Everything else in a run directory, secrets among it, has no URL. */
const served: Readonly<Record<string, string>> = {
  [reportFiles.page]: 'text/html; charset=utf-8',
  [reportFiles.data]: 'application/json',
  [reportFiles.junit]: 'application/xml',
  [reportFiles.summary]: 'text/markdown; charset=utf-8',
  'verdict.json': 'application/json',
}

const plainText = 'text/plain; charset=utf-8'

const headers = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const

export interface ReportServer extends AsyncDisposable {
  readonly url: string
}

/**
 * Serves the reports of all runs below `root`. A run that has no report yet gets one when it is asked for.
 * @throws HarnessError `port-taken`
 */
export async function serveReports({ root, port }: { root: string; port: number }): Promise<ReportServer> {
  const site = new ReportSite(root, await readPageAssets())
  const server = createServer((request, response) => {
    site.answer(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy()
      else send(response, 500, plainText, `${error.message}\n`)
    })
  })
  await listen(server, port)
  const { port: actual } = server.address() as AddressInfo
  return {
    url: `http://${address}:${actual}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new HarnessError({
          code: cause.code === 'EADDRINUSE' ? 'port-taken' : 'not-listening',
          message: `cannot listen on ${address}:${port}: ${cause.code === 'EADDRINUSE' ? 'the port is taken' : cause.message}`,
          next: 'choose another with --port, or --port 0 for a free one',
          exitCode: exitCodes.unavailable,
          cause,
        }),
      ),
    )
    server.listen(port, address, resolve)
  })
}

class ReportSite {
  readonly #root: string
  readonly #assets: PageAssets
  /** Reports being made: a page that is asked for twice is made once. */
  readonly #making = new Map<string, Promise<unknown>>()

  constructor(root: string, assets: PageAssets) {
    this.#root = root
    this.#assets = assets
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const plain = (status: number, text: string) => send(response, status, plainText, `${text}\n`)
    // A page of the internet whose name was made to point here would name itself.
    if (!isOwnHost(request.headers.host)) return plain(403, 'this server answers to 127.0.0.1 only')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, plainText, 'GET and HEAD only\n', { allow: 'GET, HEAD' })
    const [path] = (request.url ?? '').split('?')
    if (path === '/')
      return send(
        response,
        200,
        served[reportFiles.page]!,
        indexPage(await listRuns(this.#root), this.#assets),
      )
    const match = /^\/runs\/([^/]+)\/([^/]+)$/.exec(path ?? '')
    const run = match === null ? undefined : decoded(match[1]!)
    const file = match?.[2]
    if (run === undefined || file === undefined || !Object.hasOwn(served, file))
      return plain(404, 'there is no such page')
    const content = await this.#read(run, file)
    if (content === undefined) return plain(404, 'there is no such run')
    send(response, 200, served[file]!, content)
  }

  async #read(run: string, file: string): Promise<Buffer | undefined> {
    const directory = await this.#directoryOf(run)
    if (directory === undefined) return undefined
    const isReport = Object.values<string>(reportFiles).includes(file)
    const found = await readWithoutLinks(join(directory, file))
    if (!isReport || (found !== undefined && !(await isOutdated(directory, file)))) return found
    if (found === undefined && (await exists(join(directory, file)))) return undefined
    await this.#make(directory)
    return readWithoutLinks(join(directory, file))
  }

  /** The real directory of a run, undefined unless it lies directly in the real root. `latest` does. */
  async #directoryOf(run: string): Promise<string | undefined> {
    if (run.includes('/') || run.includes('\\') || run.includes('\0') || run.startsWith('.')) return undefined
    const [root, directory] = await Promise.all(
      [this.#root, join(this.#root, run)].map(path => realpath(path).catch(() => undefined)),
    )
    if (root === undefined || directory === undefined) return undefined
    if (!directory.startsWith(root + sep) || directory.slice(root.length + 1).includes(sep)) return undefined
    const marks = await Promise.all(runMarks.map(mark => exists(join(directory, mark))))
    return marks.includes(true) ? directory : undefined
  }

  async #make(directory: string): Promise<void> {
    const making = this.#making.get(directory) ?? writeReport(directory)
    this.#making.set(directory, making)
    await making.finally(() => this.#making.delete(directory))
  }
}

/** A file that is one itself: a link could lead anywhere. */
async function readWithoutLinks(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    return (await file.stat()).isFile() ? await file.readFile() : undefined
  } catch {
    return undefined
  }
}

/** Whether the run went on after this was written, or its history is gone, and what was said of it with it. */
async function isOutdated(directory: string, file: string): Promise<boolean> {
  const [written, recorded] = await Promise.all(
    [file, historyFile].map(name => stat(join(directory, name)).catch(() => undefined)),
  )
  return written !== undefined && (recorded === undefined || recorded.mtimeMs > written.mtimeMs)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function isOwnHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '')
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
  more: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    ...more,
    'content-type': type,
    'content-length': Buffer.byteLength(content),
  })
  response.end(content)
}
