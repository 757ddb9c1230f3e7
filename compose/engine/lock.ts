import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HarnessError } from '../../model/errors.ts'

export type Lock = AsyncDisposable

/**
 * Takes the machine-wide lock `name`, whoever else is on this machine, so that two runs at once do not install, build or prune the
 * same thing. The lock is a listening socket: the kernel frees it when its holder dies, however it dies, so there
 * is no stale lock to clean up. `onWait` is called once when somebody else holds it.
 *
 * @throws HarnessError `lock-timeout` when the holder keeps it for longer than `withinMs`.
 */
export async function takeLock(
  name: string,
  options: {
    readonly withinMs: number
    readonly onWait?: () => void
    readonly signal?: AbortSignal | undefined
    /** What whoever asks is told of the holder; asked anew each time. */
    readonly holder?: (() => object) | undefined
  },
): Promise<Lock> {
  const address = lockAddress(name)
  const deadline = performance.now() + options.withinMs
  let waited = false
  for (;;) {
    options.signal?.throwIfAborted()
    const lock = await listen(address, options.holder)
    if (lock !== undefined) return lock
    if (!waited) options.onWait?.()
    waited = true
    const remainingMs = deadline - performance.now()
    if (remainingMs <= 0) {
      throw new HarnessError({
        code: 'lock-timeout',
        message: `another whiteout process holds the lock "${name}" for more than ${Math.round(options.withinMs / 1000)} s`,
        next: 'look for it with "ps aux | grep whiteout", stop it if it hangs, then try again',
        exitCode: 69,
      })
    }
    await holderGone(address, remainingMs, options.signal)
  }
}

/** So long for an answer of the holder, which is one line. */
const answerWithinMs = 2000

/** What the holder of a lock tells of itself; undefined where nobody has it, or tells nothing that can be read. */
export async function askHolder(name: string): Promise<unknown> {
  const socket = connect(lockAddress(name))
    .setEncoding('utf8')
    .on('error', () => {})
  const timer = setTimeout(() => socket.destroy(), answerWithinMs)
  let said = ''
  try {
    for await (const chunk of socket) {
      said += chunk
      if (said.includes('\n') || said.length > 10_000) break
    }
    return JSON.parse(said)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

/** Linux has abstract sockets, which leave no file behind; elsewhere a socket file in the temporary directory. */
function lockAddress(name: string): string {
  const full = `whiteout-${name}`
  // Padded to the size of sun_path: Node.js before 22 pads the name itself, and both must mean the same lock.
  return process.platform === 'linux' ? `\0${full}`.padEnd(108, '\0') : join(tmpdir(), `${full}.lock`)
}

/** Listens on `address`; undefined when somebody else does. */
async function listen(address: string, holder?: () => object): Promise<Lock | undefined> {
  const waiters = new Set<Socket>()
  const server = createServer(socket => {
    waiters.add(socket)
    socket.on('error', () => {}).on('close', () => waiters.delete(socket))
    if (holder !== undefined) socket.write(`${JSON.stringify(holder())}\n`)
  })
  try {
    server.listen(address)
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
  // A forgotten lock must not keep the process alive.
  server.unref()
  return {
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const waiter of waiters) waiter.destroy()
      await closed
    },
  }
}

/** Resolves when the present holder lets go (its end of the connection closes) or `withinMs` have passed. */
async function holderGone(address: string, withinMs: number, signal?: AbortSignal): Promise<void> {
  const socket = connect(address).resume()
  const stop = AbortSignal.any([AbortSignal.timeout(Math.ceil(withinMs)), ...(signal ? [signal] : [])])
  const onStop = () => socket.destroy()
  stop.addEventListener('abort', onStop)
  if (stop.aborted) onStop()
  let refused = false
  socket.on('error', () => {
    refused = true
  })
  await new Promise(resolve => socket.on('close', resolve))
  stop.removeEventListener('abort', onStop)
  // A socket file whose holder was killed stays behind and refuses: nobody holds it any more.
  if (refused && !address.startsWith('\0')) await rm(address, { force: true })
}
