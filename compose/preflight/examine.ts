import type { Finding } from '../../model/finding.ts'
import type { NetworkNeed } from '../../model/ports/backend.ts'
import type { Engine } from '../engine/engine.ts'
import { collectFacts } from './facts.ts'
import { fixSysctls } from './fix-sysctls.ts'
import { autogroupKey, judgePreflight } from './judge.ts'
import { kernelLimits } from './kernel-limits.ts'
import { needOf } from './need.ts'

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
