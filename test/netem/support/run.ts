import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'

/** Runs one command in a container. @returns what it wrote @throws Error with that, when it fails */
export async function run(container: Docker.Container, command: readonly string[]): Promise<string> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  const output = new PassThrough()
  container.modem.demuxStream(stream, output, output)
  stream.on('end', () => output.end())
  const written = await text(output)
  const { ExitCode: code } = await exec.inspect()
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${written.trim()}`)
  return written
}
