import type { DriverConfig } from '../../model/driver-config.ts'
import type { Genesis, NodeSecrets } from '../../model/node-config.ts'
import { controlPort, driverPort, meshPort, type Plan } from '../../model/plan.ts'
import { dealTagKeys, deriveIdentity, type Identity } from './identities.ts'
import { votesUnderWayMs, witnessesOf } from './witnesses.ts'

/** The files that containers mount, as data. Equal plans give equal files, the run's name in driver.json apart. */
export interface NodeFiles {
  readonly genesis: Genesis
  readonly secrets: readonly NodeSecrets[]
  readonly driver: DriverConfig
}

/** Derives every identity once and splits it into what all may know and what only its node may. */
export function buildNodeFiles(plan: Plan, run: string): NodeFiles {
  const identities = plan.nodes.map(node => deriveIdentity(plan.seed, node.index))
  const tagKeys = dealTagKeys(plan.seed, plan.nodes.length)
  return {
    genesis: buildGenesis(plan, identities),
    secrets: identities.map((identity, index) => ({
      schema: 1,
      index,
      peerSeed: identity.peerSeed.toString('base64'),
      vertexSeed: identity.vertexSeed.toString('base64'),
      tagKeys: tagKeys[index]!.toString('base64'),
      ...(plan.nodes[index]!.behaviour ? { behaviour: plan.nodes[index]!.behaviour } : {}),
    })),
    driver: buildDriverConfig(plan, run),
  }
}

function buildGenesis(plan: Plan, identities: readonly Identity[]): Genesis {
  return {
    schema: 1,
    network: `${plan.scenario.name}-${plan.seed}`,
    controlPort,
    meshPort,
    consensus: plan.consensus,
    ...(plan.byzantine ? { evidence: { faultCensus: plan.scenario.consensus.faultCensus } } : {}),
    tuning: plan.tuning,
    roster: plan.nodes.map(({ address, index }) => {
      const { peerKey, vertexKey } = identities[index]!
      return {
        address,
        peerKey: peerKey.toString('base64'),
        vertexKey: vertexKey.toString('base64'),
      }
    }),
  }
}

/** What the driver of a plan is to do. */
export function buildDriverConfig(plan: Plan, run: string): DriverConfig {
  const { rateSource: _, ...workload } = plan.workload
  return {
    schema: 1,
    run,
    seed: plan.seed,
    port: driverPort,
    nodes: plan.nodes.map(node => `http://${node.address}:${controlPort}`),
    ...(plan.byzantine ? { byzantine: plan.byzantine, witnesses: witnessesIn(plan, plan.byzantine) } : {}),
    workload,
  }
}

function witnessesIn(plan: Plan, byzantine: readonly number[]): DriverConfig['witnesses'] {
  return { nodes: witnessesOf(byzantine, plan), ageMs: votesUnderWayMs(plan) }
}
