import { ensureImages, type Images } from '../../../compose/images.ts'
import { inStage, type RunContext } from '../context.ts'

/** Makes sure the engine has the images of these very sources. */
export async function imagesStage(context: RunContext): Promise<Images> {
  const { engine, provision, interrupts, reporter } = context
  return inStage(context, 'images', () =>
    ensureImages({ engine, provision, signal: interrupts.stop, log: line => reporter.line(line) }),
  )
}
