import { ensureImages, type Images } from '../../../compose/images.ts'
import { preflightFaults } from '../../../compose/preflight/fault-needs.ts'
import { inStage, type RunContext } from '../context.ts'

/** Makes sure the engine has the images of these very sources, and, looking from one of them, that it can make the faults. */
export async function imagesStage(context: RunContext): Promise<Images> {
  const { engine, plan, provision, interrupts, reporter } = context
  return inStage(context, 'images', async () => {
    const images = await ensureImages({
      engine,
      provision,
      signal: interrupts.stop,
      log: line => reporter.line(line),
    })
    await preflightFaults(plan.scenario.faults, engine, images.shaper)
    return images
  })
}
