import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { median } from './quantile.ts'

/** So many take turns that none has the caches to itself, as in a network. */
const processes = 4
const rounds = 60
/** A process sleeps at least this long between two messages. */
const pauseMs = 2

/** Answers each line with the CPU that the process has used so far, microseconds. */
const program = `
process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage()
  process.stdout.write(user + system + '\\n')
})`

type Sleeper = ChildProcessByStdio<Writable, Readable, null>

/**
 * Measures the CPU of one wake-up: a sleeping Node process reads a message and answers it, microseconds. CPU counts, not
 * time, so that other programs do not count.
 */
export async function measureWake(): Promise<number> {
  const sleepers = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] }),
  )
  try {
    const ask = sleepers.map(asker)
    const before = await Promise.all(ask.map(cpu => cpu()))
    const samples: number[] = []
    for (let round = 0; round < rounds; round++) {
      for (const [index, cpu] of ask.entries()) {
        await new Promise(resolve => setTimeout(resolve, pauseMs))
        const now = await cpu()
        samples.push(now - before[index]!)
        before[index] = now
      }
    }
    // Not the fastest: which caches a process finds warm is luck, and a tenth of the samples differed twofold from run to run.
    return median(samples)
  } finally {
    await Promise.all(sleepers.map(end))
  }
}

/** Wakes a process and resolves to the CPU that it reports. */
function asker({ stdin, stdout }: Sleeper): () => Promise<number> {
  const lines = createInterface(stdout)[Symbol.asyncIterator]()
  return async () => {
    stdin.write('.')
    const { value, done } = await lines.next()
    if (done) throw new Error('a process of the calibration ended early')
    return Number(value)
  }
}

async function end(sleeper: Sleeper): Promise<void> {
  if (sleeper.exitCode !== null || sleeper.signalCode !== null) return
  sleeper.kill('SIGKILL')
  await once(sleeper, 'exit')
}
