import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { heapFor, nodeHeaps } from '../../../harness/systems/node-heap.ts'
import { nodeCommand } from '../../../harness/systems/reference.ts'
import { machine } from '../../support/plan.ts'

const flagsOf = (nodes: number, cores: number, memoryMiB = 24_000) =>
  nodeCommand({
    nodes: Array.from({ length: nodes }) as never,
    machine: { ...machine, cores, memoryMiB },
  })
    .slice(1, -1)
    .join(' ')

/** The flags of every start that nodes/Dockerfile makes to leave compiled code behind. */
function prepared(): string[] {
  const text = readFileSync(new URL('../../../nodes/Dockerfile', import.meta.url), 'utf8')
  const quoted = (list: string) => [...list.matchAll(/"([^"]*)"/g)].map(([, words]) => words!)
  const [, heaps] = /for heap in (.*); do/.exec(text)!
  const [, memory] = /memory="([^"]*)"/.exec(text)!
  const [, compilers] = /for compiler in (.*); do/.exec(text)!
  return quoted(heaps!).flatMap(heap => {
    const [young, old] = heap.split(' ')
    const sizes = memory!.replaceAll('$1', young!).replaceAll('$2', old!)
    return quoted(compilers!).map(compiler => `${sizes} --v8-pool-size=1 ${compiler}`.trim())
  })
}

describe('how a node starts', () => {
  it.each([
    [60, 2, []],
    [61, 2, ['--always-sparkplug', '--no-opt', '--no-maglev']],
    [31, 1, ['--always-sparkplug', '--no-opt', '--no-maglev']],
    [500, 32, []],
  ])('%i nodes on %i cores compile with %j', (nodes, cpus, expected) => {
    const compiler = flagsOf(nodes, cpus)
      .split(' ')
      .filter(flag => /opt$|maglev|sparkplug/.test(flag))
    expect(compiler).toEqual(expected)
  })

  it('has the largest heap with which all nodes fit, and the smallest where none does', () => {
    const sizes = [20, 150, 250, 300, 500, 1000].map(nodes => heapFor(nodes, 24_000).young)
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    expect([sizes[0], sizes.at(-1)]).toEqual([4, 2])
    expect(heapFor(500, 64_000).young).toBe(4)
  })

  it('has compiled code prepared for every size and machine', () => {
    const known = prepared()
    expect(known).toHaveLength(2 * nodeHeaps.length)
    for (const nodes of [4, 20, 60, 61, 150, 250, 300, 400, 500, 800, 1000])
      for (const cores of [1, 2, 8, 64]) expect(known).toContain(flagsOf(nodes, cores))
  })
})
