import { join } from 'node:path'
import { execa } from 'execa'
import type { Span } from '../../harness/checkers/noise-track.ts'
import { readHistory } from '../../harness/history/reader.ts'
import { StageTimes } from '../../harness/history/stage-times.ts'
import { historyFile } from '../../harness/history/writer.ts'
import type { Verdict } from '../../model/verdict.ts'

/** A run of `scale` in a process of its own, so that nothing of its parent belongs to it. The load is told by the clock on the wall. */
export async function scaleProcess(
  ...args: string[]
): Promise<{ readonly verdict: Verdict; readonly directory: string; readonly load: Span }> {
  const { stdout, stderr } = await execa(process.execPath, ['harness/main.ts', 'scale', ...args, '--json'], {
    reject: false,
  })
  const verdict = JSON.parse(stdout) as Verdict & { readonly directory: string }
  const times = new StageTimes()
  let originWallMs = Number.NaN
  for await (const event of readHistory(join(verdict.directory, historyFile))) {
    if (event.type === 'begin') originWallMs = event.originWallMs
    if (event.type === 'stage') times.add(event)
  }
  const { load } = times
  if (load === undefined) throw new Error(`the run had no load: ${stderr}`)
  const span = { from: originWallMs + load.beganAt, to: originWallMs + load.endedAt }
  return { verdict, directory: verdict.directory, load: span }
}
