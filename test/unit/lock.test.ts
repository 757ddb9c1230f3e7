import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { takeLock } from '../../compose/lock.ts'

const name = (title: string) => `test-${title}-${process.pid}`

describe('a lock', () => {
  it('is held by one at a time, and is passed on when it is given back', async () => {
    const order: string[] = []
    const first = await takeLock(name('pass'), { withinMs: 5000 })
    const second = takeLock(name('pass'), { withinMs: 5000, onWait: () => order.push('waiting') }).then(
      lock => {
        order.push('second')
        return lock
      },
    )
    while (order.length === 0) await new Promise(setImmediate)
    order.push('first gives back')
    await first[Symbol.asyncDispose]()
    await (await second)[Symbol.asyncDispose]()
    expect(order).toEqual(['waiting', 'first gives back', 'second'])
  })

  it('gives up with a message when the holder keeps it', async () => {
    await using _lock = await takeLock(name('kept'), { withinMs: 1000 })
    await expect(takeLock(name('kept'), { withinMs: 50 })).rejects.toMatchObject({
      code: 'lock-timeout',
      exitCode: 69,
    })
  })

  it('stops waiting when it is told to', async () => {
    await using _lock = await takeLock(name('stop'), { withinMs: 1000 })
    const stop = new AbortController()
    const waiting = takeLock(name('stop'), {
      withinMs: 60_000,
      signal: stop.signal,
      onWait: () => stop.abort(),
    })
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('is free as soon as its holder has been killed', async () => {
    const lockFile = join(process.cwd(), 'compose', 'lock.ts')
    const holder = spawn(
      join(process.cwd(), 'node_modules', '.bin', 'node'),
      [
        '--input-type=module',
        '-e',
        `import {takeLock} from ${JSON.stringify(lockFile)}; await takeLock(${JSON.stringify(name('killed'))}, {withinMs: 1000}); console.log('held'); setInterval(() => {}, 1000)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(holder.stdout, 'data')
    const waiting = takeLock(name('killed'), { withinMs: 10_000, onWait: () => holder.kill('SIGKILL') })
    await (await waiting)[Symbol.asyncDispose]()
    expect(holder.killed).toBe(true)
  })
})
