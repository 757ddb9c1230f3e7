import { describe, expect, it } from '@jest/globals'
import { withMonitoring } from '../../compose/project/monitoring.ts'
import { buildProject } from '../../compose/project/project.ts'
import { renderProject } from '../../compose/project/render.ts'
import { reference } from '../../harness/systems/reference.ts'
import { prometheusFiles } from '../../prometheus/files.ts'
import { expectGolden } from '../support/golden.ts'
import { planOf } from '../support/plan.ts'

const helpers = { driver: '10.77.0.10', prometheus: '10.78.0.11' }

describe('Prometheus of a run', () => {
  const plan = planOf(4, { scenario: { regions: ['eu', 'us'] } })

  it('scrapes every node under what it is called and where it is, the driver and the harness', () => {
    for (const [name, text] of Object.entries(prometheusFiles(plan, helpers)))
      expectGolden(`prometheus-4/${name}`, text)
  })

  it('is asked for less often the more nodes there are', () => {
    const config = prometheusFiles(planOf(500), helpers)['prometheus.yml']
    expect(config).toContain('scrape_interval: 25s\n  scrape_timeout: 10s')
  })

  it('is a service of its own on 127.0.0.1 alone, and Grafana under a profile', () => {
    const project = buildProject(plan, {
      run: '20260101-120000-test',
      deployment: reference.deployment,
      images: { node: 'node', driver: 'driver', shaper: 'shaper' },
      driverCommand: ['driver'],
      shaperCommand: ['shaper'],
    })
    const monitoring = { prometheus: 'prometheus:1', grafana: 'grafana:1', user: '1000:1000' }
    const { prometheus, grafana } = withMonitoring(project, plan, '20260101-120000-test', monitoring).services
    expectGolden(
      'compose-monitoring.yaml',
      renderProject({ ...project, services: { prometheus: prometheus!, grafana: grafana! } }),
    )
  })
})
