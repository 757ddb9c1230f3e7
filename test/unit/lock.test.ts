import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { askHolder, takeLock } from '../../compose/engine/lock.ts'

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
    const lockFile = join(process.cwd(), 'compose', 'engine', 'lock.ts')
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

  it('tells whoever asks about its holder, as it is then', async () => {
    let run = 'first'
    await using _lock = await takeLock(name('told'), { withinMs: 1000, holder: () => ({ run }) })
    expect(await askHolder(name('told'))).toEqual({ run: 'first' })
    run = 'second'
    expect(await askHolder(name('told'))).toEqual({ run: 'second' })
    // Who waits is told as well, and waits on.
    await expect(takeLock(name('told'), { withinMs: 50 })).rejects.toMatchObject({ code: 'lock-timeout' })
  })

  it('has nothing to tell where nobody holds it, or its holder tells nothing', async () => {
    expect(await askHolder(name('free'))).toBeUndefined()
    await using _lock = await takeLock(name('silent'), { withinMs: 1000 })
    expect(await askHolder(name('silent'))).toBeUndefined()
  })

  const itAsRoot = process.getuid?.() === 0 ? it : it.skip
  itAsRoot('is one for all users of this machine', async () => {
    await using _lock = await takeLock(name('users'), { withinMs: 1000, holder: () => ({ run: 'of root' }) })
    const lockFile = join(process.cwd(), 'compose', 'engine', 'lock.ts')
    // Another user may not read the sources, such as those below /root, so it becomes that user once it has them.
    const script = `import { askHolder, takeLock } from ${JSON.stringify(lockFile)}
      const name = ${JSON.stringify(name('users'))}
      process.setuid(65_534)
      await takeLock(name, { withinMs: 50 }).catch(async ({ code }) => console.log(process.getuid(), code, JSON.stringify(await askHolder(name))))`
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(await text(other.stdout)).toBe('65534 lock-timeout {"run":"of root"}\n')
  })
})
