import type Docker from 'dockerode'

/** The last lines of a container's output, standard output and error in the order they came. */
export async function readLogs(container: Docker.Container, lines: number): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, tail: lines, follow: false })
  return demultiplex(raw).trimEnd()
}

const headerBytes = 8

/** Takes the engine's frames apart: one byte of stream, three of nothing, four of length, then the text. */
export function demultiplex(raw: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; at + headerBytes <= raw.length; ) {
    const end = at + headerBytes + raw.readUInt32BE(at + 4)
    parts.push(raw.subarray(at + headerBytes, end))
    at = end
  }
  return Buffer.concat(parts).toString('utf8')
}
