import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { healPatiently } from '../../../harness/session/heal-patiently.ts'
import { forgetRun } from '../../../harness/session/heal-run.ts'
import { clearUndo, findUndone, openUndo } from '../../../harness/session/undo.ts'
import type { UndoEntry } from '../../../model/undo.ts'

const ended = (name: string, startedAt = '1'): UndoEntry => ({
  kind: 'ended',
  name,
  container: name,
  startedAt,
})
const shaped = (name: string): UndoEntry => ({ kind: 'shaped', name, container: name })

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'whiteout-undo-'))
})
afterEach(() => rm(root, { recursive: true }))

describe('the journal of a run', () => {
  it('knows after the process what was done and is not undone, the last deed last', async () => {
    const journal = await openUndo(root)
    await Promise.all([journal.add([ended('web')]), journal.add([ended('db'), shaped('web')])])
    await journal.remove([ended('web')])
    await journal.add([ended('web', '2')])
    const later = await openUndo(root)
    expect(later.entries).toEqual([ended('db'), shaped('web'), ended('web', '2')])
    expect(later.find('ended', 'web')).toEqual(ended('web', '2'))
    expect(later.find('paused', 'web')).toBeUndefined()
  })

  it('leaves no file where nothing was done, and writes nothing twice', async () => {
    const journal = await openUndo(root)
    await journal.remove([ended('web')])
    expect(await findUndone(join(root, '..'))).toEqual([])
    await journal.add([shaped('web')])
    await journal.add([shaped('web')])
    expect((await readFile(join(root, 'undo.ndjson'), 'utf8')).split('\n')).toHaveLength(2)
  })

  it('names the engine once, and knows it after the process', async () => {
    const journal = await openUndo(root, 'engine-1')
    await journal.add([ended('web')])
    await (await openUndo(root, 'engine-2')).add([shaped('web')])
    expect((await openUndo(root)).engine).toBe('engine-1')
    expect((await readFile(join(root, 'undo.ndjson'), 'utf8')).split('\n')).toHaveLength(4)
  })

  it('passes over a line that is torn', async () => {
    await (await openUndo(root)).add([ended('web')])
    await appendFile(join(root, 'undo.ndjson'), '{"undid":{"kind":"end')
    expect((await openUndo(root)).entries).toEqual([ended('web')])
  })

  it('writes behind a torn line so that what follows can be read', async () => {
    const journal = await openUndo(root)
    await journal.add([ended('web')])
    await appendFile(join(root, 'undo.ndjson'), '{"did":{"kind":"pau')
    await journal.add([ended('db')])
    expect((await openUndo(root)).entries).toEqual([ended('web'), ended('db')])
  })

  it('is what `heal --all` finds, until all of it is undone', async () => {
    for (const run of ['b', 'a', 'done']) await mkdir(join(root, run))
    await (await openUndo(join(root, 'b'))).add([ended('web')])
    await (await openUndo(join(root, 'a'))).add([ended('web')])
    const done = await openUndo(join(root, 'done'))
    await done.add([ended('web')])
    await done.remove([ended('web')])
    expect(await findUndone(root)).toEqual(['a', 'b'])
    await clearUndo(join(root, 'a'))
    expect(await findUndone(root)).toEqual(['b'])
  })

  it('goes with the containers of a run that is removed, and stays where these are of a project', async () => {
    await (await openUndo(root)).add([ended('web')])
    await writeFile(join(root, 'faults.json'), '{}')
    expect(await forgetRun(root)).toBe(true)
    expect((await openUndo(root)).entries).toEqual([ended('web')])
    await rm(join(root, 'faults.json'))
    expect(await forgetRun(root)).toBe(false)
    expect((await openUndo(root)).entries).toEqual([])
  })

  it('does not count a deed that could not be written down', async () => {
    const journal = await openUndo(join(root, 'missing'))
    await expect(journal.add([ended('web')])).rejects.toThrow('ENOENT')
    expect(journal.entries).toEqual([])
  })
})

describe('healing patiently', () => {
  function play(attempts: (string | undefined)[]) {
    let nowMs = 0
    const [said, pauses]: [string[], number[]] = [[], []]
    const healed = healPatiently({
      attempt: async () => {
        const problem = attempts.length > 1 ? attempts.shift() : attempts[0]
        if (problem === 'thrown') throw new Error(problem)
        return problem === undefined ? [] : [new Error(problem)]
      },
      log: async line => void said.push(line),
      next: 'npm run heal -- run',
      withinMs: 600_000,
      time: {
        now: () => nowMs,
        pause: async ms => {
          pauses.push(ms)
          nowMs += ms
        },
      },
    })
    return { healed, said, pauses }
  }

  it('goes on until nothing is left, whatever failed, and says why', async () => {
    const { healed, said, pauses } = play(['port in use', 'thrown', undefined])
    expect(await healed).toBe(true)
    expect(pauses).toEqual([500, 1000])
    expect(said).toEqual([
      'port in use; retrying in 0.5 s, for up to 600 s',
      'thrown; retrying in 1 s, for up to 600 s',
    ])
  })

  it('ends after its time, with pauses of at most 30 s, and says who goes on', async () => {
    const { healed, said, pauses } = play(['port in use'])
    expect(await healed).toBe(false)
    expect(Math.max(...pauses)).toBe(30_000)
    expect(pauses.reduce((a, b) => a + b)).toBeLessThanOrEqual(600_000)
    expect(said.at(-1)).toContain('giving up, undo the rest with npm run heal -- run')
  })
})
