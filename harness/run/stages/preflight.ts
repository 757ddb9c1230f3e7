import { shimMiB } from '../../../compose/node-heap.ts'
import { preflight } from '../../../compose/preflight.ts'
import { systemOf } from '../../systems/index.ts'
import { inStage, note, type RunContext } from '../context.ts'

/** Refuses what this machine cannot carry before anything starts. */
export async function preflightStage(context: RunContext): Promise<void> {
  await inStage(context, 'preflight', async () => {
    context.interrupts.stop.throwIfAborted()
    const { engine, plan, run, runsRoot, metrics } = context
    const log = (line: string) => note(context, 'info', line)
    const { deployment } = systemOf(plan.scenario)
    const machine = { memoryMiB: engine.memoryBytes / 2 ** 20 }
    const memoryMiBPerNode = deployment.memoryMiBPerNode(plan.nodes.length, machine) + shimMiB
    const need = { runsDirectory: runsRoot, isWatched: metrics, memoryMiBPerNode }
    await preflight({ engine, nodes: plan.nodes.length, run, need, log })
  })
}
