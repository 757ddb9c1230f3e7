import { ensureMonitoringImages, type MonitoringImages } from '../../../compose/images/monitoring.ts'
import { requireImages } from '../../../compose/images/require.ts'
import { ensureImages, type Images } from '../../../compose/images.ts'
import { systemOf } from '../../systems/index.ts'
import { inStage, type RunContext } from '../context.ts'

/** Images of nodes and helpers, and those of what watches them. */
const parts = 2

/** What a run needs, and what watches it. */
export type RunImages = Images & { readonly monitoring: MonitoringImages | undefined }

/** Makes sure the engine has the images of these very sources. */
export async function imagesStage(context: RunContext): Promise<RunImages> {
  const { engine, plan, provision, metrics, interrupts, reporter } = context
  return inStage(context, 'images', async () => {
    const options = {
      ...{ engine, provision, signal: interrupts.stop },
      log: (line: string) => reporter.line(line),
    }
    const done = (part: number, of: string) => reporter.progress(`${of} ${part}/${parts}`, part / parts)
    done(0, 'nodes')
    const images = await ensureImages(options)
    const names = systemOf(plan.scenario).deployment.images(plan)
    await requireImages(names, options)
    done(1, 'metrics')
    const monitoring = metrics ? await ensureMonitoringImages(options) : undefined
    reporter.progress(describeImages(monitoring), 1)
    return { ...images, monitoring }
  })
}

/** Those that are there in the end: what watches a run may not be to be had. */
export function describeImages(monitoring: MonitoringImages | undefined): string {
  const watchers = monitoring ? ['Prometheus', ...(monitoring.grafana ? ['Grafana'] : [])] : []
  return ['nodes', ...watchers].join(', ')
}
