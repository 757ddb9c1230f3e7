import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/engine/labels.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import { readHistory } from '../../harness/history/reader.ts'
import { historyFile } from '../../harness/history/writer.ts'
import type { ClockEvent } from '../../model/event.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'
import { until } from '../support/until.ts'

const host = useEngine()

const { now: realNow } = Date
afterEach(async () => {
  Date.now = realNow
  for (const { Labels } of await containersOf('driver'))
    await removeRun(host.engine.docker, Labels[labels.run]!)
})

function containersOf(role: string) {
  return host.engine.docker.listContainers({ all: true, filters: { label: [`${labels.role}=${role}`] } })
}

async function isDown(node: number): Promise<boolean> {
  const found = (await containersOf('node')).find(({ Labels }) => Labels[labels.node] === String(node))
  return found?.State === 'exited'
}

async function clocksOf(directory: string): Promise<ClockEvent[]> {
  const clocks: ClockEvent[] = []
  for await (const event of readHistory(join(directory, historyFile)))
    if (event.type === 'clock') clocks.push(event)
  return clocks
}

describe('a clock that is set in the middle of a fault', () => {
  it.each([60_000, -60_000])(
    'by %d ms changes no figure of a run on containers, and is named',
    async byMs => {
      const playing = cli(
        ...['chaos', '--nodes', '4', '--rate', '20', '--duration', '30s', '--warmup', '0s', '--seed', 'step'],
        ...['--fault', 'kill node-1 at 4s for 6s', '--json'],
      )
      await until('the fault', () => isDown(1), 180_000)
      Date.now = () => realNow() + byMs
      const { code, out } = await playing
      const { checks, metrics, directory } = JSON.parse(out) as Verdict & { directory: string }
      expect({ code, checks: checks.filter(({ verdict }) => verdict !== 'pass') }).toEqual({
        code: 0,
        checks: [],
      })
      expect(metrics).toMatchObject({ intendedTps: 20, submitted: 600, accepted: 600, lost: 0 })
      expect(metrics.recoveries[0]!.firstDecisionMs).toBeLessThan(10_000)
      expect(metrics.clockSteps).toHaveLength(1)
      expect(Math.abs(metrics.clockSteps![0]!.byMs - byMs)).toBeLessThan(250)
      const clocks = await clocksOf(directory)
      expect(clocks.map(({ when }) => when)).toEqual(['start', 'step', 'end'])
      if (host.engine.isLocal) expect(new Set(clocks.map(({ is }) => is))).toEqual(new Set(['shared']))
    },
    240_000,
  )
})
