import { composeBackend } from '../../../compose/backend.ts'
import type { Images } from '../../../compose/images.ts'
import type { RunningNetwork } from '../../../model/backend.ts'
import { inStage, note, type RunContext } from '../context.ts'

/** Creates and starts every container. What was started is taken down again when one cannot be. */
export async function createStage(context: RunContext, images: Images): Promise<RunningNetwork> {
  const { engine, driverPort, run, plan, directory, token, interrupts, reporter } = context
  const backend = composeBackend({ engine, images, driverPort, log: line => note(context, 'warning', line) })
  return inStage(context, 'create', () =>
    backend.up(
      { run, plan, directory, token },
      {
        signal: interrupts.stop,
        onProgress: ({ created, started, total }) =>
          reporter.progress(`created ${created}/${total}, started ${started}/${total}`),
      },
    ),
  )
}
