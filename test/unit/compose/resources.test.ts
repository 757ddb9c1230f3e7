import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readUsage, readUsed } from '../../../compose/containers/resources.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'whiteout-cgroup-'))
})
afterEach(() => rm(root, { recursive: true }))

const files = {
  'memory.stat': 'anon 1048576\nfile 4096\n',
  'cpu.stat': 'usage_usec 2500000\n',
}

/** What the kernel shows of a container while it runs, with cgroup v2. */
async function start(id: string, parent = 'docker/'): Promise<string> {
  const folder = join(root, parent.endsWith('/') ? parent + id : `${parent}${id}.scope`)
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

describe('what a container has used', () => {
  it('is read of those that run while another one is down, and of that one once it is up', async () => {
    const down = 'a0'
    await start('b1')
    expect(await readUsage(down, root)).toMatchObject({ memoryBytes: null })
    expect(await readUsage('b1', root)).toEqual({ cpuSeconds: 2.5, memoryBytes: 1048576 })
    await start(down)
    expect(await readUsage(down, root)).toMatchObject({ cpuSeconds: 2.5 })
  })

  it('is none while it is down again', async () => {
    const folder = await start('a0')
    expect((await readUsed(['a0'], root))[0]!.memoryBytes).toBe(1048576)
    await rm(folder, { recursive: true })
    expect(await readUsed(['a0', undefined], root)).toMatchObject([
      { memoryBytes: null },
      { memoryBytes: null },
    ])
  })

  it('is found wherever each of them has its group', async () => {
    await start('a0')
    await start('b1', 'system.slice/docker-')
    const used = await readUsed(['a0', 'b1'], root)
    expect(used.map(({ memoryBytes }) => memoryBytes)).toEqual([1048576, 1048576])
  })
})
