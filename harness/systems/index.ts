import type { System } from '../../model/ports/system.ts'
import type { Scenario } from '../../model/scenario.ts'
import { imageSystem } from './image.ts'
import { reference } from './reference.ts'

/** Whether finality and the load that fits are predicted. */
export function hasCostModel({ deployment }: System): boolean {
  return deployment.defaultRate === 'cost model'
}

/** The system that a scenario runs. */
export function systemOf({ system }: Pick<Scenario, 'system'>): System {
  if (system?.image === undefined) return reference
  return imageSystem({ ...system, image: system.image })
}
