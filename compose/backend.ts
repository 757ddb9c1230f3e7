import type { Backend, Engine } from '../model/ports/backend.ts'
import { healContainers } from './containers/heal.ts'
import { takeEngine } from './engine/claim.ts'
import { ensureEngine } from './engine/engine.ts'
import { findRuns } from './engine/leftovers.ts'
import { chooseMeshOctet } from './engine/subnet.ts'
import { openProject } from './foreign/project-hold.ts'
import { ensureImages } from './images/images.ts'
import { ensureMonitoringImages } from './images/monitoring.ts'
import { requireImages } from './images/require.ts'
import { removeRun } from './network/teardown.ts'
import { bringUp } from './network/up.ts'
import { examine } from './preflight/examine.ts'
import { preflightFaults } from './preflight/fault-needs.ts'
import { nodesPerBridgeMax } from './preflight/judge.ts'
import { sessionAdvice } from './preflight/session-advice.ts'
import { makeMetricsReadOnly } from './project/monitoring-files.ts'
import { placementOf } from './project/placement.ts'

/** Networks as projects of Docker Compose on one engine. */
export const composeBackend: Backend = {
  nodesMax: nodesPerBridgeMax,
  connect: async options => engineOf(await ensureEngine(options)),
}

type ConnectedEngine = Awaited<ReturnType<typeof ensureEngine>>

/** All that is done with an engine, part by part. */
function engineOf(engine: ConnectedEngine): Engine {
  const { docker, id, version, kernel, cpus, memoryBytes, isLocal } = engine
  return {
    ...{ id, version, kernel, cpus, memoryBytes, isLocal },
    claim: (claimant, options) => takeEngine(engine, claimant, options),
    findRuns: () => findRuns(docker),
    choosePlacement: async () => placementOf(await chooseMeshOctet(engine)),
    examine: need => examine(engine, need),
    preflightFaults: (faults, { shaper }) => preflightFaults(faults, engine, shaper),
    adviseOnDisturbance: sessionAdvice,
    ensureImages: async ({ others = [], ...access }) => {
      const images = await ensureImages({ engine, ...access })
      await requireImages(others, { engine, ...access })
      return images
    },
    ensureWatchers: access => ensureMonitoringImages({ engine, ...access }),
    up: (deployment, options) => bringUp(engine, deployment, options),
    down: async ({ run, directory }) => {
      const removed = await removeRun(docker, run)
      if (directory !== undefined) await makeMetricsReadOnly(directory)
      return removed
    },
    heal: async (journal, { image, ...of }) => {
      const shaper = image ?? (await ensureImages({ engine, log: () => {}, provision: false })).shaper
      return healContainers(engine, journal, { ...of, image: shaper })
    },
    findProject: name => openProject(engine, name),
  }
}
