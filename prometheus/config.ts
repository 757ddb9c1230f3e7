import { harnessMetricsPath } from '../model/driver-config.ts'
import { driverPort, type Plan, prometheusPort } from '../model/plan.ts'
import { driverSeconds, nodeSeconds, timeoutSecondsOf } from './pace.ts'

/** Names of the files beside prometheus.yml, which it reads. */
export const configFiles = { config: 'prometheus.yml', rules: 'rules.yml', targets: 'targets.json' } as const

/**
 * A Byzantine node may answer with anything: its answer is bounded, cannot send the scrape elsewhere and cannot name itself another node
 * (honor_labels stays off). The reference node tells 60 samples.
 */
const guards = {
  sample_limit: 1000,
  label_limit: 32,
  label_value_length_limit: 256,
  body_size_limit: '1MB',
  follow_redirects: false,
} as const

/** Of Prometheus itself: what it costs. */
const ownMetrics = 'process_cpu_seconds_total|process_resident_memory_bytes|prometheus_tsdb_head_series'

/** Addresses of those that are asked beside the nodes. */
export interface Helpers {
  readonly driver: string
  readonly prometheus: string
}

/** prometheus.yml of a plan, as data. */
export function buildConfig(plan: Plan, helpers: Helpers): object {
  const interval = nodeSeconds(plan)
  const helper = {
    scrape_interval: seconds(driverSeconds),
    scrape_timeout: seconds(timeoutSecondsOf(driverSeconds)),
  }
  const driver = [{ targets: [`${helpers.driver}:${driverPort}`] }]
  return {
    global: {
      scrape_interval: seconds(interval),
      scrape_timeout: seconds(timeoutSecondsOf(interval)),
      evaluation_interval: seconds(driverSeconds),
    },
    rule_files: [configFiles.rules],
    scrape_configs: [
      {
        job_name: 'nodes',
        ...guards,
        file_sd_configs: [{ files: [configFiles.targets] }],
        relabel_configs: [{ source_labels: ['node'], target_label: 'instance' }],
      },
      { job_name: 'driver', ...helper, static_configs: driver, relabel_configs: [named('driver')] },
      {
        job_name: 'harness',
        metrics_path: harnessMetricsPath,
        ...helper,
        static_configs: driver,
        relabel_configs: [named('harness')],
      },
      {
        job_name: 'prometheus',
        static_configs: [{ targets: [`${helpers.prometheus}:${prometheusPort}`] }],
        relabel_configs: [named('prometheus')],
        metric_relabel_configs: [{ source_labels: ['__name__'], regex: ownMetrics, action: 'keep' }],
      },
    ],
  }
}

/** prometheus.yml of a run that is over: what was seen is shown, nobody is asked any more and no rule is computed. */
export function buildViewConfig(): object {
  return { scrape_configs: [] }
}

function named(name: string) {
  return { target_label: 'instance', replacement: name }
}

function seconds(count: number): string {
  return `${count}s`
}
