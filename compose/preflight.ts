import { HarnessError } from '../model/errors.ts'
import type { Engine, Log } from './engine.ts'
import { collectFacts } from './preflight/facts.ts'
import { describeFinding, type Finding, isForRuns } from './preflight/finding.ts'
import { fixSysctls } from './preflight/fix-sysctls.ts'
import { autogroupKey, judgePreflight } from './preflight/judge.ts'
import { kernelLimits } from './preflight/kernel-limits.ts'
import { needOf } from './preflight/need.ts'

export { describeFinding, type Finding } from './preflight/finding.ts'

export type PreflightOptions = {
  readonly engine: Engine
  readonly nodes: number
  readonly log: Log
  /** The node image; with it the kernel is asked more, and an engine elsewhere can be asked at all. */
  readonly image?: string
  /** The run that asks, whose own containers do not count as another run. */
  readonly run?: string
  /** Figures that differ from the measured ones. */
  readonly need?: Parameters<typeof needOf>[2]
  /** False leaves the kernel's parameters as they are. Default true. */
  readonly fix?: boolean
}

/** Looks at the machine, raises what it may, and tells everything it found. Refuses nothing. */
export async function examine(options: PreflightOptions): Promise<readonly Finding[]> {
  const { engine, image, run } = options
  const need = needOf(options.nodes, engine.memoryBytes / 2 ** 20, options.need)
  const sysctls = [...kernelLimits(need).map(({ key }) => key), autogroupKey]
  const facts = await collectFacts({ engine, sysctls, runsDirectory: need.runsDirectory, image, run })
  const findings = judgePreflight(facts, need)
  // A network that is refused anyway is no reason to change the machine.
  const isHopeless = findings.some(({ level, sysctl }) => level === 'refused' && sysctl === undefined)
  return options.fix === false || isHopeless ? findings : fixSysctls(findings, engine)
}

/**
 * Makes sure that this machine can carry the network, before anything of it starts. What was raised and what is only
 * a worry goes to `log`; advice is left to `doctor`.
 *
 * @throws HarnessError `preflight` (exit code 69) that names every shortage with its figures and its remedy
 */
export async function preflight(options: PreflightOptions): Promise<readonly Finding[]> {
  const findings = await examine(options)
  const refusals = findings.filter(({ level }) => level === 'refused')
  if (refusals.length > 0) throw refusal(options.nodes, refusals)
  for (const finding of findings) {
    if (isForRuns(finding)) options.log(`preflight: ${describeFinding(finding)}`)
  }
  return findings
}

function refusal(nodes: number, all: readonly Finding[]): HarnessError {
  // Kernel parameters are raised once the rest is right; naming them now would only hide what has to be decided.
  const decisions = all.filter(({ sysctl }) => sysctl === undefined)
  const refusals = decisions.length > 0 ? decisions : all
  const remedies = new Set(refusals.flatMap(({ remedy }) => remedy ?? []))
  return new HarnessError({
    code: 'preflight',
    message: `this machine cannot carry ${nodes} nodes: ${refusals.map(({ name, message }) => `${name}: ${message}`).join('; ')}`,
    ...(remedies.size > 0 ? { next: [...remedies].join('; ') } : {}),
    exitCode: 69,
  })
}
