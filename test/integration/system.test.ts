import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { labels } from '../../compose/engine/labels.ts'
import { buildImage } from '../../compose/images/image-build.ts'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'

const host = useEngine()
const image = `whiteout-toy:${process.pid}`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whiteout-toy-'))
  const content = (name: string) => readFile(new URL(`../toy/${name}`, import.meta.url), 'utf8')
  await buildImage({
    docker: host.engine.docker,
    tag: image,
    purpose: 'toy',
    dockerfile: await content('Dockerfile'),
    files: { 'toy.mjs': { content: await content('toy.mjs') } },
    arguments: { BASE: host.images.node },
    needsNetwork: false,
  })
}, 60_000)
afterAll(async () => {
  await host.engine?.docker.getImage(image).remove({ force: true })
  await rm(folder, { recursive: true, force: true })
})

/** Plays a scenario whose nodes are the toy. */
async function play(
  name: string,
  toml: string,
): Promise<{ code: number; verdict: Verdict; failed: string[] }> {
  const file = join(folder, `${name}.toml`)
  await writeFile(file, `name = "${name}"\nnodes = 4\n${toml}`)
  const { code, out } = await cli('run', file, '--seed', name, '--no-metrics', '--json')
  const verdict = JSON.parse(out) as Verdict
  const left = await host.engine.docker.listContainers({ all: true, filters: { label: [labels.run] } })
  expect(left).toEqual([])
  return { code, verdict, failed: verdict.checks.flatMap(each => (each.verdict === 'fail' ? each.name : [])) }
}

const system = (defect = '') => `
[system]
image = "${image}"
data = "/data"
environment = { TOY_DEFECT = "${defect}" }
`

const load = `
[workload]
rate = 40
duration = "2s"
warmup = "0s"
conflictShare = 0.5
`

const kill = `
[[faults]]
kind = "kill"
targets = "node-2"
at = "1s"
for = "500ms"
`

describe('a system of somebody else', () => {
  it('passes where a node is killed and another one runs a malicious build', async () => {
    const malicious = `
[[byzantine]]
image = "${image}"
environment = { TOY_DEFECT = "contrary" }
targets = "node-3"
`
    const { code, verdict, failed } = await play('toy', system() + load + kill + malicious)
    expect({ code, failed, open: verdict.checks.filter(each => each.verdict === 'unknown') }).toEqual({
      code: 0,
      failed: [],
      open: [],
    })
    expect(verdict.metrics).toMatchObject({ nodes: 4, submitted: 80, lost: 0 })
    expect(verdict.checks.find(({ name }) => name === 'irrevocability')?.message).toContain(
      '1 restarted node',
    )
  }, 120_000)

  it('fails where it forgets a decision on restart and accepts both sides of a double-spend', async () => {
    const { code, failed } = await play('toy-broken', system('forgets,both') + load + kill)
    expect({ code, failed }).toEqual({
      code: 1,
      failed: expect.arrayContaining(['agreement', 'irrevocability']),
    })
  }, 120_000)
})
