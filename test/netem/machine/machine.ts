import type { Log } from '../../../compose/engine/apt.ts'
import { boot, type Machine } from './boot.ts'
import { ensureFiles, type MachineFiles } from './disk.ts'
import { type ImageSource, loadImage } from './load-image.ts'
import { preparedDisk } from './prepared-disk.ts'
import { ensureTools, requireLinux, toolsToRun } from './tools.ts'

export type { Machine } from './boot.ts'

/**
 * Everything that has to be here before a machine can start.
 *
 * @throws Missing when this machine lacks something and cannot get it
 */
export async function ensureMachine(log: Log): Promise<MachineFiles> {
  requireLinux()
  await ensureTools(toolsToRun, log)
  return ensureFiles(log)
}

/**
 * Starts a virtual machine whose kernel has netem and waits for its engine, which has `image`, when one is given.
 *
 * @throws Missing when this machine lacks something and cannot get it; Error with the console's last lines when it does not come up
 */
export async function startMachine(options: {
  readonly log: Log
  readonly image?: ImageSource
}): Promise<Machine> {
  const { log, image } = options
  const files = await ensureMachine(log)
  const disk = image === undefined ? files.disk : await preparedDisk(files, image, log)
  const machine = await boot({ files: { ...files, disk }, keepsChanges: false })
  try {
    if (image !== undefined) await loadImage(image, machine.docker)
  } catch (cause) {
    await machine[Symbol.asyncDispose]()
    throw new Error(`${image?.name} cannot be loaded; the last lines of the console:\n${machine.console()}`, {
      cause,
    })
  }
  return machine
}
