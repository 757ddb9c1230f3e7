import type { InstanceGroup } from '../../model/backend.ts'
import { assert } from '../../model/errors.ts'
import type { HoldOptions, Project } from '../../model/ports/backend.ts'
import { containerGroup } from '../containers/container-group.ts'
import type { Engine } from '../engine/engine.ts'
import { engineTimes } from '../engine/engine-times.ts'
import { startShaper } from '../shaper/shaper-container.ts'
import {
  findProject,
  longestGraceMs,
  type ProjectContainers,
  requireEndable,
  requireShapeable,
} from './project-containers.ts'

/** Finds a Compose project that somebody else started, as faults see it. */
export async function openProject(engine: Engine, name: string): Promise<Project> {
  const { docker } = engine
  const found = await findProject(docker, name)
  const { hazards: _, ...facts } = found
  return {
    ...facts,
    graceMs: await longestGraceMs(docker, found),
    requireShapeable: hit => requireShapeable(docker, found, hit),
    requireEndable: hit => requireEndable(found, hit),
    hold: options => hold(engine, found, options),
  }
}

/** A shaper of its own comes with the faults that need one; the project has none. */
async function hold(
  engine: Engine,
  { places }: ProjectContainers,
  { run, directory, shaper: image, clock, journal }: HoldOptions,
): Promise<InstanceGroup & AsyncDisposable> {
  const { docker } = engine
  const shaper = image === undefined ? undefined : await startShaper({ docker, image, run, directory })
  const group = containerGroup({
    docker,
    places,
    journal,
    shaper: () => {
      assert(shaper !== undefined, `run ${run} has no shaper`)
      return shaper.container
    },
    since: clock.originWallMs,
    times: engineTimes(engine, clock),
  })
  return { ...group, [Symbol.asyncDispose]: async () => shaper?.[Symbol.asyncDispose]() }
}
