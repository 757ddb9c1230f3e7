import { cpus, release, totalmem } from 'node:os'

/** What a figure cannot be compared without. */
function machineFacts() {
  return {
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
  }
}

/** One NDJSON line per result, ready to be appended to a file. */
export function emit(bench: string, result: Record<string, unknown>): void {
  process.stdout.write(
    `${JSON.stringify({ at: new Date().toISOString(), bench, ...result, machine: machineFacts() })}\n`,
  )
}
