import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readUsed } from '../../compose/containers/resources.ts'
import { ensureEngine } from '../../compose/engine/engine.ts'
import { labels } from '../../compose/engine/labels.ts'
import { ensureImages } from '../../compose/images/images.ts'
import { ensureMonitoringImages } from '../../compose/images/monitoring.ts'
import { bringUp } from '../../compose/network/up.ts'
import { driverClient } from '../../harness/run/driver-client.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import { nodeSeconds } from '../../prometheus/pace.ts'
import { makeDeployment } from '../support/deployment.ts'
import { until } from '../support/until.ts'
import { emit } from './machine-facts.ts'

/**
 * `node test/bench/scrape.ts [NODES]`: what it costs to watch a network of real nodes that have nothing to do. CPU of Prometheus, the driver and all
 * nodes is read in windows with Prometheus frozen and with Prometheus running, in turn, so that what drifts hits both alike; at the end that of
 * Prometheus with half of the nodes killed.
 */
const nodes = Number(process.argv[2] ?? 100)
const windows = 2
/** Some rounds of scrapes each. */
const roundsPerWindow = 6
const readyMs = 300_000

const log = (line: string) => process.stderr.write(`${line}\n`)
const engine = await ensureEngine({ provision: false, log })
const images = await ensureImages({ engine, log })
const watchers = await ensureMonitoringImages({ engine, log, provision: false })
if (watchers === undefined) throw new Error('there is no image of Prometheus')
const root = await mkdtemp(join(tmpdir(), 'whiteout-bench-'))
try {
  const deployment = await makeDeployment(root, engine, nodes, {})
  const signal = new AbortController().signal
  const options = { images, watchers, log, signal, onProgress: () => {} }
  await using network = await bringUp(engine, deployment, options)
  const driver = driverClient(network.driverUrl, deployment.token)
  await until('every node is ready', async () => (await driver.status()).nodesReady === nodes, readyMs)
  emit('scrape', { nodes, ...(await measure(network, nodeSeconds(deployment.plan))) })
} finally {
  await rm(root, { recursive: true, force: true })
}

async function measure(network: RunningNetwork, intervalSeconds: number) {
  const watcher = await containerOf(network, 'prometheus')
  const watched = [
    (await containerOf(network, 'driver')).id,
    ...network.places.map(({ container }) => container),
  ]
  const used = async (ids: readonly string[]) => {
    const usages = await readUsed(ids)
    return usages.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds ?? Number.NaN), 0)
  }
  const windowSeconds = roundsPerWindow * intervalSeconds
  const spent = { frozen: 0, running: 0, prometheus: 0 }
  for (let window = 0; window < windows; window += 1) {
    for (const state of ['frozen', 'running'] as const) {
      if (state === 'frozen') await watcher.pause()
      const [before, own] = [await used(watched), await used([watcher.id])]
      await delay(windowSeconds * 1000)
      spent[state] += (await used(watched)) - before
      if (state === 'running') spent.prometheus += (await used([watcher.id])) - own
      if (state === 'frozen') await watcher.unpause()
    }
  }
  // Targets that do not answer must not cost more than those that do.
  await Promise.all(network.places.slice(0, nodes / 2).map((_, node) => network.kill(node)))
  const ownBefore = await used([watcher.id])
  await delay(windowSeconds * 1000)
  const halfDead = (await used([watcher.id])) - ownBefore
  const scrapes = (nodes * windows * windowSeconds) / intervalSeconds
  const seconds = windows * windowSeconds
  const cost = spent.running - spent.frozen + spent.prometheus
  const percent = (cpuSeconds: number) => Number(((cpuSeconds / (seconds * engine.cpus)) * 100).toFixed(2))
  return {
    intervalSeconds,
    windows: `${windows} x ${windowSeconds} s`,
    prometheusPercentOfCores: percent(spent.prometheus),
    watchedPercentOfCores: percent(spent.running - spent.frozen),
    totalPercentOfCores: percent(cost),
    idlePercentOfCores: percent(spent.frozen),
    prometheusPercentOfCoresHalfDead: percent(halfDead * windows),
    msPerScrape: Number(((cost * 1000) / scrapes).toFixed(2)),
  }
}

async function containerOf({ run }: RunningNetwork, role: string) {
  const filters = { label: [`${labels.run}=${run}`, `${labels.role}=${role}`] }
  const [found] = await engine.docker.listContainers({ filters })
  return engine.docker.getContainer(found!.Id)
}
