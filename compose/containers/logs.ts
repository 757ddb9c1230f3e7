import type Docker from 'dockerode'

/** The last lines of a container's output, standard output and error in the order they came; up to a time, where one is given. */
export async function readLogs(
  container: Docker.Container,
  lines: number,
  untilMs?: number,
): Promise<string> {
  const until = untilMs === undefined ? {} : { until: (untilMs / 1000).toFixed(6) as unknown as number }
  const raw = await container.logs({ stdout: true, stderr: true, tail: lines, follow: false, ...until })
  const { Config } = await container.inspect()
  // A terminal has one stream, which the engine hands on as it is.
  return (Config.Tty ? raw.toString('utf8') : demultiplex(raw)).trimEnd()
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
