import { ensureMonitoringImages, type MonitoringImages } from '../../../compose/images/monitoring.ts'
import { ensureImages, type Images } from '../../../compose/images.ts'
import { preflightFaults } from '../../../compose/preflight/fault-needs.ts'
import { inStage, type RunContext } from '../context.ts'

/** What a run needs, and what watches it. */
export type RunImages = Images & { readonly monitoring: MonitoringImages | undefined }

/** Makes sure the engine has the images of these very sources, and, looking from one of them, that it can make the faults. */
export async function imagesStage(context: RunContext): Promise<RunImages> {
  const { engine, plan, provision, metrics, interrupts, reporter } = context
  return inStage(context, 'images', async () => {
    const options = {
      ...{ engine, provision, signal: interrupts.stop },
      log: (line: string) => reporter.line(line),
    }
    const images = await ensureImages(options)
    await preflightFaults(plan.scenario.faults, engine, images.shaper)
    return { ...images, monitoring: metrics ? await ensureMonitoringImages(options) : undefined }
  })
}
