import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { stringify } from 'yaml'
import { labels } from '../../compose/engine/labels.ts'
import { ensureMonitoringImages } from '../../compose/images/monitoring.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import { layoutOf } from '../../compose/project/placement.ts'
import { build } from '../../grafana/board.ts'
import { boards } from '../../grafana/boards.ts'
import { driverPort, type Plan, prometheusPort } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { prometheusFiles } from '../../prometheus/files.ts'
import { driverSeconds } from '../../prometheus/pace.ts'
import { rangeQuery, readSeries, type Series } from '../../prometheus/query.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'
import { servePastMetrics } from '../support/past-metrics.ts'
import { planOf } from '../support/plan.ts'
import { until } from '../support/until.ts'

const host = useEngine()
const helpers = { driver: '10.77.0.10', prometheus: '10.78.0.11' }

type Result = Verdict & { directory: string; prometheusUrl: string }

/** Every query of every dashboard: panels, annotations, and what variables are filled from. */
const queries = boards.flatMap(board => {
  const { panels = [], annotations } = build(board)
  const ofPanels = panels.flatMap(panel => {
    const { title, targets = [] } = panel as { title?: string; targets?: readonly { expr?: string }[] }
    return targets.map(({ expr = '' }) => ({ where: `${board.name}: ${title}`, expr }))
  })
  const ofAnnotations = (annotations.list ?? []).map(({ name, expr = '' }) => ({
    where: `${board.name}: ${name}`,
    expr,
  }))
  return [...ofPanels, ...ofAnnotations]
})

/** Kernels may be built or booted without pressure; nothing shows it then. */
const hasPressure = existsSync('/proc/pressure/cpu')
const measurable = queries.filter(({ expr }) => hasPressure || !expr.includes('whiteout_host_pressure'))

/** What Grafana would put in place of its variables. */
function filled(expr: string, node: string): string {
  return expr
    .replaceAll('$__rate_interval', `${4 * driverSeconds}s`)
    .replaceAll('$__range', '60s')
    .replaceAll('$node', node)
}

async function ask(url: string, path: string): Promise<unknown> {
  return (await fetch(`${url}${path}`)).json()
}

describe('Prometheus of a run', () => {
  let folder = ''
  let image = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whiteout-prometheus-'))
    for (const [name, text] of Object.entries(prometheusFiles(planOf(4), helpers)))
      await writeFile(join(folder, name), text)
    const { engine } = host
    const images = await ensureMonitoringImages({ engine, provision: true, log: () => {} })
    image = images!.prometheus
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const promtool = (...args: string[]) =>
    execa(
      'docker',
      [
        'run',
        '--rm',
        '--network=none',
        `--volume=${folder}:/rules:ro`,
        '--entrypoint=promtool',
        image,
        ...args,
      ],
      { all: true, reject: false },
    )

  it('has an image that is there a second time, and without Grafana says so in one line', async () => {
    const lines: string[] = []
    const { engine } = host
    const again = await ensureMonitoringImages({ engine, provision: false, log: line => lines.push(line) })
    expect(again?.prometheus).toBe(image)
    const missing = again?.grafana === undefined ? [expect.stringContaining('no dashboards in this run')] : []
    expect(lines).toEqual(missing)
  })

  it('understands its configuration, its targets and its rules', async () => {
    const { all, exitCode } = await promtool('check', 'config', '/rules/prometheus.yml')
    expect({ exitCode, all }).toEqual({
      exitCode: 0,
      all: expect.stringContaining('SUCCESS: 16 rules found'),
    })
  })

  it('has rules that compute what they say, and alerts that fire when they should and not before', async () => {
    await writeFile(join(folder, 'test.yml'), stringify(rulesTest))
    const { all, exitCode } = await promtool('test', 'rules', '/rules/test.yml')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining('SUCCESS') })
  })
})

