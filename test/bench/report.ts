/**
 * Usage: npm run bench:report [-- hour day stuck judged] [--seconds N]. How long a report takes, how large it is and how much memory its making takes:
 * hour: an hour's run of 20 nodes at 200 TPS; day: 24 hours of 8 nodes; stuck: the same with a node that never decides
 * anything, so that no transaction is ever everywhere; judged: the same without a verdict.json, so that it is judged first. Histories of
 * a day come through a pipe, for they are gigabytes, unless they are read more than once. `--seconds N` shortens them all.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { createRunDirectory, writeInputs } from '../../harness/records/directory.ts'
import { writeReport } from '../../harness/report/write.ts'
import { planOf } from '../support/plan.ts'
import { recordedVerdict } from '../support/run-directory.ts'
import { type SyntheticRun, syntheticHistory } from '../support/synthetic-history.ts'
import { emit } from './machine-facts.ts'

/** As npm run report has it: what a line leaves behind is garbage at once, and V8 would give it 96 MB. */
const youngGeneration = '--max-semi-space-size=8'

/** A node of a real network tells its decisions in about this many lines a second. */
const lines = 6
const sizes: Readonly<Record<string, SyntheticRun>> = {
  hour: { nodes: 20, tps: 200, seconds: 3600, lines },
  day: { nodes: 8, tps: 200, seconds: 86_400, lines, isUneven: true },
  stuck: { nodes: 8, tps: 200, seconds: 86_400, lines, isLastSilent: true, isUneven: true },
  judged: { nodes: 8, tps: 200, seconds: 86_400, lines, isLastSilent: true, isUneven: true },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' } },
})
const [mode, ...rest] = positionals
const seconds = values.seconds === undefined ? [] : [`--seconds=${values.seconds}`]
if (mode === 'write') await writeHistory(sizeOf(rest[0]!), rest[1]!)
else if (mode === 'build') await build(rest[0]!)
else {
  // A process each: the most memory that one ever held is not given back in its count.
  for (const name of mode === undefined ? Object.keys(sizes) : [mode, ...rest])
    await execa(process.execPath, [youngGeneration, import.meta.filename, 'build', name, ...seconds], {
      stdio: 'inherit',
    })
}

function sizeOf(name: string): SyntheticRun {
  const size = sizes[name]!
  return values.seconds === undefined ? size : { ...size, seconds: Number(values.seconds) }
}

async function writeHistory(run: SyntheticRun, file: string): Promise<void> {
  const output = createWriteStream(file)
  let chunk = ''
  for (const event of syntheticHistory(run)) {
    chunk += `${JSON.stringify(event)}\n`
    if (chunk.length < 1 << 20) continue
    if (!output.write(chunk)) await once(output, 'drain')
    chunk = ''
  }
  output.end(chunk)
  await once(output, 'close')
}

async function build(name: string): Promise<void> {
  const run = sizeOf(name)
  const root = await mkdtemp(join(tmpdir(), 'whiteout-bench-'))
  try {
    const { directory } = await createRunDirectory(root, 'bench')
    await writeInputs(directory, planOf(run.nodes), '')
    if (name !== 'judged') await writeFile(join(directory, 'verdict.json'), JSON.stringify(recordedVerdict))
    const history = join(directory, 'history.ndjson')
    const write = () => execa(process.execPath, [import.meta.filename, 'write', name, history, ...seconds])
    // An hour is measured from disk, as a run leaves it; nobody has to write it meanwhile. A pipe can be read once.
    const isPiped = name === 'day' || name === 'stuck'
    if (isPiped) await execa('mkfifo', [history])
    const writing = write()
    if (!isPiped) await writing
    const historyMB = isPiped ? undefined : Math.round((await stat(history)).size / 1e6)
    const before = process.resourceUsage().maxRSS
    const beganAt = performance.now()
    await writeReport(directory)
    const buildSeconds = Number(((performance.now() - beganAt) / 1000).toFixed(1))
    await writing
    const pageMB = Number(((await stat(join(directory, 'report.html'))).size / 1e6).toFixed(2))
    const rssMB = Math.round(process.resourceUsage().maxRSS / 1024)
    emit('report', {
      name,
      ...run,
      historyMB,
      buildSeconds,
      pageMB,
      rssMB,
      rssBeforeMB: Math.round(before / 1024),
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}
