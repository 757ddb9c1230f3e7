import { describe, expect, it } from '@jest/globals'
import type Docker from 'dockerode'
import { bundlePrograms } from '../../compose/images/bundle.ts'
import { contentHash } from '../../compose/images/content-hash.ts'
import { type ImageSummary, imagesToPrune } from '../../compose/images/prune.ts'
import { askRegistry } from '../../compose/images/registry.ts'

describe('the content hash of an image', () => {
  it('does not depend on the order of its parts', () => {
    expect(contentHash({ a: '1', b: '2' })).toBe(contentHash({ b: '2', a: '1' }))
  })

  it.each([
    ['a content', { a: '1', b: '3' }],
    ['a name', { a: '1', c: '2' }],
    ['where a content ends', { a: '12', b: '' }],
    ['where a name ends', { ab: '1', '': '2' }],
  ])('changes with %s', (_title, parts) => {
    expect(contentHash(parts)).not.toBe(contentHash({ a: '1', b: '2' }))
  })

  it('is the same for text and for its bytes, and fits a tag', () => {
    expect(contentHash({ a: 'text' })).toBe(contentHash({ a: Buffer.from('text') }))
    expect(contentHash({ a: 'text' })).toMatch(/^[0-9a-f]{12}$/)
  })
})

describe('pruning images', () => {
  const hour = 3600
  const image = (id: string, createdSeconds: number, inUse = false): ImageSummary => ({
    id,
    createdSeconds,
    inUse,
  })
  const five = [1, 2, 3, 4, 5].map(index => image(`${index}`, index * hour))

  it('keeps the newest three', () => {
    expect(imagesToPrune(five, 100 * hour)).toEqual(['2', '1'])
  })

  it('keeps what a container uses', () => {
    expect(imagesToPrune([...five.slice(1), image('1', hour, true)], 100 * hour)).toEqual(['2'])
  })

  it('keeps what is younger than an hour, since another run may be about to use it', () => {
    expect(imagesToPrune(five, 2.5 * hour)).toEqual(['1'])
  })
})

describe('the bundles', () => {
  it('hold native modules by require only: an import of node:http would load all of undici', async () => {
    const files = await bundlePrograms({ probe: 'test/unit/fixtures/program.ts' })
    const text = Buffer.from(files['probe.mjs']!).toString()
    expect(text).toContain('require("node:http")')
    expect(text.match(/\bfrom ?["']node:[a-z]+["']/g)).toEqual(["from'node:module'"])
  })

  it('leave out what prom-client loads for pushing, clusters and metrics of the process', async () => {
    const files = await bundlePrograms({ probe: 'test/unit/fixtures/program.ts' })
    const text = Buffer.from(files['probe.mjs']!).toString()
    expect(text.match(/require\("(node:)?(cluster|https|v8|perf_hooks)"\)/g)).toBeNull()
  })

  it('find the native add-ons of RocksDB and libsodium beside them', async () => {
    const files = await bundlePrograms({ probe: 'test/unit/fixtures/program.ts' })
    expect(Object.keys(files).sort()).toEqual(['probe.mjs', 'rocksdb.node', 'sodium.node'])
    const text = Buffer.from(files['probe.mjs']!).toString()
    expect(text).toContain('require("./rocksdb.node")')
    expect(text).toContain('require("./sodium.node")')
  })

  it('are the same for the same sources', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => bundlePrograms({ probe: 'test/unit/fixtures/program.ts' })),
    )
    expect(contentHash(first!)).toBe(contentHash(second!))
  })

  it('name the source that does not compile', async () => {
    await expect(bundlePrograms({ node: 'nodes/no-such-file.ts' })).rejects.toMatchObject({
      code: 'bundle',
      exitCode: 70,
      message: expect.stringContaining('nodes/no-such-file.ts'),
    })
  })
})

describe('asking the registry', () => {
  /** An engine whose registry answers as `distribution` does, and counts the questions. */
  const engineWith = (distribution: () => Promise<unknown>) => {
    const asked = { times: 0 }
    const docker = {
      getImage: () => ({
        distribution: () => {
          asked.times++
          return distribution()
        },
      }),
    } as unknown as Docker
    return { docker, asked }
  }

  it('says in a few words why it cannot be had', async () => {
    const message =
      '(HTTP code 500) server error - Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.53:53: no such host '
    const { docker } = engineWith(() => Promise.reject(new Error(message)))
    expect(await askRegistry(docker, 'debian:one')).toEqual({
      available: false,
      reason: 'dial tcp: lookup registry-1.docker.io on 10.0.0.53:53: no such host',
    })
  })

  it('asks once and remembers the answer', async () => {
    const { docker, asked } = engineWith(() => Promise.resolve({}))
    expect(await askRegistry(docker, 'debian:two')).toEqual({ available: true })
    expect(await askRegistry(docker, 'debian:two')).toEqual({ available: true })
    expect(asked.times).toBe(1)
  })

  it('does not wait for one that says nothing', async () => {
    const silence = Object.assign(new Error('aborted'), { name: 'TimeoutError' })
    const { docker } = engineWith(() => Promise.reject(silence))
    expect(await askRegistry(docker, 'debian:three')).toEqual({
      available: false,
      reason: 'no answer within 8 s',
    })
  })
})
