import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { composeBackend } from '../../../compose/backend.ts'
import { runCli } from '../../../harness/cli/cli.ts'
import { referenceSpeeds } from '../../../harness/plan/cost-constants.ts'
import { plannedNames } from '../../../model/behaviour.ts'
import { writeMachine } from '../../../model/machine.ts'
import type { Plan } from '../../../model/plan.ts'

/** Runs a command line without a process, and gives back all it said. */
async function cli(line: string): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCli(line === '' ? [] : line.split(' '), { stdout, stderr }, composeBackend)
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

describe('bad input', () => {
  it.each([
    ['no nodes', 'scale --nodes 0', '--nodes: expected a whole number from 4 to 1000, got "0"'],
    [
      'too many nodes for a bridge',
      'scale --nodes 5000',
      '--nodes: expected a whole number from 4 to 1000, got "5000"',
    ],
    ['half a node', 'scale --nodes 4.5', '--nodes: expected a whole number from 4 to 1000, got "4.5"'],
    [
      'nodes that are no number',
      'scale --nodes many',
      '--nodes: expected a whole number from 4 to 1000, got "many"',
    ],
    ['an option twice', 'scale --nodes 4 --nodes 5', '--nodes: expected one value, got "4 and 5"'],
    ['an option without its value', 'scale --nodes', '--nodes: expected a value, got nothing'],
    [
      'a bad duration',
      'scale --duration 60',
      '--duration: expected a duration such as 250ms, 60s or 5m, got "60"',
    ],
    [
      'a duration of nothing',
      'scale --duration 0s',
      '--duration: expected a duration from 1s to 168h, got "0s"',
    ],
    [
      'a warm-up longer than the load',
      'scale --duration 20s --warmup 30s',
      '--warmup: a warm-up of 30s is longer than the load of 20s',
    ],
    [
      'a warm-up longer than the load of a file',
      'run scenarios/smoke/four-nodes.toml --warmup 30s',
      '--warmup: a warm-up of 30s is longer than the load of 10s',
    ],
    ['an unknown system', 'scale --system raft', '--system: expected reference, got "raft"'],
    [
      'two systems',
      'scale --system reference --image my-node:1',
      '--system reference and --image my-node:1 cannot be combined',
    ],
    ['no name of an image', 'scale --image my_node:', '--image: expected the name of an image'],
    [
      'an image for a ladder',
      'byzantine --ladder --image my-node:1',
      '--image cannot be combined with --ladder',
    ],
    ['no rate', 'scale --rate 0', '--rate: expected a number from 0.01 to 100000, got "0"'],
    ['a share over 1', 'scale --conflicts 2', '--conflicts: expected a number from 0 to 1, got "2"'],
    ['an unknown arrival', 'scale --arrival burst', '--arrival: expected constant or poisson, got "burst"'],
    [
      'a port out of range',
      'scale --driver-port 70000',
      '--driver-port: expected a whole number from 1 to 65535, got "70000"',
    ],
    [
      'a seed with spaces in it',
      'scale --seed a/b',
      '--seed: expected up to 64 letters, digits, dots, dashes or underscores, got "a/b"',
    ],
    [
      'a rule that does not exist',
      'byzantine --compare-rules --rules census,paxos',
      '--rules: expected one or more of census, lock-votes, tau-0.39, 20/15/15/20, 20/14/14/10, 10/7/7/10, 5/4/4/5, got "paxos"',
    ],
    [
      'two jobs at once',
      'byzantine --ladder --compare-rules',
      '--compare-rules cannot be combined with --ladder',
    ],
    [
      'a share of all nodes',
      'byzantine --compare-rules --fractions 0,1.2',
      '--fractions: expected shares from 0 to below 1, such as 0,0.1,0.33, got "1.2"',
    ],
    [
      'a share of the ladder that is no node',
      'byzantine --ladder --nodes 8 --attacks silent --fractions 0.01',
      '--fractions: 0.01 × 8 nodes rounds down to 0 nodes',
    ],
    [
      'a ladder of nothing',
      'byzantine --ladder --fractions 0',
      '--fractions: expected a share above 0, got "0"',
    ],
    [
      'a share of the comparison that is no node',
      'byzantine --compare-rules --nodes 8 --fractions 0,0.01',
      '--fractions: 0.01 × 8 nodes rounds down to 0 nodes',
    ],
    [
      'a share that is no node',
      'byzantine --nodes 8 --fraction 0.01',
      '--fraction: 0.01 × 8 nodes rounds down to 0 nodes',
    ],
    ['attacks of one run', 'byzantine --attacks silent', '--attacks requires --ladder'],
    ['shares of one run', 'byzantine --fractions 0.1', '--fractions requires --ladder or --compare-rules'],
    ['rules of one run', 'byzantine --rules census', '--rules requires --compare-rules'],
    ['phases of a ladder', 'byzantine --ladder --phase 5s', '--phase cannot be combined with --ladder'],
    [
      'one share of a ladder',
      'byzantine --ladder --fraction 0.3',
      '--fraction cannot be combined with --ladder',
    ],
    [
      'one behaviour of a ladder',
      'byzantine --ladder --behaviour silent',
      '--behaviour cannot be combined with --ladder',
    ],
    [
      'a time to settle for a ladder',
      'byzantine --ladder --settle 5s',
      '--settle cannot be combined with --ladder: a cell has 15 s',
    ],
    [
      'faults on a ladder',
      'byzantine --ladder --fault isolate',
      '--fault cannot be combined with --ladder: a node that restarts cannot rejoin the cell',
    ],
    [
      'faults on a comparison',
      'byzantine --compare-rules --fault isolate',
      '--fault cannot be combined with --compare-rules: the silent nodes are its only faults',
    ],
    [
      'a warm-up of a ladder',
      'byzantine --ladder --warmup 5s',
      '--warmup cannot be combined with --ladder: the first cell',
    ],
    [
      'one share of a comparison',
      'byzantine --compare-rules --fraction 0.2',
      '--fraction cannot be combined with --compare-rules',
    ],
    [
      'a duration of a comparison',
      'byzantine --compare-rules --duration 5s',
      '--duration cannot be combined with --compare-rules: the load lasts as long as the phases (--phase)',
    ],
    [
      'double-spends of a comparison',
      'byzantine --compare-rules --conflicts 0.1',
      '--conflicts cannot be combined with --compare-rules',
    ],
    [
      'a comparison that is kept',
      'byzantine --compare-rules --keep',
      '--keep cannot be combined with --compare-rules',
    ],
    [
      'a misspelt behaviour',
      'byzantine --behaviour twins',
      `--behaviour: expected one of ${plannedNames.join(', ')}, got "twins"`,
    ],
    ['a misspelt option', 'scale --nods 4', 'unknown option --nods; did you mean --nodes?'],
    [
      'more transactions than a run can hold',
      'plan --rate 100000 --duration 168h',
      'scenario.workload: 100000 transactions per second for 604800s, with a warm-up of 10s, are 60,481,000,000; a run has at most 200,000,000 transactions',
    ],
    ['a misspelt option with =', 'plan --nodes=4 --rat=4', 'unknown option --rat; did you mean --rate?'],
    [
      'a misspelt negation',
      'scale --no-provisoin',
      'unknown option --no-provisoin; did you mean --no-provision?',
    ],
    ['an option of another command', 'doctor --rate 5', 'unknown option --rate'],
    ['an option that npm swallowed', 'scale 20', 'unknown argument "20"'],
    ['a misspelt command', 'scal', 'unknown command "scal"; did you mean scale?'],
    ['no command', '', 'a command is missing'],
    ['no file', 'run', 'run: an argument is missing'],
    [
      'a file that is not there',
      'run nowhere.toml',
      'the scenario file nowhere.toml cannot be read: there is no such file',
    ],
    [
      'a file and options',
      'plan scenarios/smoke/four-nodes.toml --nodes 4 --conflicts 0.1',
      '--conflicts cannot be combined with a scenario file',
    ],
    ['a run that is not there', 'check nothing', 'no run "nothing"'],
  ])('%s: one message, a next step, exit code 64', async (_, line, message) => {
    const { code, out, err } = await cli(line)
    expect(err).toContain(`error: ${message}`)
    expect(err).toMatch(/^next: \S/m)
    expect(err).not.toMatch(/^\s+at /m)
    expect([code, out]).toEqual([64, ''])
  })

  it('tells npm users why their number arrived without its option', async () => {
    expect((await cli('scale 20')).err).toContain('npm run scale -- --OPTION VALUE')
  })

  it('with --json puts the error on standard output as well, and nothing else', async () => {
    const { code, out } = await cli('scale --nodes 0 --json')
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'bad-option', exitCode: 64 } })
    expect(code).toBe(64)
  })

  describe('in a scenario file', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'whiteout-cli-'))
    })
    afterEach(() => rm(folder, { recursive: true }))

    it('is named with its line', async () => {
      const file = join(folder, 'bad.toml')
      await writeFile(file, 'name = "bad"\nnodes = 4\n[workload]\nduraton = "5s"\n')
      const { code, err } = await cli(`run ${file}`)
      expect(err).toContain(`scenario.workload.duraton: unknown key; did you mean duration? (${file}:4)`)
      expect(code).toBe(64)
    })

    it('is named by its key where an option makes it bad', async () => {
      const file = join(folder, 'warm.toml')
      await writeFile(file, 'name = "warm"\nnodes = 4\n[workload]\nwarmup = "30s"\n')
      const { code, err } = await cli(`run ${file} --duration 20s`)
      expect(err).toContain('scenario.workload.warmup: a warm-up of 30s is longer than the load of 20s')
      expect(code).toBe(64)
    })
  })
})

