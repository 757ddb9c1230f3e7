import type { Images, WatcherImages } from '../../../model/ports/backend.ts'
import { systemOf } from '../../systems/index.ts'
import { inStage, type RunContext } from '../context.ts'

/** Images of nodes and helpers, and those of what watches them. */
const parts = 2

/** What a run needs, and what watches it. */
export type RunImages = Images & { readonly watchers: WatcherImages | undefined }

/** Makes sure the engine has the images of these very sources. */
export async function imagesStage(context: RunContext): Promise<RunImages> {
  const { engine, plan, provision, metrics, interrupts, reporter } = context
  return inStage(context, 'images', async () => {
    const options = {
      ...{ provision, signal: interrupts.stop },
      log: (line: string) => reporter.line(line),
    }
    const done = (part: number, of: string) => reporter.progress(`${of} ${part}/${parts}`, part / parts)
    done(0, 'nodes')
    const others = systemOf(plan.scenario).deployment.images(plan)
    const images = await engine.ensureImages({ ...options, others })
    done(1, 'metrics')
    const watchers = metrics ? await engine.ensureWatchers(options) : undefined
    reporter.progress(describeImages(watchers), 1)
    return { ...images, watchers }
  })
}

/** Those that are there in the end: what watches a run may not be to be had. */
export function describeImages(watchers: WatcherImages | undefined): string {
  const watching = watchers ? ['Prometheus', ...(watchers.grafana ? ['Grafana'] : [])] : []
  return ['nodes', ...watching].join(', ')
}
