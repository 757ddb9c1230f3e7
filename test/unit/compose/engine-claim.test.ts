import { describe, expect, it } from '@jest/globals'
import type Docker from 'dockerode'
import { claimEngine, isGone } from '../../../compose/engine/engine-claim.ts'
import type { Claimant } from '../../../model/ports/backend.ts'

const here: Claimant = { user: 'ann', host: 'one', pid: 7, boot: 'b1', namespace: 'net:[1]' }
const elsewhere: Claimant = { ...here, user: 'bob', host: 'two', boot: 'b2' }
const container: Claimant = { ...here, host: 'c0ffee', namespace: 'net:[2]' }

/** An engine as far as volumes go: the first to make one of a name has its labels there. */
function engine() {
  const volumes = new Map<string, Record<string, string>>()
  const docker: Docker = {
    createVolume: async ({ Name, Labels }: { Name: string; Labels: Record<string, string> }) => {
      if (!volumes.has(Name)) volumes.set(Name, Labels)
      return docker.getVolume(Name)
    },
    getVolume: (name: string) => ({
      inspect: async () => ({ Name: name, Labels: volumes.get(name) }),
      remove: async () => {
        if (!volumes.delete(name)) throw Object.assign(new Error('no such volume'), { statusCode: 404 })
      },
    }),
  } as unknown as Docker
  return { docker, volumes }
}

const isHeld = (claim: object): claim is AsyncDisposable => Symbol.asyncDispose in claim

describe('a claim on an engine', () => {
  it('is held by one at a time, named to others, and gone when it is given back', async () => {
    const { docker, volumes } = engine()
    const claim = await claimEngine(docker, elsewhere)
    expect(await claimEngine(docker, here)).toEqual(elsewhere)
    expect(await claimEngine(docker, container)).toEqual(elsewhere)
    if (!isHeld(claim)) throw new Error('it is not held')
    await claim[Symbol.asyncDispose]()
    expect(volumes.size).toBe(0)
    expect(isHeld(await claimEngine(docker, here))).toBe(true)
  })

  it('is taken over from a process that was killed within reach of the lock', async () => {
    const { docker } = engine()
    await claimEngine(docker, { ...here, pid: 6 })
    expect(isHeld(await claimEngine(docker, here))).toBe(true)
  })

  it('is taken over where its volume says nothing of a claimant', async () => {
    const { docker, volumes } = engine()
    volumes.set('whiteout-run', {})
    expect(isHeld(await claimEngine(docker, here))).toBe(true)
  })

  it.each([
    ['this machine before it was started again', { ...here, boot: 'b0' }, true],
    ['another network namespace of this machine, such as a container', container, false],
    ['another machine', elsewhere, false],
    ['this network namespace', { ...here, pid: 1 }, true],
  ])('of %s', (_, holder, gone) => {
    expect(isGone(holder, here)).toBe(gone)
  })
})
