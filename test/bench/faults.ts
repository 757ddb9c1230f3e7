import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { faultActions } from '../../chaos/faults/actions.ts'
import { readUsed } from '../../compose/containers/resources.ts'
import { ensureEngine } from '../../compose/engine/engine.ts'
import { labels } from '../../compose/engine/labels.ts'
import { inWaves } from '../../compose/engine/waves.ts'
import { ensureImages } from '../../compose/images/images.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import { bringUp } from '../../compose/network/up.ts'
import { driverClient } from '../../harness/run/driver-client.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import { faultSchema, type Occurrence } from '../../model/fault.ts'
import { stream } from '../../model/random.ts'
import { time } from '../support/clock.ts'
import { cutOf } from '../support/cut.ts'
import { makeDeployment } from '../support/deployment.ts'
import { emit } from './machine-facts.ts'

/** Usage: npm run bench:faults [-- N]: what faults cost on N running nodes (default 500), beside one exec for each of them. */
const nodes = Number(process.argv[2] ?? 500)
const killed = 10
const idleMs = 30_000
const readyMs = 15 * 60_000

const say = (line: string) => process.stderr.write(`${line}\n`)
const engine = await ensureEngine({ provision: true, log: say })
const images = await ensureImages({ engine, log: say })
const root = await mkdtemp(join(tmpdir(), 'whiteout-bench-'))
const deployment = await makeDeployment(root, engine, nodes, { faults: [{ kind: 'isolate', for: '1s' }] })
try {
  const options = { images, log: say, signal: new AbortController().signal, onProgress: () => {} }
  const up = await seconds(() => bringUp(engine, deployment, options))
  const network = up.result
  say(`${nodes} containers started in ${up.seconds} s; waiting until all take part`)
  const ready = await seconds(() => allReady(network))
  emit('faults', {
    nodes,
    startSeconds: up.seconds,
    readySeconds: ready.seconds,
    ...(await measure(network)),
  })
} finally {
  await removeRun(engine.docker, deployment.run)
  await rm(root, { recursive: true, force: true })
}

async function measure(network: RunningNetwork) {
  const faults = faultActions({ containers: network, time })
  const everybody = Array.from({ length: nodes }, (_, node) => node)
  const parted = occurrence('partition', stream('bench', 'halves').shuffled(everybody))
  const inject = await seconds(() => faults.inject(parted))
  const attested = await seconds(() => faults.attest(parted, 'injected'))
  const whileHeld = await nemesisCpu(engine.docker)
  const heal = await seconds(() => faults.heal(parted))
  const healed = await faults.attest(parted, 'healed')
  const between = await nemesisCpu(engine.docker)
  const kill = occurrence('kill', stream('bench', 'kill').shuffled(everybody).slice(0, killed))
  const killing = await seconds(() => faults.inject(kill))
  const starting = await seconds(() => faults.heal(kill))
  const running = await faults.attest(kill, 'healed')
  const execs = await seconds(() => execEach(network))
  return {
    partitionInjectSeconds: inject.seconds,
    partitionAttestSeconds: attested.seconds,
    partitionHealSeconds: heal.seconds,
    isAttested: attested.result.holds && healed.holds && running.holds,
    evidence: attested.result.evidence,
    nemesisCpuPercent: { whileHeld, betweenFaults: between },
    [`kill${killed}Seconds`]: killing.seconds,
    [`start${killed}Seconds`]: starting.seconds,
    execEachSeconds: execs.seconds,
    injectToExecRatio: Number((execs.seconds / inject.seconds).toFixed(1)),
  }
}

/** CPU of harness and shaper while nothing changes, percent of one core. */
async function nemesisCpu(docker: Docker): Promise<number> {
  const filters = { label: [`${labels.run}=${deployment.run}`, `${labels.role}=shaper`] }
  const [shaper] = await docker.listContainers({ filters })
  const used = async () => {
    const [shaping] = await readUsed([shaper!.Id])
    const { user, system } = process.cpuUsage()
    return (shaping?.cpuSeconds ?? Number.NaN) + (user + system) / 1e6
  }
  const before = await used()
  await delay(idleMs)
  return Number(((((await used()) - before) / (idleMs / 1000)) * 100).toFixed(2))
}

/** What a tool does that has no agent: one exec in every container, as many at a time as the shaper works on. */
async function execEach(network: RunningNetwork): Promise<void> {
  await inWaves(
    network.places,
    { limit: 16, signal: new AbortController().signal },
    async ({ container }) => {
      const exec = await engine.docker.getContainer(container).exec({ Cmd: ['true'], AttachStdout: true })
      const output = await exec.start({})
      output.resume()
      await new Promise(resolve => output.once('end', resolve).once('close', resolve))
    },
  )
}

async function allReady(network: RunningNetwork): Promise<void> {
  const driver = driverClient(network.driverUrl, deployment.token)
  for (const deadline = Date.now() + readyMs; Date.now() < deadline; await delay(2000)) {
    const status = await driver.status().catch(() => undefined)
    if (status?.nodesReady === nodes) return
  }
  throw new Error(`not all nodes were ready within ${readyMs / 1000} s`)
}

function occurrence(kind: 'partition' | 'kill', targets: readonly number[]): Occurrence {
  const fault = faultSchema.parse({ kind, for: '1s' })
  return { id: `${kind}-1`, fault, atMs: 0, forMs: 1000, targets, ...cutOf(fault, targets) }
}

async function seconds<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const beganAt = performance.now()
  const result = await work()
  return { seconds: Number(((performance.now() - beganAt) / 1000).toFixed(2)), result }
}