describe('metrics of 8 nodes with faults', () => {
  let result: Result
  let begin = 0
  let end = 0
  let series: ReadonlyMap<string, readonly Series[] | string>

  beforeAll(async () => {
    begin = Date.now() / 1000
    const { out } = await cli(
      ...[
        'chaos',
        '--nodes',
        '8',
        '--rate',
        '40',
        '--duration',
        '16s',
        '--warmup',
        '2s',
        '--conflicts',
        '0.1',
        '--settle',
        '5s',
      ],
      ...['--fault', 'behaviour node-6 as forge at 2s for 12s'],
      ...['--fault', 'kill any(1) at 4s for 4s', '--fault', 'isolate any(1) at 10s for 3s'],
      ...['--seed', 'metrics', '--keep', '--json'],
    )
    result = JSON.parse(out) as Result
    end = Date.now() / 1000
    series = new Map(
      await Promise.all(queries.map(async ({ expr }) => [expr, await answerTo(expr)] as const)),
    )
  }, 240_000)
  afterAll(async () => {
    if (result) await removeRun(host.engine.docker, result.run)
  })

  const range = (expr: string) => rangeQuery({ expr, from: begin, to: end, step: driverSeconds })

  async function answerTo(expr: string): Promise<readonly Series[] | string> {
    try {
      return readSeries(await ask(result.prometheusUrl, range(filled(expr, 'node-2'))))
    } catch (error) {
      return (error as Error).message
    }
  }

  const hasNumber = (found: readonly Series[] | undefined = []) =>
    found.some(({ points }) => points.some(([, value]) => Number.isFinite(value)))

  it.each(measurable)('$where has something to show: $expr', ({ expr }) => {
    const found = series.get(expr)
    expect(typeof found === 'string' ? found : hasNumber(found)).toBe(true)
  })

  it('each is used by a panel, a rule or an annotation, and none is used that does not exist', async () => {
    const { data } = (await ask(result.prometheusUrl, '/api/v1/label/__name__/values')) as { data: string[] }
    const existing = new Set(data.filter(name => name.startsWith('whiteout')).map(baseName))
    const texts = [...queries.map(({ expr }) => expr), prometheusFiles(planOf(8), helpers)['rules.yml']!]
    const used = new Set(texts.flatMap(text => text.match(/\bwhiteout[_:][a-z0-9_:]+/g) ?? []).map(baseName))
    expect({ unused: [...existing].filter(name => !used.has(name)) }).toEqual({ unused: [] })
    const asked = [...used].filter(name => hasPressure || !name.startsWith('whiteout_host_pressure'))
    expect({ unknown: asked.filter(name => !existing.has(name)) }).toEqual({ unknown: [] })
  })

  it('tell which faults were in force while, and that they were measured to have happened', () => {
    const active = series.get('whiteout_fault_active') as readonly Series[]
    const inForce = active.map(({ labels: { kind, fault }, points }) => ({
      ...{ kind, fault },
      seconds: points.filter(([, value]) => value === 1).length * driverSeconds,
    }))
    expect(inForce).toEqual(
      expect.arrayContaining([
        { kind: 'kill', fault: 'kill-1', seconds: expect.any(Number) },
        { kind: 'isolate', fault: 'isolate-1', seconds: expect.any(Number) },
      ]),
    )
    for (const { seconds } of inForce) expect(seconds).toBeGreaterThanOrEqual(2)
  })

  it('tell who was caught at what while it went on, and nobody who was not planned', () => {
    const latest = (expr: string) =>
      (series.get(expr) as readonly Series[]).map(
        ({ labels, points }) => [labels, points.at(-1)![1]] as const,
      )
    const offences = queries.find(({ where }) => where === 'byzantine: Who was caught at what')!
    const names = latest(offences.expr).map(([{ peer, offence }]) => ({ peer, offence }))
    expect(names).toEqual([{ peer: 'node-6', offence: 'bad-signature' }])
    const counts = queries.filter(({ where }) => where === 'byzantine: Caught against planned')
    const [planned, caught, framed] = counts.map(({ expr }) => latest(expr)[0]![1])
    expect({ planned, caught, framed }).toEqual({ planned: 1, caught: 1, framed: 0 })
  })

  it('agree with the verdict on what was accepted, from the next scrape on', async () => {
    const expr = 'whiteout_driver_decided_transactions_total{outcome="accepted"}'
    const last = async () => {
      const now = Date.now() / 1000
      const path = rangeQuery({ expr, from: now - driverSeconds, to: now, step: driverSeconds })
      return readSeries(await ask(result.prometheusUrl, path))[0]?.points.at(-1)?.[1]
    }
    await until('all are counted', async () => (await last()) === result.metrics.accepted)
  })

  it('cannot be asked for by a node, which may be Byzantine', async () => {
    const { mesh, control } = layoutOf(
      JSON.parse(await readFile(join(result.directory, 'plan.json'), 'utf8')) as Plan,
    )
    const filters = { label: [`${labels.run}=${result.run}`, `${labels.node}=3`] }
    const [node] = await host.engine.docker.listContainers({ filters })
    const fromNode = async (address: string) => {
      // Its connection attempt would keep the process for long after the answer.
      const script = `fetch('http://${address}', { signal: AbortSignal.timeout(5000) })
        .then(() => 'reached', error => error.cause?.code ?? error.name)
        .then(answer => { console.log(answer); process.exit() })`
      return (await execa('docker', ['exec', node!.Id, 'node', '-e', script])).stdout
    }
    expect(await fromNode(`${mesh.driver}:${driverPort}/status`)).toBe('reached')
    const ofPrometheus = [mesh.prometheus, control.prometheus].map(
      address => `${address}:${prometheusPort}/-/ready`,
    )
    for (const answer of await Promise.all(ofPrometheus.map(fromNode))) {
      expect(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'TimeoutError']).toContain(answer)
    }
  })

  it('can be looked at again from the run directory once the network is down', async () => {
    expect((await cli('down', result.run)).code).toBe(0)
    const url = await servePastMetrics(result.directory)
    let found: readonly Series[] = []
    await until('Prometheus answers from its old data', async () => {
      found = readSeries(await ask(url, range('whiteout_node_accepted_transactions')))
      return found.length === 8
    })
    const filters = { label: [`${labels.run}=${result.run}`] }
    expect(await host.engine.docker.listContainers({ filters })).toHaveLength(1)
    // Asking nodes that are gone would write their downfall into what was seen of the run.
    const { data: asked } = (await ask(url, '/api/v1/targets')) as { data: unknown }
    const { data: rules } = (await ask(url, '/api/v1/rules')) as { data: unknown }
    expect({ asked, rules }).toMatchObject({ asked: { activeTargets: [] }, rules: { groups: [] } })
  })
})

