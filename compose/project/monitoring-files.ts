import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Plan, prometheusPort } from '../../model/plan.ts'
import type { Helpers } from '../../prometheus/config.ts'
import { prometheusFiles, targetFiles, viewFiles } from '../../prometheus/files.ts'
import { nodeSeconds } from '../../prometheus/pace.ts'
import { projectRoot } from '../images/project-root.ts'
import { dataDirectory } from './monitoring.ts'
import { layoutOf } from './placement.ts'

/** Of the run directory. */
const configFolder = 'prometheus'

/** Writes what Prometheus and Grafana mount into the run directory, so that the Compose file there works by itself. */
export async function writeMonitoringFiles(directory: string, plan: Plan): Promise<void> {
  await writeAll(join(directory, configFolder), prometheusFiles(plan, helpersOf(plan)))
  await mkdir(join(directory, dataDirectory.outside), { recursive: true })
  const grafana = join(directory, 'grafana')
  await cp(join(projectRoot, 'grafana', 'dashboards'), join(grafana, 'dashboards'), { recursive: true })
  await writeAll(join(grafana, 'provisioning', 'datasources'), {
    'prometheus.yaml': stringify(dataSource(plan)),
  })
  await writeAll(join(grafana, 'provisioning', 'dashboards'), {
    'whiteout.yaml': stringify(dashboardProvider),
  })
}

function helpersOf(plan: Plan): Helpers {
  const { mesh, control } = layoutOf(plan)
  return { driver: mesh.driver, prometheus: control.prometheus }
}

/** Has a Prometheus that runs label nodes as this plan has them from now on: role and behaviour, on the same addresses. */
export async function relabelNodes(directory: string, plan: Plan): Promise<void> {
  await writeAll(join(directory, configFolder), targetFiles(plan))
}

/**
 * Has a Prometheus that is started from the run directory from now on show what was seen, and nothing else: it would find every node down, and write
 * so into the run's metrics. One that runs does not notice. Without harm for a run that nothing watched, and twice.
 */
export async function makeMetricsReadOnly(directory: string): Promise<void> {
  const folder = join(directory, configFolder)
  if (existsSync(folder)) await writeAll(folder, viewFiles())
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true })
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
}

/** Grafana takes rates over four of these intervals ($__rate_interval). */
function dataSource(plan: Plan) {
  const prometheus = {
    name: 'Prometheus',
    uid: 'prometheus',
    type: 'prometheus',
    access: 'proxy',
    url: `http://${layoutOf(plan).control.prometheus}:${prometheusPort}`,
    isDefault: true,
    jsonData: { timeInterval: `${nodeSeconds(plan)}s`, httpMethod: 'POST' },
  }
  return { apiVersion: 1, datasources: [prometheus] }
}

const dashboardProvider = {
  apiVersion: 1,
  providers: [{ name: 'whiteout', type: 'file', options: { path: '/etc/grafana/dashboards' } }],
}
