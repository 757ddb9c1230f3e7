import { existsSync } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/engine/labels.ts'
import { judgeDirectory } from '../../harness/records/judge.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'
import { unexplained } from '../support/unexplained.ts'
import { until } from '../support/until.ts'

const host = useEngine()

const latest = () => realpath('runs/latest').catch(() => undefined)

/** The history of the run that begins after `before` was the latest one. */
async function newHistory(before: string | undefined): Promise<string> {
  await until(
    'a new run',
    async () => {
      const found = await latest()
      return found !== undefined && found !== before
    },
    60_000,
  )
  const history = join((await latest())!, 'history.ndjson')
  await until('a history', async () => (await stat(history)).isFile())
  return history
}

function nodeContainers(index: number) {
  const label = [`${labels.role}=node`, `${labels.node}=${index}`]
  return host.engine.docker.listContainers({ all: true, filters: { label } })
}

async function leftovers(): Promise<number> {
  return (await host.engine.docker.listContainers({ all: true, filters: { label: [labels.run] } })).length
}

type Result = Verdict & { directory: string }

describe('scale on real containers', () => {
  it('loses nothing that was accepted when a node of eight is killed under load and started again', async () => {
    const before = await latest()
    const running = cli(
      'scale',
      '--nodes',
      '8',
      '--rate',
      '60',
      '--duration',
      '12s',
      '--warmup',
      '0s',
      '--seed',
      'kill',
      '--json',
    )
    const history = await newHistory(before)
    await until(
      'decisions',
      async () => (await readFile(history, 'utf8')).includes('"type":"decisions"'),
      120_000,
    )
    const [found] = await nodeContainers(3)
    const victim = host.engine.docker.getContainer(found!.Id)
    await victim.kill({ signal: 'SIGKILL' })
    await until('the death', async () => !(await victim.inspect()).State.Running)
    await victim.start()

    const { code, out } = await running
    const result = JSON.parse(out) as Result
    // A death that no fault asked for fails the run, though nothing was lost by it.
    const failed = result.checks.flatMap(({ name, verdict }) => (verdict === 'fail' ? name : []))
    expect({ code, verdict: result.verdict, failed }).toEqual({
      code: 1,
      verdict: 'fail',
      failed: ['crashes'],
    })
    expect(result.metrics).toMatchObject({ nodes: 8, submitted: 720, accepted: 720, lost: 0 })
    const irrevocability = result.checks.find(check => check.name === 'irrevocability')
    expect(irrevocability?.message).toContain('1 restarted node')
    expect(await readFile(history, 'utf8')).toContain('"state":"died"')
    expect(await leftovers()).toBe(0)

    // A Prometheus that is started now would find all nodes down.
    expect(await readFile(join(result.directory, 'prometheus', 'prometheus.yml'), 'utf8')).not.toContain(
      'job_name',
    )

    const { verdict: again } = await judgeDirectory(result.directory)
    expect(again.verdict).toBe('fail')
  }, 240_000)

  it('decides double-spends the same way everywhere, or not at all', async () => {
    const { code, out } = await cli(
      ...[
        'scale',
        '--nodes',
        '7',
        '--rate',
        '40',
        '--duration',
        '8s',
        '--warmup',
        '0s',
        '--conflicts',
        '0.3',
        '--settle',
        '20s',
      ],
      ...['--seed', 'conflicts', '--no-metrics', '--json'],
    )
    const result = JSON.parse(out) as Result
    expect(unexplained(result.checks)).toEqual([])
    expect(code).toBe(result.verdict === 'pass' ? 0 : 2)
    expect(result.checks.find(check => check.name === 'agreement')?.verdict).toBe('pass')
    expect(result.metrics.accepted).toBeGreaterThan(200)
    expect(existsSync(join(result.directory, 'metrics'))).toBe(false)
    expect(await leftovers()).toBe(0)
  }, 180_000)
})
