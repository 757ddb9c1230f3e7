import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, jest } from '@jest/globals'
import { cli } from '../support/cli.ts'
import { useIdleEngine } from '../support/engine.ts'
import { freePort, holdPort, isRunning, published, useOwnProject } from '../support/own-project.ts'
import { until } from '../support/until.ts'

jest.setTimeout(180_000)

const host = useIdleEngine()
const { project, up } = useOwnProject(host, 'patience')

it('a heal that fails until the run ends makes it unknown, and the guardian heals when it can', async () => {
  const port = await freePort()
  const web = await up('web', published(port))
  const playing = cli('chaos', '--project', project, '--json', '--fault', 'kill web for 2s')
  await until('web is dead', async () => !(await isRunning(web)), 30_000)
  const held = await holdPort(port)
  const { code, out, err } = await playing
  const { directory, verdict } = JSON.parse(out)
  expect({ code, verdict, err }).toEqual({
    code: 2,
    verdict: 'unknown',
    err: expect.stringMatching(/not healed: web.*[\s\S]*address already in use/),
  })
  const log = () => readFile(join(directory, 'guardian.log'), 'utf8')
  await until('the guardian', async () => (await log()).includes('retrying in'), 30_000)
  await held[Symbol.asyncDispose]()
  await until('web is back', () => isRunning(web), 60_000)
  await until('the guardian has ended', async () => (await log()).includes('started web'), 10_000)
  expect((await cli('heal', directory.split('/').at(-1)!)).out).toBe('nothing to heal\n')
  await rm(directory, { recursive: true })
})