describe('chaos', () => {
  it('asks for a fault when none is given', async () => {
    const { code, err } = await cli('chaos --nodes 8')
    expect(err).toContain('error: chaos needs at least one --fault')
    expect(err).toContain('next: describe one')
    expect(code).toBe(64)
  })
})

describe('help', () => {
  it.each(['scale', 'chaos', 'run', 'plan', 'up', 'down', 'check', 'doctor'])(
    'of %s shows an example',
    async command => {
      const { code, out } = await cli(`${command} --help`)
      expect(out).toContain('Examples:')
      expect(out).toContain('npm run')
      expect(code).toBe(0)
    },
  )

  it('lists the commands and the exit codes', async () => {
    const { out } = await cli('--help')
    expect(out).toMatch(/npm run whiteout -- scale +start N nodes/)
    expect(out).toContain('Exit codes: 0 pass, 1 fail, 2 unknown')
  })
})

const machineFlag = `--machine ${writeMachine({ cores: 2, speeds: referenceSpeeds })}`

describe('plan', () => {
  it('shows what a run would do, with the reason for its rate', async () => {
    const { code, out } = await cli(`plan --nodes 500 --seed 7 ${machineFlag}`)
    expect(out).toContain('scale-500, seed 7, for 2 cores')
    expect(out).toContain('live with up to 160 faulty nodes')
    expect(out).toMatch(/rate +[\d.]+ transactions per second take at most [\d.]+ % of 2 cores/)
    expect(out).toMatch(/predicted +p50 \/ p95 at the issuer [\d.]+ m?s \/ [\d.]+ m?s = batching /)
    expect(out).not.toContain('projected')
    expect(code).toBe(0)
  })

  it('takes the machine of another run, projects it to other cores, and names what is too much', async () => {
    const { out: data } = await cli(`plan --nodes 150 --seed 7 --json ${machineFlag}`)
    const directory = await mkdtemp(join(tmpdir(), 'whiteout-plan-'))
    const file = join(directory, 'plan.json')
    await writeFile(file, data)
    const { out } = await cli(`plan --nodes 150 --rate 500 --seed 7 --cpus 32 --machine ${file}`)
    expect(out).toContain('projected')
    const { out: small } = await cli(`plan --nodes 150 --rate 500 --seed 7 --machine ${file}`)
    expect(small).toMatch(/warning +500 TPS at 150 nodes takes [\d.]+ of 2 cores; \d+ TPS fit/)
    await rm(directory, { recursive: true })
  })

  it.each([
    ['cores=2', 'speeds.ed25519'],
    ['no-such-file.json', 'ENOENT'],
  ])('refuses --machine %s, naming %s', async (text, reason) => {
    const { code, err } = await cli(`plan --nodes 20 --machine ${text}`)
    expect(err).toMatch(new RegExp(`--machine: expected a machine, got "${text}": .*${reason}`))
    expect(code).toBe(64)
  })

  it('with --json is the plan and nothing else, the same each time', async () => {
    const line = `plan scenarios/smoke/four-nodes.toml --seed 7 ${machineFlag} --json`
    const [first, second] = [await cli(line), await cli(line)]
    expect(JSON.parse(first.out)).toMatchObject({
      schema: 1,
      seed: '7',
      workload: { rate: 50, rateSource: 'asked' },
    })
    expect(first).toEqual(second)
    expect(first.err).toBe('')
  })

  it.each([
    ['', 10_000],
    ['--duration 5s', 5000],
    ['--warmup 0s', 0],
    ['--duration 40s --warmup 40s', 40_000],
  ])('plans a warm-up of 10 s, at most as long as the load: "%s"', async (options, warmupMs) => {
    const { out } = await cli(`plan --nodes 4 ${options} --json`.replace('  ', ' '))
    expect((JSON.parse(out) as Plan).workload.warmupMs).toBe(warmupMs)
  })

  it('says how long it warms up, and nothing where it does not', async () => {
    expect((await cli('plan --nodes 4')).out).toContain('load       60s after 10s of warm-up, constant')
    expect((await cli('plan --nodes 4 --warmup 0s')).out).toContain('load       60s, constant')
  })

  it('names an image as the system, with its default rate, and keeps the rest of a file', async () => {
    const { out } = await cli(`plan --nodes 4 --image my-node:1 ${machineFlag}`)
    expect(out).toContain('system     image my-node:1, taken to be live with up to 1 faulty nodes')
    expect(out).toContain('rate       20 TPS, the default of my-node:1')
    expect(out).not.toMatch(/^ {2}(consensus|links|predicted) /m)
    const { out: file } = await cli(
      `plan scenarios/smoke/four-nodes.toml --image my-node:2 ${machineFlag} --json`,
    )
    expect((JSON.parse(file) as Plan).scenario).toMatchObject({
      name: 'four-nodes',
      system: { image: 'my-node:2' },
    })
  })

  it('takes a scenario file at another size, and leaves the rest of it as it is', async () => {
    const { out } = await cli('plan scenarios/chaos/ct-001.toml --nodes 100 --duration 6m --seed 7 --json')
    const { nodes, workload, faults, scenario } = JSON.parse(out) as Plan
    expect([nodes.length, workload.durationMs, faults.length]).toEqual([100, 360_000, 1])
    expect(scenario).toMatchObject({ name: 'ct-001', nodes: 100 })
  })

  it('makes a seed where none is given, and another one each time', async () => {
    const seeds = await Promise.all([cli('plan --json'), cli('plan --json')])
    const [one, two] = seeds.map(({ out }) => (JSON.parse(out) as { seed: string }).seed)
    expect(one).toMatch(/^[0-9a-f]{8}$/)
    expect(one).not.toBe(two)
  })
})
