import { needsShaper } from '../../model/fault.ts'
import type { Plan } from '../../model/plan.ts'
import type { RunOptions } from './context.ts'

/**
 * Makes sure that this machine can make a plan's faults, before the run leaves anything. Only trying tells, from inside of a container, so
 * that the image comes first where there are such faults.
 * @throws HarnessError `preflight` naming the fault and what it lacks
 */
export async function preflightPlan(
  { scenario: { faults } }: Plan,
  { engine, provision, interrupts, reporter }: RunOptions,
): Promise<void> {
  if (!faults.some(needsShaper)) return
  const log = (line: string) => reporter.line(line)
  const images = await engine.ensureImages({ provision, signal: interrupts.stop, log })
  await engine.preflightFaults(faults, images)
}
