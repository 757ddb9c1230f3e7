import { PassThrough, type Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'
import type { ShaperReply, ShaperRequest } from '../../model/shaper.ts'
import { explainEngineError } from '../engine/engine-error.ts'
import { shaperCommand } from '../images/images.ts'

/** Trains of pings over hundreds of pairs take a minute; what takes longer than this hangs. */
const answerWithinMs = 180_000

/**
 * Hands one document to the shaper with one exec, however many nodes it is about.
 * @throws HarnessError when the shaper does not run or does not answer
 */
export async function askShaper(shaper: Docker.Container, request: ShaperRequest): Promise<ShaperReply> {
  try {
    const exec = await shaper.exec({
      Cmd: [...shaperCommand, 'send'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    })
    const stream = await exec.start({ hijack: true, stdin: true })
    const [output, problems] = [new PassThrough(), new PassThrough()]
    shaper.modem.demuxStream(stream, output, problems)
    const overdue = setTimeout(() => stream.destroy(new Error('it did not answer in time')), answerWithinMs)
    const ended = endOf(stream).finally(() => {
      clearTimeout(overdue)
      output.end()
      problems.end()
    })
    stream.end(JSON.stringify(request))
    const [reply, problem] = await Promise.all([text(output), text(problems), ended])
    if (reply === '') throw new Error(problem.trim() || 'it did not answer')
    return JSON.parse(reply) as ShaperReply
  } catch (error) {
    throw explainEngineError(error, 'asking the shaper')
  }
}

function endOf(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('end', resolve).once('close', resolve).once('error', reject)
  })
}
