import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { HistoryEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'

useEngine()

type Result = Verdict & { readonly directory: string }

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whiteout-twins-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function byzantine(...more: string[]) {
  const load = [
    '--nodes',
    '8',
    '--rate',
    '20',
    '--duration',
    '6s',
    '--warmup',
    '0s',
    '--seed',
    'twin',
    '--json',
  ]
  const { code, out } = await cli('byzantine', ...load, ...more)
  return { code, result: JSON.parse(out) as Result }
}

/** A network of 8, f = 2, with so many identities in one container that vote against everything. */
async function sybil(identities: number, more = '') {
  const file = join(folder, 'sybil.toml')
  const table = `[[byzantine]]\nbehaviour = "always-reject"\ncount = ${identities}\nidentities = ${identities}\n`
  await writeFile(
    file,
    `name = "sybil"\nnodes = 8\n[workload]\nrate = 20\nduration = "16s"\nwarmup = "0s"\n[settle]\ndeadline = "8s"\n${table}${more}`,
  )
  const { code, out } = await cli('run', file, '--seed', 'sybil', '--json')
  return { code, result: JSON.parse(out) as Result }
}

const notPassed = ({ checks }: Verdict) => checks.filter(({ verdict }) => verdict !== 'pass')
const messageOf = ({ checks }: Verdict, check: string) => checks.find(({ name }) => name === check)!.message

async function historyOf({ directory }: Result): Promise<HistoryEvent[]> {
  const text = await readFile(join(directory, 'history.ndjson'), 'utf8')
  return text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as HistoryEvent]))
}

describe('twins in real containers', () => {
  it('within f everything is final, exactly the twin is caught, and nobody is framed', async () => {
    const { code, result } = await byzantine(
      ...['--fraction', '0.13', '--behaviour', 'twin', '--conflicts', '0.2'],
    )
    expect({ code, failed: notPassed(result) }).toEqual({ code: 0, failed: [] })
    expect(messageOf(result, 'evidence')).toMatch(
      /^1 of 1 Byzantine node caught \(.*equivocation.*\), nobody framed$/,
    )
  }, 240_000)

  it('from N - 2f of them on both sides of a double-spend are accepted, and the witness is shown', async () => {
    const { code, result } = await byzantine(
      ...['--fraction', '0.5', '--behaviour', 'twin', '--conflicts', '0.5'],
    )
    expect(code).toBe(1)
    expect(notPassed(result).map(({ name }) => name)).toContain('agreement')
    expect(result.metrics.contested!.violated).toBeGreaterThan(0)
    expect(messageOf(result, 'agreement')).toMatch(
      /^both sides of \d+ double-spends? were accepted: node-\d accepted \w+ on votes of nodes [\d, ]+; node-\d accepted \w+ on votes of nodes [\d, ]+; nodes [\d, ]+ voted for both/,
    )
  }, 240_000)
})

describe('a staked Sybil in a real container', () => {
  it('that refuses with f identities changes nothing, and a fault on its container takes all of them', async () => {
    const fault = (kind: string, targets: string, at: string, lasts: string) =>
      `[[faults]]\nkind = "${kind}"\ntargets = "${targets}"\nat = "${at}"\nfor = "${lasts}"\n`
    const { code, result } = await sybil(
      2,
      fault('isolate', 'byzantine', '2s', '3s') + fault('kill', 'all', '11s', '2s'),
    )
    expect({ code, failed: notPassed(result) }).toEqual({ code: 0, failed: [] })
    const history = await historyOf(result)
    const end = history.findIndex(event => event.type === 'stage' && event.stage === 'teardown')
    const died = history.slice(0, end).filter(event => event.type === 'container' && event.state === 'died')
    const plan = JSON.parse(await readFile(join(result.directory, 'plan.json'), 'utf8')) as Plan
    expect(died.map(event => 'node' in event && event.node)).toEqual(
      expect.arrayContaining([...plan.byzantine!]),
    )
  }, 240_000)

  it('that refuses with f + 1 identities stalls the network, as expected', async () => {
    const { code, result } = await sybil(3, '[expect]\nstall = true\n')
    expect({ code, failed: notPassed(result) }).toEqual({ code: 0, failed: [] })
    expect(result.metrics.accepted).toBe(0)
  }, 240_000)
})
