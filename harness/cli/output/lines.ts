import type { Reporter } from '../../run/reporter.ts'
import type { Output } from './output.ts'

/** A file or CI log wants to know that it goes on, not every change. */
const progressEveryMs = 5000

/** Progress as plain lines with the time, for anything that is not a terminal. */
export function lineReporter(output: Output, now: () => Date = () => new Date()): Reporter {
  let stage = ''
  let stageBegan = 0
  let toldAt = 0
  const tell = (text: string) => output.tell(`${now().toISOString().slice(11, 19)} ${text}`)
  return {
    stage: (name, state, detail) => {
      if (state === 'begin') {
        stage = name
        stageBegan = now().getTime()
        toldAt = stageBegan
        tell(name)
      } else if (state === 'end')
        tell(`${name} done in ${((now().getTime() - stageBegan) / 1000).toFixed(1)} s`)
      else tell(`${name} failed: ${detail?.split('\n')[0] ?? ''}`)
    },
    progress: text => {
      if (now().getTime() - toldAt < progressEveryMs) return
      toldAt = now().getTime()
      tell(`${stage}: ${text}`)
    },
    line: tell,
    close: async () => {},
  }
}
