import { once } from 'node:events'
import { relative } from 'node:path'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { runsRoot } from '../../records/directory.ts'
import { findRunDirectory } from '../../records/judge.ts'
import { serveReports } from '../../report/server.ts'
import { runMarks } from '../../report/sources.ts'
import { reportFiles, writeReport } from '../../report/write.ts'
import type { Output } from '../output/output.ts'
import { numberOf } from '../values.ts'
import type { Command, Values } from './command.ts'

const defaultPort = 8080

export const reportCommand: Command = {
  usage: 'report [run]',
  describe: 'write the report of a run again, or serve all reports; needs no engine',
  positionals: { run: 'the id of a run, its directory, or latest' },
  options: {
    serve: { type: 'boolean', default: false, describe: 'serve all reports on 127.0.0.1' },
    port: {
      type: 'string',
      requiresArg: true,
      describe: `with --serve: port of 127.0.0.1, 0 for a free one (default ${defaultPort})`,
    },
  },
  examples: [
    ['npm run report -- latest', 'report.html, report.json, junit.xml and summary.md of the last run'],
    ['npm run report -- --serve', 'all runs, in a browser'],
  ],
  handle: async (values, output) => {
    if (values.serve === true) return serve(values, output)
    if (values.port !== undefined) throw misused('--port requires --serve')
    if (values.run === undefined) throw misused('report needs a run')
    const directory = await findRunDirectory(String(values.run), runMarks)
    const { run, verdict, missing } = await writeReport(directory)
    const place = relative(process.cwd(), directory) || directory
    if (output.json) output.print(JSON.stringify({ run, directory, verdict, missing }))
    else {
      for (const sentence of missing) output.tell(`missing: ${sentence}`)
      for (const file of Object.values(reportFiles)) output.print(`${place}/${file}`)
    }
    return exitCodes.pass
  },
}

async function serve(values: Values, output: Output) {
  if (values.run !== undefined) throw misused('--serve takes no run')
  const port = numberOf(values, 'port', { min: 0, max: 65_535, whole: true }) ?? defaultPort
  await using server = await serveReports({ root: runsRoot, port })
  output.print(output.json ? JSON.stringify({ url: server.url }) : `${server.url} (Ctrl-C ends it)`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  return exitCodes.pass
}

function misused(message: string): HarnessError {
  return new HarnessError({
    code: 'bad-usage',
    message,
    next: 'npm run report -- latest, or npm run report -- --serve',
  })
}
