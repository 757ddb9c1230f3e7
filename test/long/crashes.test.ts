import { afterEach, describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/engine/labels.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'
import { until } from '../support/until.ts'

const host = useEngine()

afterEach(async () => {
  for (const { Labels } of await containersOf('driver'))
    await removeRun(host.engine.docker, Labels[labels.run]!)
})

function containersOf(role: string) {
  return host.engine.docker.listContainers({ all: true, filters: { label: [`${labels.role}=${role}`] } })
}

async function inLoad(): Promise<boolean> {
  const [driver] = await containersOf('driver')
  const port = driver?.Ports.find(({ PublicPort }) => PublicPort !== undefined)?.PublicPort
  if (port === undefined) return false
  const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined)
  return ((await answer?.json()) as { phase?: string } | undefined)?.phase === 'load'
}

describe('a node that crashes', () => {
  it('fails a run without any fault, although it is back before the end', async () => {
    const playing = cli('scale', '--nodes', '4', '--rate', '10', '--duration', '20s', '--seed', 'c', '--json')
    await until('the load', inLoad, 120_000)
    const node = (await containersOf('node')).find(({ Labels }) => Labels[labels.node] === '2')!
    const container = host.engine.docker.getContainer(node.Id)
    await container.kill({ signal: 'SIGKILL' })
    await container.start()
    const { code, out } = await playing
    const { checks } = JSON.parse(out) as Verdict
    expect({ code, failed: checks.filter(({ verdict }) => verdict === 'fail') }).toEqual({
      code: 1,
      failed: [
        {
          ...{ name: 'crashes', verdict: 'fail' },
          message: expect.stringMatching(
            /node-2: exit code 137, \S+ s into the run, ended by somebody else, started again by something else/,
          ),
          evidence: [
            expect.objectContaining({
              name: 'node-2',
              exitCode: 137,
              wasRequested: true,
              wasStartedAgain: true,
            }),
          ],
        },
      ],
    })
  }, 240_000)
})
