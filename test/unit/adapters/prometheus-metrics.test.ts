import { describe, expect, it } from '@jest/globals'
import { PrometheusMetrics } from '../../../nodes/adapters/prometheus-metrics.ts'
import { counterNames } from '../../../nodes/host/ports.ts'
import { nodeStatus as status } from '../../support/node-status.ts'

async function scrape(metrics: PrometheusMetrics): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(lines.map(line => line.split(' ')).map(([name, value]) => [name!, Number(value)]))
}

const caught = [{ node: 3, offence: 'garbage', count: 2, first: 'a frame' }] as const
const metricsOf = (read = () => status) =>
  new PrometheusMetrics(
    read,
    () => 4096,
    () => caught,
  )

describe('Prometheus metrics', () => {
  it('tell who was caught at what, by as many series as there are', async () => {
    const told = [...(await scrape(metricsOf()))].filter(([name]) => name.includes('offences'))
    expect(told).toEqual([['whiteout_node_offences{peer="node-3",offence="garbage"}', 2]])
  })

  it('tells every counter from the first scrape on, and reads gauges when it is scraped', async () => {
    let peers = 2
    const metrics = metricsOf(() => ({ ...status, peers }))
    const first = await scrape(metrics)
    for (const name of counterNames) expect(first.get(`whiteout_node_${name}_total`)).toBe(0)
    expect(first.get('whiteout_node_peers')).toBe(2)
    expect(first.get('whiteout_node_accepted_transactions')).toBe(7)
    expect(first.get('whiteout_node_store_bytes')).toBe(4096)
    expect(first.get('whiteout_node_event_loop_lag_seconds')).toBeLessThan(1)
    peers = 3
    expect((await scrape(metrics)).get('whiteout_node_peers')).toBe(3)
  })

  it('adds to counters and does not lose or double them over scrapes', async () => {
    const metrics = metricsOf()
    metrics.add('frames_sent')
    metrics.add('bytes_sent', 250)
    await scrape(metrics)
    metrics.add('bytes_sent', 50)
    const values = await scrape(metrics)
    expect(values.get('whiteout_node_frames_sent_total')).toBe(1)
    expect(values.get('whiteout_node_bytes_sent_total')).toBe(300)
    expect(values.get('whiteout_node_cpu_seconds_total')).toBeGreaterThan(0)
  })

  it('puts finality into buckets in seconds', async () => {
    const metrics = metricsOf()
    for (const seconds of [0.02, 0.3, 0.3, 60]) metrics.observeFinality(seconds)
    const values = await scrape(metrics)
    expect(values.get('whiteout_node_finality_seconds_bucket{le="0.025"}')).toBe(1)
    expect(values.get('whiteout_node_finality_seconds_bucket{le="0.5"}')).toBe(3)
    expect(values.get('whiteout_node_finality_seconds_bucket{le="+Inf"}')).toBe(4)
    expect(values.get('whiteout_node_finality_seconds_sum')).toBeCloseTo(60.62)
  })

  it('keeps to Prometheus names: our prefix, base units, _total for counters alone', async () => {
    const text = await metricsOf().text()
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({
      name: name!,
      type: type!,
    }))
    expect(types.length).toBeGreaterThan(counterNames.length)
    for (const { name, type } of types) {
      expect(name).toMatch(/^whiteout_node_[a-z_]+$/)
      expect({ name, isCounter: type === 'counter' }).toEqual({ name, isCounter: name.endsWith('_total') })
    }
  })

  it('keeps two registries apart', async () => {
    const one = metricsOf()
    const other = metricsOf()
    one.add('garbage')
    expect((await scrape(other)).get('whiteout_node_garbage_total')).toBe(0)
  })
})
