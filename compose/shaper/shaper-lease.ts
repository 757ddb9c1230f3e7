import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import type { ShaperLease } from '../../model/backend.ts'
import { leaseCommand, leasePaths } from '../../model/shaper.ts'
import { explainEngineError } from '../engine/engine-error.ts'

/** A shell answers at once; on a machine that is overloaded it gets its turn late. */
const answerWithinMs = 4000
/** The shaper looks for renewals about once a second. */
const unseenWithinMs = 5000

/**
 * Opens the line over which a shaper's lease is renewed. It ends with this process, whatever ends that.
 * @throws HarnessError when the shaper does not run
 */
export async function openShaperLease(shaper: Docker.Container): Promise<ShaperLease> {
  const stream = await openShell(shaper)
  // Without a reader an error would end the process; a line that is broken does not answer.
  stream.on('error', () => {})
  const output = new PassThrough()
  shaper.modem.demuxStream(stream, output, output)
  const answers = createInterface(output)
  /** When the oldest renewal was said that the shaper may not have seen. */
  let saidAt = performance.now()
  let said = new Map<string, number>()
  return {
    renew: async () => {
      // Never said before, also over another line.
      const word = String(process.hrtime.bigint())
      const now = performance.now()
      const answered = once(answers, 'line', { signal: AbortSignal.timeout(answerWithinMs) })
      stream.write(`${word}\n`)
      const [answer] = (await answered) as [string]
      const [seen = '', ...held] = answer.split(' ')
      const seenAt = said.get(seen)
      if (seenAt !== undefined) {
        saidAt = seenAt
        said = new Map([...said].filter(([, at]) => at >= seenAt))
      }
      // The shell answers for a shaper that hangs, too.
      if (now - saidAt > unseenWithinMs) throw new Error('the shaper has not seen the last renewals')
      said.set(word, now)
      const [namespaces, disks, limits, breaks] = held.map(Number) as [number, number, number, number]
      return { namespaces, disks, limits, breaks }
    },
    close: () => void stream.end(),
  }
}

async function openShell(shaper: Docker.Container) {
  try {
    const exec = await shaper.exec({
      Cmd: leaseCommand(leasePaths),
      ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
    })
    return await exec.start({ hijack: true, stdin: true })
  } catch (error) {
    throw explainEngineError(error, 'opening a line to the shaper')
  }
}
