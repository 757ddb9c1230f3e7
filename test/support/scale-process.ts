import { join } from 'node:path'
import { execa } from 'execa'
import { createStageTimes } from '../../harness/checkers/load-window.ts'
import type { Span } from '../../harness/checkers/noise-track.ts'
import { readHistory } from '../../harness/history/reader.ts'
import { historyFile } from '../../harness/history/writer.ts'
import type { Verdict } from '../../model/verdict.ts'

/** A run of `scale` in a process of its own, so that nothing of its parent belongs to it. */
export async function scaleProcess(
  ...args: string[]
): Promise<{ readonly verdict: Verdict; readonly directory: string; readonly load: Span }> {
  const { stdout, stderr } = await execa(process.execPath, ['harness/main.ts', 'scale', ...args, '--json'], {
    reject: false,
  })
  const verdict = JSON.parse(stdout) as Verdict & { readonly directory: string }
  const times = createStageTimes()
  for await (const event of readHistory(join(verdict.directory, historyFile)))
    if (event.type === 'stage') times.add(event)
  const load = times.load()
  if (load === undefined) throw new Error(`the run had no load: ${stderr}`)
  return { verdict, directory: verdict.directory, load: { from: load.beganAt, to: load.endedAt } }
}
