/**
 * Usage: npm run bench:noise [-- NODES [SECONDS]]. Calibrates the measurement of noise with the same run three times: undisturbed, next to a
 * process that keeps one core busy, and next to a container that may use half a core. Each line has what the run found others to take, what
 * the hog took in the same time by the kernel's count, and by how much the measurement is off after what the undisturbed run showed. Nothing
 * else may run on the machine.
 */
import { availableParallelism } from 'node:os'
import { ensureEngine } from '../../compose/engine/engine.ts'
import { ensureImages } from '../../compose/images/images.ts'
import { containerHog, type Hog, processHog } from '../support/hog.ts'
import { scaleProcess } from '../support/scale-process.ts'
import { emit } from './machine-facts.ts'

const [nodes = '8', seconds = '60'] = process.argv.slice(2)
const log = (line: string) => process.stderr.write(`${line}\n`)

async function measure(name: string, hog: Hog | undefined) {
  log(`${name}: ${nodes} nodes for ${seconds} s`)
  const args = ['--nodes', nodes, '--duration', `${seconds}s`, '--seed', 'noise', '--no-metrics']
  const { verdict, load } = await scaleProcess(...args)
  const { noise } = verdict.metrics
  if (noise === null || 'unobservable' in noise)
    throw new Error(`noise cannot be measured here: ${noise?.unobservable ?? 'the run had no sample'}`)
  const capacity = ((load.to - load.from) / 1000) * availableParallelism()
  const hogPercent = hog === undefined ? 0 : (100 * hog.usedIn(load)) / capacity
  return { name, verdict: verdict.verdict, ...noise, hogPercent: Number(hogPercent.toFixed(1)) }
}

const engine = await ensureEngine({ provision: false, log })
const { node: image } = await ensureImages({ engine, log })
const undisturbed = await measure('undisturbed', undefined)
const hogs = {
  'a busy process': () => processHog(),
  'a container of half a core': () => containerHog(engine, image, 0.5),
}
const rows = [{ ...undisturbed, offByPoints: 0 }]
for (const [name, start] of Object.entries(hogs)) {
  await using hog = await start()
  const found = await measure(name, hog)
  const offByPoints = found.othersPercent - undisturbed.othersPercent - found.hogPercent
  rows.push({ ...found, offByPoints: Number(offByPoints.toFixed(1)) })
}
for (const row of rows) emit('noise', row)
console.table(rows)
