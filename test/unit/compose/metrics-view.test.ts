import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { makeMetricsReadOnly, writeMonitoringFiles } from '../../../compose/monitoring-files.ts'
import { planOf } from '../../support/plan.ts'

describe('metrics of a run that was taken down', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'whiteout-metrics-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

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
