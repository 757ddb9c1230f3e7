import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/labels.ts'
import { runCli } from '../../harness/cli/cli.ts'
import { judgeDirectory } from '../../harness/run/judge.ts'
import type { Verdict } from '../../model/verdict.ts'
import { useEngine } from '../support/engine.ts'
import { until } from '../support/until.ts'

const host = useEngine()

/** Runs a command line in this process and returns its exit code and what it wrote to standard output. */
async function cli(...argv: string[]) {
  let out = ''
  const quiet = { write: () => true }
  const stdout = {
    write: (text: string) => {
      out += text
      return true
    },
  }
  const code = await runCli(argv, { stdout, stderr: quiet } as unknown as Parameters<typeof runCli>[1])
  return { code, out }
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
    const running = cli(
      'scale',
      '--nodes',
      '8',
      '--rate',
      '60',
      '--duration',
      '20s',
      '--seed',
      'kill',
      '--json',
    )
    let found: Awaited<ReturnType<typeof nodeContainers>> = []
    await until(async () => {
      found = await nodeContainers(3)
      return found[0]?.State === 'running' && (await metric(found[0].Id, 'accepted_transactions')) > 100
    }, 120_000)
    const victim = host.engine.docker.getContainer(found[0]!.Id)
    await victim.kill({ signal: 'SIGKILL' })
    await until(async () => !(await victim.inspect()).State.Running)
    await victim.start()

    const { code, out } = await running
    const result = JSON.parse(out) as Result
    const failed = result.checks.filter(check => check.verdict !== 'pass')
    expect({ code, verdict: result.verdict, failed }).toEqual({ code: 0, verdict: 'pass', failed: [] })
    expect(result.metrics).toMatchObject({ nodes: 8, submitted: 1200, accepted: 1200, lost: 0 })
    const irrevocability = result.checks.find(check => check.name === 'irrevocability')
    expect(irrevocability?.message).toContain('1 restarted node')
    const history = await readFile(join(result.directory, 'history.ndjson'), 'utf8')
    expect(history).toContain('"state":"died"')
    expect(await leftovers()).toBe(0)

    const { verdict: again } = await judgeDirectory(result.directory)
    expect(again.verdict).toBe('pass')
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
        '--conflicts',
        '0.3',
        '--settle',
        '20s',
      ],
      ...['--seed', 'conflicts', '--json'],
    )
    const result = JSON.parse(out) as Result
    expect(code).toBe(0)
    expect(result.checks.find(check => check.name === 'agreement')?.verdict).toBe('pass')
    expect(result.metrics.accepted).toBeGreaterThan(200)
    expect(await leftovers()).toBe(0)
  }, 180_000)
})

/** A gauge of a node, read inside its container: the mesh cannot be reached from everywhere. */
async function metric(id: string, name: string): Promise<number> {
  const script = `const a=require('os').networkInterfaces();const ip=Object.values(a).flat().find(i=>i.family==='IPv4'&&!i.internal).address;fetch('http://'+ip+':9000/metrics').then(r=>r.text()).then(t=>console.log(/whiteout_node_${name} (\\S+)/.exec(t)[1]))`
  const exec = await host.engine.docker
    .getContainer(id)
    .exec({ Cmd: ['node', '-e', script], AttachStdout: true, AttachStderr: true, Tty: true })
  const stream = await exec.start({ Tty: true })
  let text = ''
  for await (const chunk of stream) text += chunk
  return Number(text.trim())
}
