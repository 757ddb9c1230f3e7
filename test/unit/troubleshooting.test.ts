import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { judgePreflight } from '../../compose/preflight/judge.ts'
import { needOf } from '../../compose/preflight/need.ts'
import { checkers } from '../../harness/checkers/index.ts'

const page = readFileSync('docs/troubleshooting.md', 'utf8')

/** Rows of the tables that follow a `<!-- kind -->` line, by the names of their columns. */
function rowsOf(kind: string): Record<string, string>[] {
  return page
    .split(`<!-- ${kind} -->`)
    .slice(1)
    .flatMap(text => {
      const [header, , ...rows] = /\n\n(\|[\s\S]*?)\n\n/.exec(text)![1]!.split('\n').map(cellsOf)
      return rows.map(cells => Object.fromEntries(header!.map((name, i) => [name, cells[i] ?? ''])))
    })
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map(cell => cell.trim())
/** What is in backticks. */
const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!)

const roots = ['harness', 'compose', 'chaos', 'model', 'scripts', 'simulator', 'workload', 'nodes/consensus']
const sources = roots.flatMap(root =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(ts|mjs)$/.test(name))
    .map(name => readFileSync(join(root, name), 'utf8').replaceAll("\\'", "'")),
)

/** Texts between the placeholders of a message; in the sources something else stands for these. */
const fragmentsOf = (message: string) =>
  message
    .split(/<[^>]*>/)
    .map(part => part.trim())
    .filter(part => /[a-z]{2}/i.test(part))
const isPrinted = (message: string) =>
  sources.some(source => fragmentsOf(message).every(fragment => source.includes(fragment)))

/** Every `code` of an error, those of a choice between two included. */
function codesInSources(): Set<string> {
  const written = sources
    .filter(source => source.includes('HarnessError') || source.includes('printFailure'))
    .flatMap(source => [...source.matchAll(/\bcode(?: =|:) ([^;]*?),?\n|\bexplain\(\s*('[a-z-]+')/g)])
    .flatMap(([, choice, explained]) => [...(explained ?? choice!).matchAll(/(?<!=== )'([a-z][a-z-]+)'/g)])
    .map(([, code]) => code!)
  return new Set(written.filter(code => code !== 'custom'))
}

describe('docs/troubleshooting.md', () => {
  const messages = ['errors', 'findings', 'notes', 'checks']
    .flatMap(rowsOf)
    .flatMap(row => quoted(row.message))

  it.each(messages)('has a row for %j because the sources print it', message => {
    expect(fragmentsOf(message)).not.toEqual([])
    expect(isPrinted(message)).toBe(true)
  })

  it('has every code of an error, and no other', () => {
    const listed = rowsOf('errors').flatMap(row => quoted(row.code))
    expect([...new Set(listed)].sort()).toEqual([...codesInSources()].sort())
  })

  it('has every check that can be other than pass, and no other', () => {
    const listed = rowsOf('checks').flatMap(row => quoted(row.check))
    const made = [...checkers.map(({ name }) => name), 'history', 'cells']
    expect([...new Set(listed)].sort()).toEqual(made.sort())
  })

  it('has every finding of preflight, and no other', () => {
    const facts = {
      ...{ composeVersion: '2', architecture: 'x86_64', cpus: 2, memoryTotalBytes: 2 ** 33 },
      ...{ memoryAvailableBytes: 2 ** 33, engineDiskFreeBytes: 1, runsDiskFreeBytes: 1, engineFilesMax: 1 },
      ...{ sysctls: {}, sysctlsUnread: '', hasNetem: true, otherRuns: [] },
    }
    const found = judgePreflight(facts, needOf(20, { memoryMiBPerNode: 80 })).map(({ name }) => name)
    const listed = rowsOf('findings').flatMap(row => quoted(row.finding))
    expect([...listed].sort()).toEqual([...found].sort())
  })
})
