import { describe, expect, it } from '@jest/globals'
import { describeMetrics } from '../../../harness/cli/output/summary.ts'

describe('the metrics of a run that is over', () => {
  const directory = `${process.cwd()}/runs/r`
  const told = (grafanaUrl?: string) =>
    describeMetrics({ directory, watchers: { prometheusUrl: 'http://127.0.0.1:1', grafanaUrl } }).map(line =>
      line.trim(),
    )

  it('come with the command that serves them and the one that tells where', () => {
    expect(told()).toEqual([
      'metrics   runs/r/metrics/',
      'docker compose -f runs/r/compose.yaml up -d prometheus',
      'docker compose -f runs/r/compose.yaml port prometheus 9090',
    ])
  })

  it('have dashboards where there were any', () => {
    expect(told('http://127.0.0.1:2').slice(1)).toEqual([
      'docker compose -f runs/r/compose.yaml up -d prometheus grafana',
      'docker compose -f runs/r/compose.yaml port prometheus 9090',
      'docker compose -f runs/r/compose.yaml port grafana 3000',
    ])
  })

  it('are not spoken of where nothing watched', () => {
    expect(describeMetrics({ directory, watchers: undefined })).toEqual([])
  })
})
