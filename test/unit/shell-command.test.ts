import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { shellCommand } from '../../harness/shell-command.ts'

/** The words that `sh` makes of a command line. */
function wordsOf(command: string): string[] {
  const { stdout, stderr } = spawnSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\0').slice(0, -1)
}

describe('a printed command', () => {
  it('leaves plain words alone, and quotes faults as they are written by hand', () => {
    expect(
      shellCommand(['npm', 'run', 'chaos', '--', '--nodes', 4, '--fault', 'kill any(3) at 20s for 10s']),
    ).toBe('npm run chaos -- --nodes 4 --fault "kill any(3) at 20s for 10s"')
  })

  it.each([
    `it's $(x) "q".toml`,
    '`x`',
    'a b\nc',
    '!!',
    'back\\slash',
    '~',
    '*',
    '',
    "'",
    '; touch x #',
    '-n',
    'é ü',
  ])('gives a shell back what it was made of: %j', word => {
    expect(wordsOf(shellCommand([word, 'x']))).toEqual([word, 'x'])
  })

  it('does so for any words', () => {
    const word = fc.string({ unit: 'binary-ascii', maxLength: 30 }).filter(text => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), words => {
        expect(wordsOf(shellCommand(words))).toEqual(words)
      }),
      { numRuns: 30 },
    )
  })
})
