import { afterAll, beforeAll, describe } from '@jest/globals'
import { ensureEngine } from '../../../compose/engine/engine.ts'
import { ensureImages } from '../../../compose/images/images.ts'
import { ensureMachine, type Machine, startMachine } from '../machine/machine.ts'
import { Missing } from '../machine/missing.ts'

/** A first time installs an engine, makes images and the machine, and loads the images into it. */
const setUpWithinMs = 20 * 60_000

export interface MachineUnderTest {
  /** `describe`, or `describe.skip` on a computer that cannot have such a machine. */
  readonly inMachine: typeof describe | typeof describe.skip
  readonly machine: Machine
  /** The node image, in the machine's engine. */
  readonly image: string
}

/**
 * One virtual machine with the node image for the tests of a file. On a computer that lacks something and cannot get it,
 * one line says what, and the tests are skipped. A machine that can be had and does not come up fails them.
 */
export async function useMachine(): Promise<MachineUnderTest> {
  const missing = await whatIsMissing()
  const found: { machine?: Machine; image?: string } = {}
  if (missing === undefined) {
    beforeAll(async () => {
      const engine = await ensureEngine({ provision: true, log })
      const { node } = await ensureImages({ engine, log })
      found.machine = await startMachine({ log, image: { docker: engine.docker, name: node } })
      found.image = node
    }, setUpWithinMs)
    afterAll(async () => {
      await found.machine?.[Symbol.asyncDispose]()
    })
  } else log(`test:netem is skipped, for this needs ${missing}`)
  return {
    inMachine: missing === undefined ? describe : describe.skip,
    get machine() {
      return found.machine!
    },
    get image() {
      return found.image!
    },
  }
}

async function whatIsMissing(): Promise<string | undefined> {
  try {
    await ensureMachine(log)
    return undefined
  } catch (error) {
    if (error instanceof Missing) return error.message
    throw error
  }
}

/** Past jest's console, which adds the place of the call to each line. */
function log(line: string): void {
  process.stderr.write(`${line}\n`)
}
