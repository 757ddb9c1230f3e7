import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningNetwork } from '../../../model/backend.ts'
import { instanceNameOf } from '../../../model/plan.ts'
import type { RunContext } from '../context.ts'
import type { Monitor } from '../monitor.ts'

/** Output kept of one container, and of how many: enough to see why, without filling the disk when all fail alike. */
const kept = { lines: 2000, nodes: 50 } as const

/** Saves the output of the driver, of Prometheus and of nodes that died or never got ready into logs/ before their containers are removed. */
export async function saveLogs(
  context: RunContext,
  network: RunningNetwork,
  monitor: Monitor,
): Promise<void> {
  const suspects = [...new Set([...monitor.dead.keys(), ...monitor.suspects])].slice(0, kept.nodes)
  const helpers = network.prometheusUrl === undefined ? ['driver'] : ['driver', 'prometheus']
  const containers = new Set(suspects.map(node => instanceNameOf(context.plan, node)))
  await Promise.all(
    [...helpers, ...containers].map(async service => {
      const output = await network.logs(service, kept.lines).catch(error => `(no output: ${error.message})`)
      await writeFile(join(context.directory, 'logs', `${service}.log`), `${output}\n`)
    }),
  ).catch(error => context.reporter.line(`output of containers could not be saved: ${error.message}`))
}
