import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { backend } from '../backend.ts'
import { healPatiently, healWithinMs } from './heal-patiently.ts'
import { describeHealed, healRun } from './heal-run.ts'

/* `guardian-main.ts RUN DIRECTORY IMAGE`: see guardian.ts. It says what it did in guardian.log of the run directory. */

const [run = '', directory = '', image = ''] = process.argv.slice(2)
const log = (line: string) =>
  appendFile(join(directory, 'guardian.log'), `${new Date().toISOString()} ${line}\n`).catch(() => {})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
const said = await text(process.stdin).catch(() => '')
if (said !== 'done') {
  await log(said === 'rest' ? 'the run ended with faults left to undo' : 'the harness is gone: healing')
  const isHealed = await healPatiently({
    attempt: async () => {
      const engine = await backend.connect({ provision: false, log: () => {} })
      const healed = await healRun(engine, { run, directory, image })
      await log(healed ? describeHealed(run, healed) : 'nothing to undo')
      return healed?.failed ?? []
    },
    log,
    next: `npm run heal -- ${run}`,
    withinMs: healWithinMs,
  })
  if (!isHealed) process.exitCode = 1
}
