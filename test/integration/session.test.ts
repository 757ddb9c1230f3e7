import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { composeBackend } from '../../compose/backend.ts'
import { claimEngine, claimVolume } from '../../compose/engine/engine-claim.ts'
import { findRuns } from '../../compose/engine/leftovers.ts'
import { writeOwner } from '../../harness/session/owner.ts'
import { openSession, type Session } from '../../harness/session/session.ts'
import type { Deployment } from '../../model/ports/backend.ts'
import { useDeployments } from '../support/deployments.ts'
import { useIdleEngine } from '../support/engine.ts'

jest.setTimeout(120_000)

const idle = useIdleEngine()
const deployments = useDeployments(() => idle.engine)

async function up(): Promise<Deployment> {
  const deployment = await deployments.make(4)
  const engine = await composeBackend.connect({ provision: false, log: () => {} })
  const network = await engine.up(deployment, {
    ...{ images: idle.images, log: () => {}, signal: new AbortController().signal, onProgress: () => {} },
  })
  network.keep()
  return deployment
}

async function isThere({ run }: Deployment): Promise<boolean> {
  return (await findRuns(idle.engine.docker)).some(found => found.run === run)
}

function open(told: string[] = []): Promise<Session> {
  return openSession(composeBackend, { provision: false, log: line => told.push(line) })
}

describe('session', () => {
  it('removes what a crashed run left, and says so', async () => {
    const crashed = await up()
    const owner = {
      pid: 2 ** 22 + 1,
      processStart: '1',
      host: (await import('node:os')).hostname(),
      state: 'running',
    }
    await writeFile(join(crashed.directory, 'owner.json'), JSON.stringify(owner))
    const told: string[] = []
    await using session = await open(told)
    const ofIt = told.filter(line => line.includes(crashed.run))
    expect(ofIt).toEqual([`removing 5 containers and 2 networks that the crashed run ${crashed.run} left`])
    expect(await isThere(crashed)).toBe(false)
    expect(session.machine.cores).toBeGreaterThan(0)
  })

  it('refuses while a run that was kept is up, and names it and the way on', async () => {
    const kept = await up()
    await writeOwner(kept.directory, 'kept')
    await expect(open()).rejects.toMatchObject({
      code: 'run-kept',
      exitCode: 69,
      message: expect.stringContaining(kept.run),
      next: `remove it with "npm run down -- ${kept.run}", then try again`,
    })
    expect(await isThere(kept)).toBe(true)
  })

  it('refuses while a run is in progress, and leaves it alone', async () => {
    const running = await up()
    await writeOwner(running.directory, 'running')
    await expect(open()).rejects.toMatchObject({
      code: 'run-in-progress',
      message: expect.stringContaining(running.run),
    })
    expect(await isThere(running)).toBe(true)
  })

  it('refuses a second one that starts at the same time, before there is anything to find', async () => {
    await using _first = await open()
    await expect(open()).rejects.toMatchObject({ code: 'run-in-progress', exitCode: 69 })
  })

  it('refuses an engine that another machine has claimed, and takes over what a killed process left', async () => {
    const { docker } = idle.engine
    const bob = { user: 'bob', host: 'elsewhere', pid: 7, boot: 'another', namespace: 'net:[1]' }
    const claim = (await claimEngine(docker, bob)) as AsyncDisposable
    await expect(open()).rejects.toMatchObject({
      code: 'run-in-progress',
      exitCode: 69,
      message: expect.stringContaining('bob on elsewhere (pid 7 there)'),
      next: expect.stringContaining(`docker volume rm ${claimVolume}`),
    })
    await claim[Symbol.asyncDispose]()
    await claimEngine(docker, { ...bob, host: hostname() })
    await (await open())[Symbol.asyncDispose]()
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify({ name: [claimVolume] }) })
    expect(Volumes).toEqual([])
  })

  it('can be opened again once it was closed', async () => {
    await (await open())[Symbol.asyncDispose]()
    await (await open())[Symbol.asyncDispose]()
  })
})
