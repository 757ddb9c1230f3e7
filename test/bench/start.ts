import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bundlePrograms, programs } from '../../compose/images/bundle.ts'
import { writeInputs } from '../../harness/records/directory.ts'
import { nodeCommand } from '../../harness/systems/reference.ts'
import { tokenVariable } from '../../model/node-config.ts'
import { planOf } from '../support/plan.ts'
import { emit } from './machine-facts.ts'

// CPU that a node takes until it answers HTTP, as a plain process. Usage: npm run bench:start [-- ROUNDS]

const rounds = Number(process.argv[2] ?? 7)
const folder = await mkdtemp(join(tmpdir(), 'whiteout-start-'))
/** As for the image: it holds compiled code after the first start. */
const cache = join(folder, 'compile-cache')

interface Measured {
  readonly what: string
  readonly args: readonly string[]
  /** Where it answers; left out, it ends by itself. */
  readonly url?: string
  readonly isCached?: boolean
}

const bundle = join(folder, 'node.mjs')
for (const [name, content] of Object.entries(await bundlePrograms(programs))) {
  await writeFile(join(folder, name), content)
}
/** Those of a network of 500, for both sizes. */
const flags = nodeCommand(planOf(500)).slice(1, -1)
const small = await started(20)
const large = await started(500)
const measured: Measured[] = [
  { what: 'Node.js alone', args: [...flags, '-e', '0'] },
  { what: '+ bundle', args: [...flags, bundle] },
  { what: '+ bundle, compiled code cached', args: [...flags, bundle], isCached: true },
  { what: 'node of 20 until it answers', ...small, isCached: true },
  { what: 'node of 500 until it answers', ...large, isCached: true },
]
const figures = new Map(measured.map(({ what }) => [what, [] as number[]]))
try {
  // In turn, so that what else the machine does hits all alike; the first round fills the cache.
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of measured) {
      const cpuMs = await cpuOf(one)
      if (round > 0) figures.get(one.what)!.push(cpuMs)
    }
  }
} finally {
  await rm(folder, { recursive: true })
}
const rows = [...figures].map(([what, cpuMs]) => ({ what, medianCpuMs: median(cpuMs) }))
emit('start', { rounds, rows })
console.table(rows)

/** The command of one node of a network, whose addresses are moved into 127.0.0.0/8 so that they are of this machine. */
async function started(nodes: number): Promise<Pick<Measured, 'args' | 'url'>> {
  const plan = planOf(nodes)
  const directory = join(folder, `run-${nodes}`)
  await mkdir(join(directory, 'nodes'), { recursive: true })
  await writeInputs(directory, plan, '')
  const genesis = join(directory, 'genesis.json')
  await writeFile(genesis, (await readFile(genesis, 'utf8')).replaceAll('"10.', '"127.'))
  const node = plan.nodes[nodes / 2]!
  const secrets = join(directory, 'nodes', `${node.name}.json`)
  return {
    args: [...flags, bundle, genesis, secrets, join(folder, 'data')],
    url: `http://${node.address.replace(/^10/, '127')}:9000/status`,
  }
}

async function cpuOf({ args, url, isCached = false }: Measured): Promise<number> {
  const { [tokenVariable]: _token, ...rest } = process.env
  const env = {
    ...rest,
    MALLOC_ARENA_MAX: '1',
    ...(isCached ? { NODE_COMPILE_CACHE: cache } : {}),
    ...(url === undefined ? {} : { [tokenVariable]: 'token' }),
  }
  await rm(join(folder, 'data'), { recursive: true, force: true })
  const before = await childrenCpuMs()
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  if (url === undefined) {
    await once(child, 'exit')
    return (await childrenCpuMs()) - before
  }
  try {
    await answers(child, url)
    return await ownCpuMs(child.pid!)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (child.exitCode === null && Date.now() < deadline) {
    if ((await fetch(url).catch(() => undefined)) !== undefined) return
    await pause(5)
  }
  throw new Error(`${url} did not answer (exit code ${child.exitCode})`)
}

/** CPU of all threads, from the scheduler's own count in nanoseconds. */
async function ownCpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`)
  const times = threads.map(thread =>
    readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0'),
  )
  return (await Promise.all(times)).reduce((sum, text) => sum + Number.parseInt(text, 10) / 1e6, 0)
}

/** CPU of this process's children that have ended, from the kernel's ticks of 10 ms. */
async function childrenCpuMs(): Promise<number> {
  const text = await readFile('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return 10 * (Number(fields[13]) + Number(fields[14]))
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1]!)
}
