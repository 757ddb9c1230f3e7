import { readdir } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/engine/labels.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import { hasNetem } from '../../compose/preflight/probe-container.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli, cliProcess } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'
import { unexplained } from '../support/unexplained.ts'
import { until } from '../support/until.ts'

const host = useEngine()

afterEach(async () => {
  for (const { Labels } of await containers()) await removeRun(host.engine.docker, Labels[labels.run]!)
})

function containers(role?: string) {
  const label = role === undefined ? [labels.run] : [`${labels.role}=${role}`]
  return host.engine.docker.listContainers({ all: true, filters: { label } })
}

type Result = Verdict & { directory: string }

describe('faults on real nodes', () => {
  it('a network stays safe and comes back from every fault that this kernel has, and all of them are attested', async () => {
    const faults = [
      'partition halves at 2s for 5s',
      'kill any(2) at 9s for 3s',
      'skew any(2) by -1h at 14s for 6s',
      'loss any(2) share 5% at 14s for 5s',
      'disk-full node-3 at 21s for 4s',
      'rolling-restart node-1, node-2 at 26s gap 2s',
      'pause any(f) at 33s for 3s',
    ]
    const { code, out } = await cli(
      ...[
        'chaos',
        '--nodes',
        '8',
        '--rate',
        '30',
        '--duration',
        '38s',
        '--warmup',
        '0s',
        '--seed',
        'every',
        '--json',
      ],
      ...faults.flatMap(fault => ['--fault', fault]),
    )
    const result = JSON.parse(out) as Result
    expect(unexplained(result.checks)).toEqual([])
    expect(code).toBe(result.verdict === 'pass' ? 0 : 2)
    expect(result.metrics).toMatchObject({ nodes: 8, submitted: 1140, accepted: 1140, lost: 0 })
    const [first] = result.metrics.recoveries
    expect(first).toMatchObject({ faults: ['partition-1'], wasInterrupted: false })
    expect(first!.firstDecisionMs).toBeLessThan(30_000)
    expect(await containers()).toEqual([])
  }, 240_000)

  it('a delay is refused before anything starts, where the kernel has no netem', async () => {
    const canDelay = await hasNetem(host.engine, host.images.shaper)
    const runs = () => readdir('runs').catch(() => [])
    const before = await runs()
    const { code, err } = await cli(
      ...[
        'chaos',
        '--nodes',
        '4',
        '--rate',
        '10',
        '--duration',
        '20s',
        '--warmup',
        '0s',
        '--fault',
        'delay any(1) by 50ms for 5s',
      ],
    )
    const refusal = /scenario\.faults\[0\]\.kind: delay needs sch_netem.*next: load it/s
    expect({ code, isRefused: refusal.test(err) }).toEqual({ code: canDelay ? 0 : 69, isRefused: !canDelay })
    expect(await containers()).toEqual([])
    if (!canDelay) expect(await runs()).toEqual(before)
  }, 240_000)

  it('when the harness is killed during a partition, the shaper heals within its lease', async () => {
    await using harness = cliProcess(
      ...['chaos', '--nodes', '8', '--rate', '20', '--warmup', '0s', '--fault', 'partition at 1s for 50s'],
    )
    await until('the cut', () => harness.said().includes('partition-1 injected'), 180_000)
    const [shaper] = await containers('shaper')
    const { docker } = host.engine
    const nodes = await Promise.all(
      (await containers('node')).map(({ Id }) => docker.getContainer(Id).inspect()),
    )
    const listing = nodes.map(({ State }) => `nsenter -t ${State.Pid} -n nft list tables;`).join(' ')
    const cut = async () => {
      const exec = await docker
        .getContainer(shaper!.Id)
        .exec({ Cmd: ['sh', '-c', listing], AttachStdout: true, Tty: true })
      const tables = await text(await exec.start({ Tty: true }))
      return tables.split('table inet whiteout').length - 1
    }
    expect(await cut()).toBe(8)
    await harness.kill()
    await until('no rule is left', async () => (await cut()) === 0)
    // The next command finds the rest and removes it.
    const { code, out } = await cli('down')
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/: 11 containers, 2 networks removed\n$/),
    })
  }, 240_000)
})
