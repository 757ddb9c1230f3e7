import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { nodeCommand } from '../../../compose/project.ts'

const flagsOf = (nodes: number, cpus: number) =>
  nodeCommand({ nodes: Array.from({ length: nodes }) as never, cpus })
    .slice(1, -1)
    .join(' ')

/** The flags of every start that nodes/Dockerfile makes to leave compiled code behind. */
function prepared(): string[] {
  const text = readFileSync(new URL('../../../nodes/Dockerfile', import.meta.url), 'utf8')
  const sizes = Object.fromEntries(
    [...text.matchAll(/(\w+)="(--min[^"]*)"/g)].map(([, name, flags]) => [`$${name}`, flags]),
  )
  const [, memories] = /for memory in (.*); do/.exec(text)!
  const [, compilers] = /for compiler in (.*); do/.exec(text)!
  const words = (list: string) =>
    [...list.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
  return words(memories!).flatMap(memory =>
    words(compilers!).map(compiler => `${sizes[memory] ?? memory} --v8-pool-size=1 ${compiler}`.trim()),
  )
}

describe('how a node starts', () => {
  it.each([
    [20, 2, []],
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

  it('has compiled code prepared for every size and machine', () => {
    const known = prepared()
    for (const nodes of [4, 20, 81, 150, 151, 300, 301, 400, 401, 500, 800, 801, 1000])
      for (const cpus of [1, 2, 8, 64]) expect(known).toContain(flagsOf(nodes, cpus))
  })
})
