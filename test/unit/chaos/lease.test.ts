import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from '@jest/globals'
import { LeaseFiles } from '../../../chaos/shaper/lease.ts'
import { leaseCommand } from '../../../model/shaper.ts'

/** The real line, in a folder of its own. */
async function openLine() {
  const folder = await mkdtemp(join(tmpdir(), 'lease-'))
  const paths = { said: join(folder, 'said'), told: join(folder, 'told') }
  const [program, ...args] = leaseCommand(paths)
  const shell = spawn(program!, args, { stdio: 'pipe' })
  const answers = createInterface(shell.stdout)
  return {
    files: new LeaseFiles(paths),
    say: async (word: string) => {
      const answered = once(answers, 'line')
      shell.stdin.write(`${word}\n`)
      const [answer] = await answered
      return answer as string
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(shell, 'close')
      shell.stdin.end()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

describe('lease', () => {
  it('is renewed by a word that was not said before, and answered with what was seen and is held', async () => {
    await using line = await openLine()
    const { files } = line
    expect(files.wasRenewed()).toBe(false)
    files.tell({ namespaces: 0, disks: 0, limits: 0, breaks: 0 })
    expect(await line.say('1700')).toBe('0 0 0 0 0')
    expect([files.wasRenewed(), files.wasRenewed()]).toEqual([true, false])
    files.tell({ namespaces: 3, disks: 1, limits: 2, breaks: 4 })
    expect(await line.say('1705')).toBe('1700 3 1 2 4')
    expect(files.wasRenewed()).toBe(true)
  })

  it('answers the same again as long as the shaper does not look', async () => {
    await using line = await openLine()
    line.files.tell({ namespaces: 3, disks: 0, limits: 0, breaks: 0 })
    expect([await line.say('1'), await line.say('2')]).toEqual(['0 3 0 0 0', '0 3 0 0 0'])
  })
})
