import { globSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parseScenario, readScenario } from '../../../harness/scenario/read.ts'
import { writeScenario } from '../../../harness/scenario/write.ts'
import type { HarnessError } from '../../../model/errors.ts'

const limits = { nodesMax: 1000 }

/** What is said about a scenario that must be refused. */
function refusal(text: string): string {
  try {
    parseScenario(text, 'f.toml', limits)
  } catch (error) {
    expect((error as HarnessError).exitCode).toBe(64)
    return (error as Error).message
  }
  throw new Error('it was accepted')
}

describe('scenario', () => {
  it('fills in every default', () => {
    const scenario = parseScenario('name = "a"\nnodes = 4\n', 'f.toml')
    expect(scenario.workload).toEqual({
      duration: 60_000,
      arrival: 'constant',
      payloadBytes: 64,
      conflictShare: 0,
    })
    expect(scenario.consensus).toEqual({ rule: 'census', tau: 0.32, faultCensus: false })
    expect(scenario.settle.deadline).toBeUndefined()
  })

  it.each([
    [
      'a value out of range',
      'name = "a"\nnodes = 0\n',
      'scenario.nodes: expected at least 4, got 0 (f.toml:2)',
    ],
    [
      'too many nodes',
      'name = "a"\nnodes = 5000\n',
      'scenario.nodes: expected at most 1000, got 5000 (f.toml:2)',
    ],
    [
      'a value of the wrong type',
      'name = "a"\nnodes = "5"\n',
      'scenario.nodes: expected a number, got "5" (f.toml:2)',
    ],
    [
      'a value that is no choice',
      'name = "a"\nnodes = 4\n[consensus]\nrule = "raft"\n',
      'scenario.consensus.rule: expected "census" or "sampled", got "raft" (f.toml:4)',
    ],
    ['a missing key', 'name = "a"\n', 'scenario.nodes: expected a number, got nothing (f.toml)'],
    [
      'a misspelt key',
      'name = "a"\nnodes = 4\n[workload]\nrat = 4\n',
      'scenario.workload.rat: unknown key; did you mean rate? (f.toml:4)',
    ],
    [
      'a misspelt table',
      'name = "a"\nnodes = 4\n[worklaod]\nrate = 4\n',
      'scenario.worklaod: unknown key; did you mean workload? (f.toml:3)',
    ],
    [
      'a key that a fault of this kind has not',
      'name = "a"\nnodes = 4\n[[faults]]\nkind = "kill"\nfor = "5s"\ncolor = "red"\n',
      'scenario.faults[0].color: unknown key; expected one of kind, at, every, mean, from, until, for, targets (f.toml:6)',
    ],
    [
      'a share as a number',
      'name = "a"\nnodes = 4\n[[faults]]\nkind = "loss"\nfor = "5s"\nshare = 0.1\n',
      'scenario.faults[0].share: expected a share from 0% (not included) to 100%, such as 5%, as text, got 0.1 (f.toml:6)',
    ],
    [
      'a bad duration',
      'name = "a"\nnodes = 4\nworkload.duration = "60"\n',
      'scenario.workload.duration: expected a duration such as 250ms, 60s or 5m, got "60" (f.toml:3)',
    ],
    [
      'a warm-up longer than its load',
      'name = "a"\nnodes = 4\n[workload]\nduration = "20s"\nwarmup = "30s"\n',
      'scenario.workload.warmup: a warm-up of 30s is longer than the load of 20s (f.toml:5)',
    ],
    [
      'a throughput whose levels are out of order',
      'name = "a"\nnodes = 4\n[expect.throughput]\ntarget = 50\nacceptable = 60\ncritical = 40\n',
      'scenario.expect.throughput.acceptable: 60 asks for more than the target 50; expected target >= acceptable >= critical (f.toml:5)',
    ],
    [
      'a finality whose levels are out of order',
      'name = "a"\nnodes = 4\n[expect.finalityP95Ms]\ntarget = 50\nacceptable = 60\ncritical = 40\n',
      'scenario.expect.finalityP95Ms.critical: 40 asks for more than the acceptable 60; expected target <= acceptable <= critical (f.toml:6)',
    ],
    [
      'a misspelt level',
      'name = "a"\nnodes = 4\n[expect.throughput]\ntarget = 50\nacceptible = 40\ncritical = 30\n',
      'scenario.expect.throughput.acceptable: expected a number, got nothing (f.toml:3)\nscenario.expect.throughput.acceptible: unknown key; did you mean acceptable? (f.toml:5)',
    ],
    [
      'a throughput that is no objective',
      'name = "a"\nnodes = 4\nexpect.throughput = "mesured"\n',
      'scenario.expect.throughput: expected "measured", or a table of target, acceptable and critical, got "mesured" (f.toml:3)',
    ],
    [
      'a misspelt warm-up',
      'name = "a"\nnodes = 4\n[workload]\nwarm_up = "3s"\n',
      'scenario.workload.warm_up: unknown key; did you mean warmup? (f.toml:4)',
    ],
    [
      'a bad name',
      'name = "A b"\nnodes = 4\n',
      'scenario.name: expected lower-case letters, digits and dashes, got "A b" (f.toml:1)',
    ],
  ])('refuses %s, naming the key and its line', (_, text, message) => {
    expect(refusal(text)).toBe(message)
  })

  it('lists the keys where no name is near the unknown one', () => {
    expect(refusal('name = "a"\nnodes = 4\nfoobarbaz = 1\n')).toContain(
      'unknown key; expected one of name, description, nodes',
    )
  })

  it('tells all problems at once', () => {
    expect(refusal('name = "A"\nnodes = 3\n').split('\n')).toHaveLength(2)
  })

  it('shows the place of a syntax error', () => {
    expect(refusal('name =\n')).toMatch(/^Invalid TOML document: .*\(f\.toml:1:\d+\)\n1: {2}name =/)
  })

  it('says that a file is missing, and what to give', async () => {
    await expect(readScenario('nowhere.toml', limits)).rejects.toMatchObject({
      code: 'scenario-file',
      message: 'the scenario file nowhere.toml cannot be read: there is no such file',
    })
  })

  it('reads back what it writes', () => {
    const scenario = parseScenario(
      'name = "a"\nnodes = 7\n[workload]\nduration = "90s"\nwarmup = "0s"\nrate = 1.5\n',
      'f.toml',
    )
    expect(parseScenario(writeScenario(scenario), 'g.toml')).toEqual(scenario)
  })

  it.each(globSync('scenarios/**/*.toml'))('%s is accepted and named after its file', async file => {
    const { scenario } = await readScenario(file, limits)
    expect(file.endsWith(`/${scenario.name}.toml`)).toBe(true)
  })

  it('quotes numbers that are not finite as they are written, wherever they stand', () => {
    const text = [
      'name = "a"',
      'nodes = +inf # many',
      'regions = { eu = inf }',
      'consensus.tau = nan',
      '[workload]',
      'rate = 1e999',
      '[[byzantine]]',
      'behaviour = "always-reject"',
      'count = 1',
      '[[byzantine]]',
      'behaviour = "flood"',
      'count = -inf',
      'trigger = { probability = nan }',
    ].join('\n')
    const lines = refusal(text).split('\n')
    expect(lines).toContain('scenario.nodes: expected a finite number, got +inf (f.toml:2)')
    expect(lines).toContain('scenario.consensus.tau: expected a finite number, got nan (f.toml:4)')
    expect(lines).toContain('scenario.workload.rate: expected a finite number, got 1e999 (f.toml:6)')
    expect(lines).toContain('scenario.regions.eu: expected a finite number, got inf (f.toml:3)')
    expect(lines.find(line => line.includes('[1].count'))).toContain('expected a finite number, got -inf')
    expect(lines.find(line => line.includes('[1].trigger'))).toContain('expected a finite number, got nan')
    expect(refusal('name = "a"\nnodes = 4\nworkload = { rate = inf }\n')).toContain('got inf (f.toml:3)')
  })

  it.each(['duration = "169h"', 'duration = "99999999999999999999h"'])(
    'refuses a load without end: %s',
    line => {
      expect(refusal(`name = "a"\nnodes = 4\n[workload]\n${line}\n`)).toMatch(
        /scenario.workload.duration: expected (at most 168h|a duration)/,
      )
    },
  )
})
