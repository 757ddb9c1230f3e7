import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { HarnessError } from '../../model/errors.ts'

export type BuildFile = { readonly content: Uint8Array | string; readonly executable?: boolean }

/** Building takes seconds, unless its packages come from a slow mirror. */
const buildWithinMs = 10 * 60_000

/** Every image of ours carries this label with what it is for, and is found and pruned by it. */
export const imageLabel = 'whiteout.image'

/**
 * Builds one image with the engine's classic builder, which every engine has, from files in memory.
 *
 * @throws HarnessError `image-build` or `disk-full` with the last lines of the build.
 */
export async function buildImage(options: {
  readonly docker: Docker
  readonly tag: string
  readonly purpose: string
  readonly dockerfile: string
  readonly files: Readonly<Record<string, BuildFile>>
  readonly arguments?: Readonly<Record<string, string>>
  /** True when a step of the build fetches packages. Without, no network is set up for its steps. */
  readonly needsNetwork: boolean
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  const { docker, tag, signal } = options
  const within = AbortSignal.timeout(buildWithinMs)
  const lines: string[] = []
  try {
    const stream = await docker.buildImage(
      context(options.dockerfile, options.files) as unknown as NodeJS.ReadableStream,
      {
        t: tag,
        buildargs: { ...options.arguments },
        ...(options.needsNetwork ? {} : { networkmode: 'none' }),
        labels: { [imageLabel]: options.purpose },
        rm: true,
        forcerm: true,
        abortSignal: signal ? AbortSignal.any([signal, within]) : within,
      },
    )
    await follow(docker, stream as Readable, lines)
  } catch (cause) {
    signal?.throwIfAborted()
    throw imageError(`building the image ${tag} failed`, lines, cause)
  }
}

/** Waits for the end of an engine's progress stream (build, pull, import) and keeps its last lines in `lines`. */
export function follow(docker: Docker, stream: NodeJS.ReadableStream, lines: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const onProgress = (event: { stream?: string; status?: string; error?: string }) => {
      const line = (event.error ?? event.stream ?? event.status ?? '').trim()
      if (line !== '') lines.push(line)
      if (lines.length > 20) lines.shift()
    }
    docker.modem.followProgress(
      stream,
      (error: Error | null, events: { error?: string }[] | null) => {
        const failed = error?.message ?? events?.find(event => event.error !== undefined)?.error
        if (failed === undefined) resolve()
        else reject(new Error(failed))
      },
      onProgress,
    )
  })
}

/** One error for whatever goes wrong with an image; a full disk has a next step of its own. */
export function imageError(what: string, lines: readonly string[], cause: unknown): HarnessError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const isFull = /no space left on device/i.test(reason) || lines.some(line => /no space left/i.test(line))
  const detail = lines.length > 0 ? `; the last lines:\n${lines.map(line => `  ${line}`).join('\n')}` : ''
  return new HarnessError({
    code: isFull ? 'disk-full' : 'image-build',
    message: `${what}: ${isFull ? 'the disk is full' : reason}${detail}`,
    next: isFull
      ? 'free space where the engine keeps its data ("docker system df", then "docker system prune"), then try again'
      : 'try again; when it stays, "npm run doctor" tells what the engine lacks',
    exitCode: 69,
    cause,
  })
}

function context(dockerfile: string, files: Readonly<Record<string, BuildFile>>) {
  const archive = pack()
  archive.entry({ name: 'Dockerfile' }, dockerfile)
  for (const [name, file] of Object.entries(files)) {
    const content = typeof file.content === 'string' ? Buffer.from(file.content) : Buffer.from(file.content)
    // A fixed time keeps the builder's layer cache valid between runs.
    archive.entry({ name, mode: file.executable ? 0o755 : 0o644, mtime: new Date(0) }, content)
  }
  archive.finalize()
  return archive
}
