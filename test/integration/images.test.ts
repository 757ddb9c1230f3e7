import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { type Engine, ensureEngine } from '../../compose/engine/engine.ts'
import { ensureImages } from '../../compose/images/images.ts'
import { projectRoot } from '../../compose/images/project-root.ts'
import { collectFacts } from '../../compose/preflight/facts.ts'
import type { Images } from '../../model/ports/backend.ts'
import { useEngine } from '../support/engine.ts'

/** A first run installs the engine and makes the base image from the Debian archive. */
const firstRunMs = 10 * 60_000

const host = useEngine()
let engine: Engine
let images: Images

beforeAll(() => {
  engine = host.engine
  images = host.images
})

/** Runs one command in a new container of the node image. */
async function inImage(...command: string[]): Promise<string> {
  const { stdout } = await execa('docker', ['run', '--rm', '--network=none', images.node, ...command], {
    all: true,
  })
  return stdout
}

describe('the engine', () => {
  it('is used as it is when it answers, without a word', async () => {
    const lines: string[] = []
    const again = await ensureEngine({ provision: false, log: line => lines.push(line) })
    expect({ lines, version: again.version }).toEqual({ lines: [], version: engine.version })
  })
})

describe('the node image', () => {
  it('has the Node.js that this project pins', async () => {
    expect(await inImage('node', '--version')).toBe(process.version)
  })

  it.each([
    ['nft', ['nft', '--version'], /^nftables v/],
    ['ip', ['ip', '-V'], /^ip utility/],
    ['tc', ['tc', '-V'], /^tc utility/],
    ['ping', ['ping', '-V'], /^ping from iputils/],
    ['nsenter', ['nsenter', '--version'], /^nsenter from util-linux/],
  ])('has %s for faults and their attestation', async (_tool, command, answer) => {
    expect(await inImage(...command)).toMatch(answer)
  })

  it.each([
    ['RocksDB', 'rocksdb.node', 'db_open'],
    ['libsodium', 'sodium.node', 'crypto_sign_verify_detached'],
  ])('loads the native add-on of %s', async (_library, file, call) => {
    expect(await inImage('node', '-e', `console.log(typeof require("/app/${file}").${call})`)).toBe(
      'function',
    )
  })

  it('brings compiled code for its command, so that a node starts with less CPU', async () => {
    const { all } = await execa(
      'docker',
      ['run', '--rm', '--network=none', '--env=NODE_DEBUG_NATIVE=COMPILE_CACHE', images.node],
      { reject: false, all: true },
    )
    expect(all).toMatch(/cache for ESM file:\/\/\/app\/node.mjs was accepted/)
  })

  it('is not built a second time', async () => {
    const lines: string[] = []
    expect(await ensureImages({ engine, log: line => lines.push(line) })).toEqual(images)
    expect(lines).toEqual([`images: ${images.node} is up to date`])
  })

  it(
    'is built once when two runs want it at the same time',
    async () => {
      const folder = await mkdtemp(join(projectRoot, 'test', 'integration', '.program-'))
      const program = join(folder, 'main.ts')
      // A program no image has been built of yet.
      await writeFile(program, `console.log(${JSON.stringify(folder)})\n`)
      const lines: string[] = []
      const options = { engine, log: (line: string) => lines.push(line), entries: { node: program } }
      try {
        const [first, second] = await Promise.all([ensureImages(options), ensureImages(options)])
        expect(first).toEqual(second)
        expect(lines.filter(line => line.startsWith('images: built'))).toHaveLength(1)
        await engine.docker.getImage(first.node).remove()
      } finally {
        await rm(folder, { recursive: true })
      }
    },
    firstRunMs,
  )
})

describe('facts about the machine', () => {
  const sysctls = ['kernel.pid_max', 'net.ipv4.neigh.default.gc_thresh3', 'no.such.parameter']

  it('are the same read here and read through a container, for an engine that runs elsewhere', async () => {
    const options = { sysctls, runsDirectory: 'runs', image: images.node }
    const here = await collectFacts({ ...options, engine: { ...engine, isLocal: true } })
    const through = await collectFacts({ ...options, engine: { ...engine, isLocal: false } })
    expect(through.sysctls).toEqual(here.sysctls)
    expect(through.sysctls['no.such.parameter']).toBeUndefined()
    expect(through.hasNetem).toBe(here.hasNetem)
    expect(through.engineDiskFreeBytes).toBeUndefined()
  })

  it('leave no container behind', async () => {
    const left = await engine.docker.listContainers({ all: true, filters: { label: ['whiteout.probe'] } })
    expect(left).toEqual([])
  })
})
