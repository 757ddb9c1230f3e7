import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { readUsage } from '../../compose/containers/resources.ts'
import type { Engine } from '../../compose/engine/engine.ts'
import { parseProcessStat } from '../../compose/noise/processes.ts'
import type { Span } from '../../harness/checkers/noise-track.ts'

/** A program outside of a run that takes CPU; disposing ends it. */
export interface Hog extends AsyncDisposable {
  /** CPU seconds that it used in a time, which must be over. */
  usedIn(span: Span): number
}

const sampleEveryMs = 100

/** A process that keeps one core busy. */
export async function processHog(): Promise<Hog> {
  const child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
  const used = async () => parseProcessStat(await readFile(`/proc/${child.pid}/stat`, 'latin1')).own
  return watched(used, async () => {
    child.kill('SIGKILL')
  })
}

/** A container that may use so many cores, and wants to. */
export async function containerHog({ docker }: Engine, image: string, cores: number): Promise<Hog> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['sh', '-c', 'while :; do :; done'],
    HostConfig: { NanoCpus: cores * 1e9, NetworkMode: 'none' },
  })
  await container.start()
  const used = async () => (await readUsage(container.id)).cpuSeconds ?? Number.NaN
  return watched(used, () => container.remove({ force: true }))
}

function watched(used: () => Promise<number>, end: () => Promise<void>): Hog {
  const samples: { readonly at: number; readonly seconds: number }[] = []
  const stop = new AbortController()
  const watching = (async () => {
    while (!stop.signal.aborted) {
      samples.push({ at: Date.now(), seconds: await used() })
      await delay(sampleEveryMs)
    }
  })()
  const by = (time: number) => samples.find(({ at }) => at >= time)?.seconds ?? Number.NaN
  return {
    usedIn: ({ from, to }) => by(to) - by(from),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await watching.finally(end)
    },
  }
}
