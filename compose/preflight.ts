import type { Finding } from '../model/finding.ts'
import type { NetworkNeed } from '../model/ports/backend.ts'
import type { Engine } from './engine.ts'
import { collectFacts } from './preflight/facts.ts'
import { fixSysctls } from './preflight/fix-sysctls.ts'
import { autogroupKey, judgePreflight } from './preflight/judge.ts'
import { kernelLimits } from './preflight/kernel-limits.ts'
import { needOf } from './preflight/need.ts'

/** Looks at the machine, raises what it may, and tells everything it found. Refuses nothing. */
export async function examine(
  engine: Engine,
  { nodes, run, ...asked }: NetworkNeed,
): Promise<readonly Finding[]> {
  const need = needOf(nodes, asked)
  const sysctls = [...kernelLimits(need).map(({ key }) => key), autogroupKey]
  const facts = await collectFacts({ engine, sysctls, runsDirectory: need.runsDirectory, run })
  const findings = judgePreflight(facts, need)
  // A network that is refused anyway is no reason to change the machine.
  const isHopeless = findings.some(({ level, sysctl }) => level === 'refused' && sysctl === undefined)
  return isHopeless ? findings : fixSysctls(findings, engine)
}
