import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Heals a run when the process that plays its faults is gone, whatever killed it. */
export interface Guardian extends AsyncDisposable {
  readonly pid: number
  /** Leaves to it what this process could not undo: it goes on by itself, and disposing changes nothing any more. */
  handOver(): void
}

/**
 * Starts a process of its own that waits at the other end of a pipe: the kernel closes the pipe when this process dies, even by
 * SIGKILL, and then the run is healed. Disposing tells it that everything is in order.
 */
export function startGuardian(options: {
  readonly run: string
  readonly directory: string
  readonly image: string
}): Guardian {
  const program = fileURLToPath(new URL('guardian-main.ts', import.meta.url))
  // Detached, so that what is sent to the whole process group of a terminal does not end it too.
  const child = spawn(process.execPath, [program, options.run, options.directory, options.image], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  const ended = new Promise<void>(resolve =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  )
  let isOnItsOwn = false
  return {
    pid: child.pid ?? 0,
    handOver: () => {
      isOnItsOwn = true
      child.stdin.on('error', () => {}).end('rest')
    },
    [Symbol.asyncDispose]: async () => {
      if (isOnItsOwn) return
      child.ref()
      child.stdin.on('error', () => {}).end('done')
      await ended
    },
  }
}
