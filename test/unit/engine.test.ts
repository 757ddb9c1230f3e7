import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { composeSource } from '../../compose/engine/compose-plugin.ts'
import { findDockerd } from '../../compose/engine/daemon.ts'
import { parseDistribution } from '../../compose/engine/distribution.ts'
import { findEndpoint } from '../../compose/engine/endpoint.ts'
import { connectTo, ping } from '../../compose/engine/ping.ts'
import { decideEngineStep, type EngineFacts } from '../../compose/engine/provision.ts'
import { HarnessError } from '../../model/errors.ts'

const debian = parseDistribution(
  'ID=debian\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
)
const fedora = parseDistribution('ID=fedora\nPRETTY_NAME="Fedora Linux 42"\n')

/** A fresh Debian machine and root: nothing installed, nothing running. */
const fresh: EngineFacts = {
  endpoint: { host: 'unix:///var/run/docker.sock', source: 'default' },
  reach: 'absent',
  detail: 'connect ENOENT /var/run/docker.sock',
  platform: 'linux',
  isRoot: true,
  dockerd: undefined,
  distribution: debian,
  provision: true,
}

function refusal(facts: Partial<EngineFacts>): HarnessError {
  try {
    decideEngineStep({ ...fresh, ...facts })
  } catch (error) {
    if (error instanceof HarnessError) return error
  }
  throw new Error('it was not refused')
}

describe('the way to an engine', () => {
  it('uses an engine that answers, whatever else is true', () => {
    expect(decideEngineStep({ ...fresh, reach: 'answers', provision: false, isRoot: false })).toBe('use')
  })

  it('starts one that is installed but not running', () => {
    expect(decideEngineStep({ ...fresh, dockerd: '/usr/sbin/dockerd' })).toBe('start')
    expect(decideEngineStep({ ...fresh, dockerd: '/usr/sbin/dockerd', distribution: fedora })).toBe('start')
  })

  it('installs it on Debian as root', () => {
    expect(decideEngineStep(fresh)).toBe('install')
  })

  it.each([
    ['nothing is installed', {}, /^the Docker Engine is not installed, and --no-provision forbids/],
    [
      'it is not running',
      { dockerd: '/usr/sbin/dockerd' },
      /^the Docker Engine is installed but not running/,
    ],
  ])('changes nothing under --no-provision when %s', (_title, facts, message) => {
    const error = refusal({ ...facts, provision: false })
    expect(error).toMatchObject({ code: 'engine-not-provisioned', exitCode: 69 })
    expect(error.message).toMatch(message)
  })

  it.each([
    ['without root', { isRoot: false }, /installing it needs root$/],
    [
      'without root, not running',
      { isRoot: false, dockerd: '/usr/sbin/dockerd' },
      /dockerd is installed but starting it needs root$/,
    ],
    ['on Fedora', { distribution: fedora }, /on Debian and Ubuntu only \(this is Fedora Linux 42\)$/],
    [
      'on a Mac',
      { platform: 'darwin', distribution: undefined },
      /not provisioned automatically on this system$/,
    ],
  ])('names the three ways on where it may do nothing itself (%s)', (_title, facts, message) => {
    const error = refusal(facts)
    expect(error).toMatchObject({ code: 'engine-missing', exitCode: 69 })
    expect(error.message).toMatch(message)
    expect(error.next).toMatch(/^\(1\) .*; or \(2\) .*; or \(3\) /)
  })

  it('never provisions in place of an engine somebody chose', () => {
    const chosen = refusal({ endpoint: { host: 'tcp://10.0.0.1:2375', source: 'DOCKER_HOST' } })
    expect(chosen.code).toBe('engine-unreachable')
    expect(chosen.next).toMatch(/unset it/)
    expect(refusal({ endpoint: { host: 'unix:///x.sock', source: 'context' } }).next).toMatch(
      /docker context use/,
    )
  })

  it('says what to do about missing rights, and does not install a second engine', () => {
    expect(refusal({ reach: 'denied', isRoot: false }).next).toMatch(/usermod -aG docker/)
  })

  it('does not start a second engine beside one that hangs', () => {
    expect(refusal({ reach: 'silent', dockerd: '/usr/sbin/dockerd' }).code).toBe('engine-unreachable')
  })
})

describe('the endpoint of the engine', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'whiteout-test-'))
  })
  afterEach(() => rm(home, { recursive: true }))

  it('is the default socket when nobody chose another', async () => {
    expect(await findEndpoint({ HOME: home })).toEqual({
      host: 'unix:///var/run/docker.sock',
      source: 'default',
    })
  })

  it('is DOCKER_HOST before any context', async () => {
    const environment = { HOME: home, DOCKER_HOST: 'tcp://10.0.0.1:2375', DOCKER_CONTEXT: 'other' }
    expect(await findEndpoint(environment)).toEqual({ host: 'tcp://10.0.0.1:2375', source: 'DOCKER_HOST' })
  })

  it('is that of the context chosen with docker context use', async () => {
    // SHA-256 of "desktop-linux", as the docker command names its folder.
    const id = 'fe9c6bd7a66301f49ca9b6a70b217107cd1284598bfc254700c989b916da791e'
    const folder = join(home, '.docker', 'contexts', 'meta', id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(home, '.docker', 'config.json'), '{"currentContext":"desktop-linux"}')
    await writeFile(
      join(folder, 'meta.json'),
      '{"Endpoints":{"docker":{"Host":"unix:///home/u/docker.sock"}}}',
    )
    expect(await findEndpoint({ HOME: home })).toEqual({
      host: 'unix:///home/u/docker.sock',
      source: 'context',
    })
  })

  it('is refused when the chosen context does not exist', async () => {
    await expect(findEndpoint({ HOME: home, DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
      code: 'docker-context',
      exitCode: 69,
    })
  })

  it('is absent where no socket is', async () => {
    const docker = connectTo({ host: `unix://${join(home, 'none.sock')}`, source: 'default' })
    expect(await ping(docker)).toMatchObject({ reach: 'absent' })
  })

  it('is not there for a docker command without a dockerd', async () => {
    await writeFile(join(home, 'docker'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await findDockerd({ PATH: home })).not.toBe(join(home, 'dockerd'))
    await writeFile(join(home, 'dockerd'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await findDockerd({ PATH: home })).toBe(join(home, 'dockerd'))
  })
})

describe('Docker Compose v2', () => {
  it.each([
    ['debian', 'bookworm', { kind: 'newer-debian', suite: 'trixie' }],
    ['debian', 'trixie', { kind: 'package', name: 'docker-compose' }],
    ['ubuntu', 'noble', { kind: 'package', name: 'docker-compose-v2' }],
    ['debian', 'bullseye', undefined],
    ['fedora', '', undefined],
  ])('comes from a package that is known to be version 2 (%s %s)', (id, codename, source) => {
    expect(composeSource(parseDistribution(`ID=${id}\nVERSION_CODENAME=${codename}\n`))).toEqual(source)
  })
})
