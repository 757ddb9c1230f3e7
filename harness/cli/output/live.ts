import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from 'listr2'
import type { ReportedStage, Reporter } from '../../run/reporter.ts'
import type { Output } from './output.ts'

/** Lines about a stage that stay in view below it. */
const linesMax = 8

/** One stage as the view shows it; calls may come before its turn on the screen. */
interface Shown {
  readonly stage: ReportedStage
  readonly done: PromiseWithResolvers<void>
  task: ListrTaskWrapper<unknown, never, never> | undefined
  progress: string
  /** How much of it is done; undefined where that is not known, and once it is over. */
  share: number | undefined
  lines: string[]
}

/** Progress as a list of stages on a terminal: the present one turns, and its title says how far it is. */
export function liveReporter(output: Output): Reporter {
  let shown: Shown | undefined
  let views: Promise<void> = Promise.resolve()
  return {
    stage: (stage, state, detail) => {
      if (state === 'begin') {
        const begun: Shown = {
          stage,
          done: Promise.withResolvers(),
          task: undefined,
          progress: '',
          share: undefined,
          lines: [],
        }
        shown = begun
        views = views.then(() => view(begun, output)).catch(() => {})
        return
      }
      if (state === 'end') {
        // What is never decided keeps the last share below one: a bar that stands would look as if something were missing.
        if (shown !== undefined) show(shown, shown.progress, undefined)
        shown?.done.resolve()
      } else shown?.done.reject(new Error(`${stage}: ${detail?.split('\n')[0] ?? 'failed'}`))
      shown = undefined
    },
    progress: (text, share) => {
      if (shown !== undefined) show(shown, text, share)
    },
    line: text => {
      if (shown === undefined) output.tell(text)
      else if (shown.task === undefined) shown.lines.push(text)
      else shown.task.output = text
    },
    close: () => views,
  }
}

function show(shown: Shown, progress: string, share: number | undefined): void {
  Object.assign(shown, { progress, share })
  if (shown.task !== undefined) shown.task.title = titleOf(shown)
}

/** Without this listr2 looks whether standard output is a terminal, which may be a file while the view goes to standard error. */
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true
}

async function view(shown: Shown, { streams }: Output): Promise<void> {
  const stderr = streams.stderr as NodeJS.WriteStream
  // The run itself listens to Ctrl-C: a view that ends the process would leave the network up.
  const options = { registerSignalListeners: false, exitOnError: false, renderer: TerminalRenderer } as const
  const rendererOptions = {
    logger: new ListrLogger({
      useIcons: true,
      processOutput: new ProcessOutput(stderr, stderr, { dump: ['stderr'] }),
    }),
    collapseErrors: false,
    removeEmptyLines: true,
  }
  await new Listr(
    [
      {
        title: titleOf(shown),
        task: async (_context, task) => {
          shown.task = task as never
          task.title = titleOf(shown)
          for (const line of shown.lines) task.output = line
          await shown.done.promise
        },
        rendererOptions: { outputBar: linesMax, persistentOutput: true },
      },
    ],
    { ...options, rendererOptions },
  ).run()
}

function titleOf({ stage, progress, share }: Shown): string {
  const told = share === undefined ? progress : `${bar(share)} ${progress}`
  return told === '' ? stage : `${stage}  ${told}`
}

const barCells = 20

/** `█████░░░░░░░░░░░░░░░` of a share from 0 to 1. */
export function bar(share: number): string {
  const full = Math.floor(Math.min(1, Math.max(0, share || 0)) * barCells)
  return '█'.repeat(full) + '░'.repeat(barCells - full)
}
