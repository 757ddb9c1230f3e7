import { readFile } from 'node:fs/promises'

/** The Linux distribution of this machine, from /etc/os-release. */
export type Distribution = {
  readonly id: string
  readonly name: string
  readonly codename: string
  /** `debian` for Debian and Ubuntu, whose packages we know; other systems, their derivatives included, are `other`. */
  readonly family: 'debian' | 'other'
}

/** Reads /etc/os-release; undefined where there is none (not Linux). */
export async function readDistribution(path = '/etc/os-release'): Promise<Distribution | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseDistribution(text)
}

/** Parses the shell assignments of os-release(5). */
export function parseDistribution(text: string): Distribution {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/.exec(line.trim())
    if (match) fields.set(match[1]!, match[2] ?? match[3] ?? match[4] ?? '')
  }
  const id = fields.get('ID') ?? 'linux'
  return {
    id,
    name: fields.get('PRETTY_NAME') ?? id,
    codename: fields.get('VERSION_CODENAME') ?? '',
    family: id === 'debian' || id === 'ubuntu' ? 'debian' : 'other',
  }
}
