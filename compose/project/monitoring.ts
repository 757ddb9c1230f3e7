import { grafanaPort, type Plan, prometheusPort } from '../../model/plan.ts'
import { configFiles } from '../../prometheus/config.ts'
import { labels } from '../engine/labels.ts'
import { type Layout, layoutOf } from './placement.ts'
import { bind, type ComposeProject, type ComposeService, common } from './project.ts'

/** Images of what watches a network, and whom its files belong to. */
export interface Monitoring {
  readonly prometheus: string
  readonly grafana: string
  /** `uid:gid` that Prometheus runs as: it writes into the run directory. */
  readonly user: string
}

/** Where Prometheus keeps its data, and where that is in the run directory: what it has seen is kept as it comes. */
export const dataDirectory = { inside: '/prometheus', outside: './metrics' } as const
const configDirectory = '/etc/prometheus'
/** A long soak stays below this: the oldest goes first. */
const dataSizeMax = '2GB'
const prometheusMemory = '1024m'
/** A node has 1,024: a Prometheus that has to wait for hundreds of them leaves gaps where they matter most. */
const prometheusShares = 4096
const grafanaMemory = '512m'
const openFiles = 16_384

/**
 * The project with Prometheus beside the nodes, and Grafana under a profile. Prometheus reaches the nodes over the mesh and listens on the
 * control network alone, where no node is.
 */
export function withMonitoring(
  project: ComposeProject,
  plan: Plan,
  run: string,
  monitoring: Monitoring,
): ComposeProject {
  const prometheus = prometheusService(layoutOf(plan), run, monitoring)
  const grafana = grafanaService(run, monitoring)
  return { ...project, services: { ...project.services, prometheus, grafana } }
}

function prometheusService(
  { mesh, control }: Layout,
  run: string,
  { prometheus: image, user }: Monitoring,
): ComposeService {
  return {
    ...common,
    image,
    command: [
      `--config.file=${configDirectory}/${configFiles.config}`,
      `--storage.tsdb.path=${dataDirectory.inside}`,
      `--storage.tsdb.retention.size=${dataSizeMax}`,
      `--web.listen-address=${control.prometheus}:${prometheusPort}`,
      '--log.level=warn',
    ],
    hostname: 'prometheus',
    user,
    environment: {},
    volumes: [
      bind('./prometheus', configDirectory),
      { type: 'bind', source: dataDirectory.outside, target: dataDirectory.inside, read_only: false },
    ],
    networks: {
      control: { ipv4_address: control.prometheus },
      mesh: { ipv4_address: mesh.prometheus },
    },
    ports: [`127.0.0.1::${prometheusPort}`],
    labels: { [labels.run]: run, [labels.role]: 'prometheus' },
    cpu_shares: prometheusShares,
    mem_limit: prometheusMemory,
    ulimits: { nofile: openFiles },
  }
}

/** Whoever reaches 127.0.0.1 may look and change what they like; nothing of it is kept. */
const grafanaEnvironment = {
  GF_AUTH_ANONYMOUS_ENABLED: 'true',
  GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
  GF_AUTH_DISABLE_LOGIN_FORM: 'true',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: '/etc/grafana/dashboards/overview.json',
} as const

function grafanaService(run: string, { grafana: image }: Monitoring): ComposeService {
  return {
    ...common,
    image,
    profiles: ['grafana'],
    hostname: 'grafana',
    environment: grafanaEnvironment,
    volumes: [
      bind('./grafana/provisioning', '/etc/grafana/provisioning'),
      bind('./grafana/dashboards', '/etc/grafana/dashboards'),
    ],
    networks: { control: {} },
    ports: [`127.0.0.1::${grafanaPort}`],
    labels: { [labels.run]: run, [labels.role]: 'grafana' },
    mem_limit: grafanaMemory,
    ulimits: { nofile: openFiles },
  }
}
