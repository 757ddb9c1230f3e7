import { setTimeout as pause } from 'node:timers/promises'
import Docker from 'dockerode'
import type { MachineFiles } from './disk.ts'
import { type Qemu, startQemu } from './qemu.ts'

/** A virtual machine whose kernel has netem, and the Docker Engine inside it. Disposing of it leaves nothing behind. */
export interface Machine extends AsyncDisposable {
  readonly docker: Docker
  /** For DOCKER_HOST. */
  readonly dockerHost: string
  /** The last lines of its console, for error messages. */
  readonly console: () => string
  /** Ends it in order, so that a disk that keeps its changes is whole. */
  readonly powerOff: () => Promise<void>
}

/** Measured: 5 s on an idle machine, 22 s where each core had fifteen others to serve. */
const answersWithinMs = 180_000
const powerOffWithinMs = 60_000

/** A request that comes before the machine has its address waits for ever. */
const answerWithinMs = 2_000
const pollEveryMs = 100

/** dockerode takes a signal here; its types do not know. */
type AbortablePing = { ping(options: { abortSignal: AbortSignal }): Promise<unknown> }

/**
 * Starts a machine and waits for its engine.
 *
 * @throws Error with the last lines of the console when it does not answer
 */
export async function boot(options: {
  readonly files: Pick<MachineFiles, 'kernel' | 'disk'>
  readonly keepsChanges: boolean
}): Promise<Machine> {
  const qemu = await startQemu(options)
  const docker = new Docker({ protocol: 'http', host: '127.0.0.1', port: qemu.port })
  try {
    await engineAnswers(docker, qemu)
  } catch (error) {
    await qemu.kill()
    throw error
  }
  return {
    docker,
    dockerHost: `tcp://127.0.0.1:${qemu.port}`,
    console: qemu.console,
    powerOff: () => qemu.powerOff(powerOffWithinMs),
    [Symbol.asyncDispose]: qemu.kill,
  }
}

async function engineAnswers(docker: Docker, qemu: Qemu): Promise<void> {
  const deadline = Date.now() + answersWithinMs
  for (;;) {
    if (qemu.hasEnded()) throw failure('ended before its engine answered', qemu)
    if (Date.now() > deadline)
      throw failure(`has no engine that answers after ${answersWithinMs / 1000} s`, qemu)
    const signal = AbortSignal.timeout(answerWithinMs)
    const answers = await (docker as unknown as AbortablePing).ping({ abortSignal: signal }).then(
      () => true,
      () => false,
    )
    if (answers) return
    await pause(pollEveryMs)
  }
}

function failure(what: string, qemu: Qemu): Error {
  return new Error(`the virtual machine ${what}; the last lines of its console:\n${qemu.console()}`)
}
