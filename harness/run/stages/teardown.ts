import type { RunningNetwork } from '../../../model/backend.ts'
import { writeOwner } from '../../session/owner.ts'
import { clearUndo } from '../../session/undo.ts'
import { inStage, note, type RunContext } from '../context.ts'

/** Takes the network down, or leaves it up and writes down that this is meant. */
export async function teardownStage(context: RunContext, network: RunningNetwork): Promise<void> {
  if (context.keep) {
    network.keep()
    await writeOwner(context.directory, 'kept')
    return
  }
  await inStage(context, 'teardown', async () => {
    await network[Symbol.asyncDispose]()
    await clearUndo(context.directory)
  }).catch(error => {
    // The run is over and its evidence is here: a container that cannot be removed must not hide the verdict.
    note(context, 'error', `the network could not be removed: ${error.message}; retry with "npm run down"`)
  })
}
