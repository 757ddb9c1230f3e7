import type { Reporter } from '../../run/reporter.ts'
import { lineReporter } from './lines.ts'
import { liveReporter } from './live.ts'
import type { Output } from './output.ts'

/** A terminal narrower than this, or one that does not know its width, would break every line of a view. */
const columnsMin = 40

/** A live view on a terminal, plain lines anywhere else. */
export function createReporter(output: Output): Reporter {
  const { isTTY, columns = 0 } = output.streams.stderr as Partial<NodeJS.WriteStream>
  const isLive = isTTY === true && columns >= columnsMin && !output.quiet && process.env.CI === undefined
  return isLive ? liveReporter(output) : lineReporter(output)
}
