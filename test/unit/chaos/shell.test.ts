import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Shell } from '../../../chaos/shaper/shell.ts'

let folder: string
let shell: Shell
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whiteout-shell-'))
  shell = new Shell(folder)
})
afterEach(async () => {
  shell.close()
  await rm(folder, { recursive: true })
})

describe('a shell that stays', () => {
  it('runs one program after the other, each with its own input, output, problem and code', async () => {
    expect(await shell.run(['cat'], 'one')).toEqual({ code: 0, output: 'one', problem: '' })
    expect(await shell.run(['cat', '/nowhere'], 'two')).toMatchObject({
      code: 1,
      output: '',
      problem: expect.stringContaining('/nowhere'),
    })
    expect(await shell.run(['cat'], '')).toEqual({ code: 0, output: '', problem: '' })
    expect(await shell.run(['no-such-program'], '')).toMatchObject({ code: 127 })
  })

  it('hands words over as they are', async () => {
    const words = ["it's", 'a b', '$HOME', '`id`', '"quoted"', 'tcp; exit 3', '*']
    expect((await shell.run(['printf', '%s\n', ...words], '')).output).toBe(`${words.join('\n')}\n`)
  })

  it('carries documents larger than a pipe holds', async () => {
    const input = 'line of a document\n'.repeat(20_000)
    expect((await shell.run(['cat'], input)).output).toBe(input)
  })

  it('says so when it has ended, and to whoever comes later', async () => {
    await expect(shell.run(['sh', '-c', 'kill -9 $PPID'], '')).rejects.toThrow('the shell has ended')
    expect(shell.hasEnded).toBe(true)
    await expect(shell.run(['true'], '')).rejects.toThrow('the shell has ended')
  })
})
