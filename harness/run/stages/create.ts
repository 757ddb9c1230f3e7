import type { RunningNetwork } from '../../../model/backend.ts'
import { openUndo } from '../../session/undo.ts'
import { systemOf } from '../../systems/index.ts'
import { inStage, note, type RunContext } from '../context.ts'
import type { RunImages } from './images.ts'

/** Creates and starts every container. What was started is taken down again when one cannot be. */
export async function createStage(context: RunContext, images: RunImages): Promise<RunningNetwork> {
  const { engine, driverPort, run, plan, directory, token, clock, interrupts, reporter } = context
  const log = (line: string) => note(context, 'warning', line)
  return inStage(context, 'create', async () =>
    engine.up(
      {
        run,
        plan,
        system: systemOf(plan.scenario),
        directory,
        token,
        clock,
        journal: await openUndo(directory, engine.id),
      },
      {
        ...{ images, watchers: images.watchers, driverPort, log, signal: interrupts.stop },
        onProgress: ({ created, started, total }) =>
          reporter.progress(`created ${created}/${total}, started ${started}/${total}`, started / total),
      },
    ),
  )
}
