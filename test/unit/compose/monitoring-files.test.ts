import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import {
  makeMetricsReadOnly,
  relabelNodes,
  writeMonitoringFiles,
} from '../../../compose/project/monitoring-files.ts'
import { planOf } from '../../support/plan.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'whiteout-metrics-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('nodes of a network that runs one experiment after another are labelled as the present one has them', async () => {
  const byzantine = (behaviour: string) =>
    planOf(4, { scenario: { byzantine: [{ behaviour, targets: 'node-2' }] } })
  await writeMonitoringFiles(directory, planOf(4))
  await relabelNodes(directory, byzantine('silent'))
  await relabelNodes(directory, byzantine('always-reject'))
  const text = await readFile(join(directory, 'prometheus', 'targets.json'), 'utf8')
  const labels = (JSON.parse(text) as { labels: { role: string; behaviour: string } }[]).map(each =>
    `${each.labels.role} ${each.labels.behaviour}`.trim(),
  )
  expect(labels).toEqual(['correct', 'correct', 'byzantine always-reject', 'correct'])
})

describe('metrics of a run that was taken down', () => {
  it('are shown by a Prometheus that asks nobody and computes no rule', async () => {
    await writeMonitoringFiles(directory, planOf(4))
    const config = async () => parse(await readFile(join(directory, 'prometheus', 'prometheus.yml'), 'utf8'))
    expect(await config()).toMatchObject({ rule_files: ['rules.yml'] })
    await makeMetricsReadOnly(directory)
    await makeMetricsReadOnly(directory)
    expect(await config()).toEqual({ scrape_configs: [] })
  })

  it('are not made where nothing watched', async () => {
    await makeMetricsReadOnly(directory)
    expect(await readdir(directory)).toEqual([])
  })
})
