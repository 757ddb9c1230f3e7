import { describe, expect, it } from '@jest/globals'
import { buildProject } from '../../../compose/project/project.ts'
import { checkersOf } from '../../../harness/checkers/index.ts'
import { buildNodeFiles } from '../../../harness/plan/node-files.ts'
import { parseScenario } from '../../../harness/scenario/read.ts'
import { writeScenario } from '../../../harness/scenario/write.ts'
import { systemOf } from '../../../harness/systems/index.ts'
import { planOf } from '../../support/plan.ts'

const image = { image: 'my-node:1' }
const planned = (scenario: object) => planOf(4, { scenario })

function servicesOf(scenario: object) {
  const plan = planned(scenario)
  const { deployment } = systemOf(plan.scenario)
  const images = { node: 'ours', driver: 'ours', shaper: 'ours' }
  return buildProject(plan, { run: 'r', deployment, images, driverCommand: [], shaperCommand: [] }).services
}

function refusal(system: string, more = ''): string {
  try {
    parseScenario(`name = "a"\nnodes = 4\n${more}[system]\n${system}`, 'f.toml')
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was accepted')
}

describe('a system under test', () => {
  it('is the reference node by default, and by its name', () => {
    for (const scenario of [{}, { system: { name: 'reference' } }]) {
      const { 'node-0': node, driver } = servicesOf(scenario)
      expect(node!.image).toBe('ours')
      expect(node!.command).toContain('/app/node.mjs')
      expect(driver!.image).toBe('ours')
    }
  })

  it('is any image, started as the scenario says, while the driver stays ours', () => {
    const system = {
      ...image,
      command: ['run', '--fast'],
      environment: { MODE: 'x' },
      files: { '/etc/my.conf': 'conf/my.conf' },
      memory: '64MiB',
    }
    const { 'node-2': node, driver } = servicesOf({ system })
    expect(node).toMatchObject({
      image: 'my-node:1',
      command: ['run', '--fast'],
      environment: { MODE: 'x', WHITEOUT_NODE: '2' },
      mem_limit: '256m',
    })
    expect(node!.volumes).toContainEqual({
      ...{ type: 'bind', source: './files/conf%2Fmy.conf', target: '/etc/my.conf', read_only: true },
    })
    expect(driver!.image).toBe('ours')
    expect(servicesOf({ system: image })['node-2']!.command).toBeUndefined()
  })

  it('has a rate of its own, and no finality that our cost model predicts', () => {
    const plan = planned({ system: { ...image, rate: 7 } })
    expect(plan.workload).toMatchObject({ rate: 7, rateSource: 'system' })
    expect(plan.objectives!.finalityP95Ms).toEqual({ unjudged: 'nothing is predicted for this system' })
    expect(plan.objectives!.throughput).toMatchObject({ unit: 'share', withinMs: 10_000 })
    expect(planned({ system: image, workload: { rate: 3 } }).workload).toMatchObject({ rateSource: 'asked' })
  })

  it('is read back from what a run writes', () => {
    const text =
      'name = "a"\nnodes = 4\n[system]\nimage = "x:1"\nmemory = "64MiB"\nready = "2m"\nclock = true\n'
    const scenario = parseScenario(text, 'f.toml')
    expect(scenario.system).toEqual({ image: 'x:1', memory: 64 * 2 ** 20, ready: 120_000, clock: true })
    expect(parseScenario(writeScenario(scenario), 'again')).toEqual(scenario)
  })

  it.each([
    ['name = "raft"', 'scenario.system.name: expected reference, got "raft" (f.toml:4)'],
    ['imag = "x"', 'scenario.system.imag: unknown key; did you mean image? (f.toml:4)'],
    ['rate = 3', 'scenario.system.image: expected image = "NAME" or name = "reference", got neither'],
    ['image = "a b"', 'scenario.system.image: expected the name of an image, such as my-node:1, got "a b"'],
    ['name = "reference"\nimage = "x"', 'scenario.system.image: cannot be combined with name = "reference"'],
    ['image = "x"\nfiles = { a = "b" }', 'scenario.system.files: expected absolute paths in the image'],
    ['image = "x"\nbehaviours = ["nice"]', 'scenario.system.behaviours[0]: expected one of random-vote'],
  ])('refuses %j', (system, message) => {
    expect(refusal(system)).toContain(message)
  })

  it.each([
    [
      { byzantine: [{ behaviour: 'silent', count: 1 }] },
      'byzantine[0].behaviour: my-node:1 cannot show silent; it shows no behaviours',
    ],
    [{ byzantine: [{ behaviour: 'twin', count: 1 }] }, 'byzantine[0].behaviour: my-node:1 cannot show twin'],
    [
      { faults: [{ kind: 'skew', by: '-30s', for: '5s' }] },
      'faults[0].kind: the clock of my-node:1 cannot be set',
    ],
    [
      { faults: [{ kind: 'behaviour', as: 'silent', for: '5s' }] },
      'faults[0].kind: my-node:1 cannot show silent',
    ],
  ])('refuses what its nodes cannot do: %j', (scenario, message) => {
    expect(() => planned({ system: image, ...scenario })).toThrow(`scenario.${message}`)
  })

  it('shows the behaviours that its table lists, and several identities in no container', () => {
    const system = { ...image, behaviours: ['silent'] }
    expect(planned({ system, byzantine: [{ behaviour: 'silent', targets: 'node-3' }] }).byzantine).toEqual([
      3,
    ])
    const sybils = [{ behaviour: 'silent', count: 2, identities: 2 }]
    expect(() => planned({ system, byzantine: sybils })).toThrow('my-node:1 runs one identity a container')
  })

  it('is judged by evidence of peers only where its nodes report any, and the driver asks for none', () => {
    const names = (scenario: object) =>
      checkersOf(systemOf(planned(scenario).scenario)).map(({ name }) => name)
    expect(names({})).toEqual(expect.arrayContaining(['behaviours', 'evidence', 'agreement']))
    expect(names({ system: image })).toEqual(names({}).filter(name => !/behaviours|evidence/.test(name)))
    const byzantine = [{ image: 'evil:1', count: 1 }]
    const { driver } = buildNodeFiles(planned({ system: image, byzantine }), 'r')
    expect(driver).toMatchObject({ client: 'http', evidence: false })
    expect(driver.witnesses).toBeUndefined()
  })
})

describe('a malicious build', () => {
  const byzantine = [{ image: 'evil:1', environment: { HOW: 'twice' }, targets: 'node-3' }]

  it('runs at its nodes in place of any system, and they count as Byzantine', () => {
    for (const scenario of [{ byzantine }, { byzantine, system: image }]) {
      expect(planned(scenario).byzantine).toEqual([3])
      const { 'node-3': node, 'node-2': other } = servicesOf(scenario)
      expect(node).toMatchObject({ image: 'evil:1', environment: { HOW: 'twice', WHITEOUT_NODE: '3' } })
      expect(node!.command).toBeUndefined()
      expect(other!.image).not.toBe('evil:1')
    }
  })

  it('is among the images that the engine must have', () => {
    const plan = planned({ byzantine, system: image })
    expect(systemOf(plan.scenario).deployment.images(plan)).toEqual(['my-node:1', 'evil:1'])
    expect(systemOf({}).deployment.images(planned({ byzantine }))).toEqual(['evil:1'])
  })

  it.each([
    [{ count: 1 }, 'byzantine[0].image: expected the name of an image, or a behaviour: one of random-vote'],
    [{ image: 'x' }, 'byzantine[0].count: expected one of count, fraction and targets, got none'],
    [{ image: 'x', count: 1, trigger: 'never' }, 'byzantine[0].trigger: unknown key'],
  ])('refuses %j', (table, message) => {
    expect(() => planned({ byzantine: [table] })).toThrow(`scenario.${message}`)
  })
})