/** Names of a histogram's series are those of one metric. */
function baseName(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, '')
}

/** A node that has just started gains 30 MiB in two minutes, bytes in 2 s. */
const warmUpStep = Math.round((30 * 2 ** 20) / 60)

/** For `promtool test rules`: series from their first value on, step after step, and what must come of them. */
const rulesTest = {
  rule_files: ['/rules/rules.yml'],
  evaluation_interval: '2s',
  tests: [
    {
      interval: '2s',
      name: 'a network that accepts 50 TPS, half of them within 0.1 s, and then nothing more',
      input_series: [
        {
          series: 'whiteout_driver_decided_transactions_total{outcome="accepted"}',
          values: '0+100x20 2000x20',
        },
        { series: 'whiteout_driver_phase{phase="load"}', values: '1x40' },
        {
          series: 'whiteout_driver_finality_seconds_bucket{scope="issuer", le="0.1"}',
          values: '0+50x20 1000x20',
        },
        {
          series: 'whiteout_driver_finality_seconds_bucket{scope="issuer", le="0.2"}',
          values: '0+100x20 2000x20',
        },
        {
          series: 'whiteout_driver_finality_seconds_bucket{scope="issuer", le="+Inf"}',
          values: '0+100x20 2000x20',
        },
        { series: 'whiteout_fault_active{kind="kill", fault="kill-1"}', values: '0x20 1x20' },
        { series: 'up{job="nodes", node="node-3"}', values: '1x20 0x20' },
        { series: 'up{job="nodes", node="node-4"}', values: '1x40' },
      ],
      promql_expr_test: [
        at('30s', 'whiteout:accepted_transactions:rate', [
          { labels: 'whiteout:accepted_transactions:rate', value: 50 },
        ]),
        at('30s', 'whiteout:finality_seconds:p50', [
          { labels: 'whiteout:finality_seconds:p50{scope="issuer"}', value: 0.1 },
        ]),
        at('30s', 'whiteout:finality_seconds:p95_calm', [
          { labels: 'whiteout:finality_seconds:p95_calm{scope="issuer"}', value: 0.19 },
        ]),
        at('80s', 'whiteout:accepted_transactions:rate', [
          { labels: 'whiteout:accepted_transactions:rate', value: 0 },
        ]),
        at('80s', 'whiteout:faults:active', [{ labels: 'whiteout:faults:active', value: 1 }]),
      ],
      alert_rule_test: [
        { eval_time: '30s', alertname: 'NoProgress', exp_alerts: [] },
        {
          eval_time: '80s',
          alertname: 'NoProgress',
          exp_alerts: [
            {
              exp_labels: { severity: 'critical' },
              exp_annotations: { summary: 'nothing was accepted for 15s under load' },
            },
          ],
        },
        { eval_time: '30s', alertname: 'NodeDown', exp_alerts: [] },
        {
          eval_time: '80s',
          alertname: 'NodeDown',
          exp_alerts: [
            {
              exp_labels: { severity: 'warning', job: 'nodes', node: 'node-3' },
              exp_annotations: { summary: 'node-3 does not answer' },
            },
          ],
        },
      ],
    },
    {
      interval: '2s',
      name: 'a node that leaks 60 MiB an hour beside one that does not, one that only warms up, one that restarts, and a driver that sends half of what is due',
      input_series: [
        {
          series: 'whiteout_container_memory_bytes{node="node-0"}',
          values: `50000000+${Math.round((60 * 2 ** 20) / 1800)}x1000`,
        },
        { series: 'whiteout_container_memory_bytes{node="node-1"}', values: '50000000x1000' },
        {
          series: 'whiteout_container_memory_bytes{node="node-2"}',
          values: `30000000+${warmUpStep}x60 ${30_000_000 + 60 * warmUpStep}x940`,
        },
        {
          series: 'whiteout_container_memory_bytes{node="node-3"}',
          values: `30000000x599 30000000+${warmUpStep}x60 ${30_000_000 + 60 * warmUpStep}x340`,
        },
        ...[0, 1, 2].map(index => ({
          series: `whiteout_node_start_time_seconds{job="nodes", node="node-${index}"}`,
          values: '0x1000',
        })),
        {
          series: 'whiteout_node_start_time_seconds{job="nodes", node="node-3"}',
          values: '0x599 1200x400',
        },
        { series: 'whiteout_driver_due_transactions_total', values: '0+20x1000' },
        { series: 'whiteout_driver_submitted_transactions_total', values: '0+10x1000' },
        { series: 'whiteout_driver_phase{phase="load"}', values: '1x1000' },
      ],
      alert_rule_test: [
        ...['9m', '11m', '24m'].map(eval_time => ({ eval_time, alertname: 'MemorySlope', exp_alerts: [] })),
        ...['26m', '31m'].map(eval_time => ({
          eval_time,
          alertname: 'MemorySlope',
          exp_alerts: [
            {
              exp_labels: { severity: 'warning', node: 'node-0' },
              exp_annotations: { summary: 'node-0 gains 60MiB of memory an hour' },
            },
          ],
        })),
        {
          eval_time: '1m',
          alertname: 'DriverBehind',
          exp_alerts: [
            {
              exp_labels: { severity: 'critical' },
              exp_annotations: { summary: 'only 50% of what was due has been sent' },
            },
          ],
        },
      ],
    },
  ],
}

function at(time: string, expr: string, samples: readonly { labels: string; value: number }[]) {
  return { expr, eval_time: time, exp_samples: samples }
}
