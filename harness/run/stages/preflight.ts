import { HarnessError } from '../../../model/errors.ts'
import { describeFinding, type Finding, isForRuns } from '../../../model/finding.ts'
import { systemOf } from '../../systems/index.ts'
import { shimMiB } from '../../systems/node-heap.ts'
import { inStage, note, type RunContext } from '../context.ts'

/**
 * Refuses what this machine cannot carry before anything starts. What was raised and what is only a worry is noted; advice is left to `doctor`.
 * @throws HarnessError `preflight` (exit code 69) that names every shortage with its figures and its remedy
 */
export async function preflightStage(context: RunContext): Promise<void> {
  await inStage(context, 'preflight', async () => {
    context.interrupts.stop.throwIfAborted()
    const { engine, plan, run, runsRoot, metrics } = context
    const nodes = plan.nodes.length
    const { deployment } = systemOf(plan.scenario)
    const machine = { memoryMiB: engine.memoryBytes / 2 ** 20 }
    const memoryMiBPerNode = deployment.memoryMiBPerNode(nodes, machine) + shimMiB
    const findings = await engine.examine({
      ...{ nodes, run, memoryMiBPerNode, isWatched: metrics, runsDirectory: runsRoot },
    })
    const refusals = findings.filter(({ level }) => level === 'refused')
    if (refusals.length > 0) throw refusal(nodes, refusals)
    for (const finding of findings.filter(isForRuns))
      note(context, 'info', `preflight: ${describeFinding(finding)}`)
  })
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
