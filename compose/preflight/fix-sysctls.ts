import { readFile, writeFile } from 'node:fs/promises'
import type { Finding } from '../../model/finding.ts'
import type { Engine } from '../engine/engine.ts'
import { sysctlPath } from './facts.ts'

/**
 * Raises the kernel parameters that findings ask for, where this process may: as root, on the engine's own machine.
 * Never lowers one. What it raised stays until the next boot.
 *
 * @returns the findings, those that were put right with level `fixed`
 */
export async function fixSysctls(findings: readonly Finding[], engine: Engine): Promise<readonly Finding[]> {
  if (!engine.isLocal || process.getuid?.() !== 0) return findings
  return Promise.all(
    findings.map(finding => (finding.sysctl === undefined ? finding : raise(finding, finding.sysctl))),
  )
}

async function raise(finding: Finding, { key, value }: NonNullable<Finding['sysctl']>): Promise<Finding> {
  const path = sysctlPath(key)
  try {
    const before = Number.parseInt(await readFile(path, 'utf8'), 10)
    // Another run may have raised it further since it was read.
    if (before < value) await writeFile(path, `${value}\n`)
    const after = Number.parseInt(await readFile(path, 'utf8'), 10)
    if (after < value) return finding
    const { remedy: _done, sysctl: _raised, ...rest } = finding
    return {
      ...rest,
      level: 'fixed',
      message: `raised from ${finding.have} to ${after} (until the next boot)`,
    }
  } catch {
    // Not writable here, such as in a container: the finding stays, with its remedy.
    return finding
  }
}
