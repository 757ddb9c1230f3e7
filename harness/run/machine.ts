import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import type { BeginEvent } from '../../model/event.ts'
import type { EngineFacts } from '../../model/ports/backend.ts'

/** What the first line of a history says about where and with what the run was made. */
export async function describeMachine(engine: EngineFacts): Promise<Pick<BeginEvent, 'version' | 'machine'>> {
  return {
    version: await packageVersion(),
    machine: {
      cpus: engine.cpus,
      cpuModel: cpus()[0]?.model ?? 'unknown',
      memoryMiB: Math.round((engine.isLocal ? totalmem() : engine.memoryBytes) / 2 ** 20),
      kernel: engine.kernel,
      engine: engine.version,
      node: process.version,
    },
  }
}

export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
