import type { ClockOrigin } from '../../model/clock.ts'
import type { DriverConfig } from '../../model/driver-config.ts'
import type { Genesis, NodeIdentity, NodeSecrets } from '../../model/node-config.ts'
import {
  controlAddress,
  controlPort,
  driverPort,
  identityOf,
  instanceNameOf,
  isSecond,
  meshPort,
  type Plan,
  type PlannedNode,
  voters,
} from '../../model/plan.ts'
import { dealTagKeys, deriveIdentity, type Identity } from '../../nodes/reference/identities.ts'
import { systemOf } from '../systems/index.ts'
import { collectLimits } from './collect-limits.ts'
import { elsewhere, strangers } from './twins.ts'
import { votesUnderWayMs, witnessesOf } from './witnesses.ts'

/** The files that containers mount, as data. Equal plans give equal files, but for the run's name and the origin of its clock. */
export interface NodeFiles {
  readonly genesis: Genesis
  /** By the name of the container. */
  readonly secrets: ReadonlyMap<string, NodeSecrets>
  readonly driver: DriverConfig
}

/** Derives every identity once and splits it into what all may know and what only its node may. */
export function buildNodeFiles(plan: Plan, run: string, clock?: ClockOrigin): NodeFiles {
  const roster = voters(plan.nodes)
  const identities = roster.map(node => deriveIdentity(plan.seed, node.index))
  const tagKeys = dealTagKeys(plan.seed, roster.length)
  const secretsOf = (node: PlannedNode) => {
    const index = identityOf(node)
    return buildIdentity(plan, node, { ...identities[index]!, tagKeys: tagKeys[index]! })
  }
  const containers = Map.groupBy(plan.nodes, ({ index }) => instanceNameOf(plan, index))
  return {
    genesis: { ...buildGenesis(plan, roster, identities), ...(clock ? { clock } : {}) },
    secrets: new Map(
      [...containers].map(([name, nodes]) => [name, { schema: 1, identities: nodes.map(secretsOf) }]),
    ),
    driver: buildDriverConfig(plan, run, clock),
  }
}

function buildIdentity(
  { nodes }: Plan,
  node: PlannedNode,
  secrets: Identity & { readonly tagKeys: Buffer },
): NodeIdentity {
  const { behaviour, host } = node
  const away = elsewhere(node, nodes)
  const unknown = strangers(node, nodes)
  return {
    index: identityOf(node),
    peerSeed: secrets.peerSeed.toString('base64'),
    vertexSeed: secrets.vertexSeed.toString('base64'),
    tagKeys: secrets.tagKeys.toString('base64'),
    ...(behaviour ? { behaviour } : {}),
    ...(host ? { controlPort: host.controlPort } : {}),
    ...(away.length > 0 ? { elsewhere: away } : {}),
    ...(unknown.length > 0 ? { strangers: unknown } : {}),
  }
}

function buildGenesis(plan: Plan, roster: readonly PlannedNode[], identities: readonly Identity[]): Genesis {
  return {
    schema: 1,
    network: `${plan.scenario.name}-${plan.seed}`,
    controlPort,
    meshPort,
    consensus: plan.consensus,
    ...(plan.byzantine ? { evidence: { faultCensus: plan.scenario.consensus.faultCensus } } : {}),
    tuning: plan.tuning,
    succession: { ...plan.succession, order: [...plan.succession.order] },
    roster: roster.map(({ address, host, index }) => {
      const { peerKey, vertexKey } = identities[index]!
      return {
        address,
        ...(host ? { meshPort: host.meshPort } : {}),
        peerKey: peerKey.toString('base64'),
        vertexKey: vertexKey.toString('base64'),
      }
    }),
  }
}

/** What the driver of a plan is to do. */
export function buildDriverConfig(plan: Plan, run: string, clock?: ClockOrigin): DriverConfig {
  const { rateSource: _, ...workload } = plan.workload
  const { client, deployment } = systemOf(plan.scenario)
  const hasEvidence = deployment.shows.evidence
  const twins = plan.nodes.filter(isSecond).map(identityOf)
  return {
    schema: 1,
    run,
    seed: plan.seed,
    ...(clock ? { clock } : {}),
    port: driverPort,
    client,
    nodes: plan.nodes.map(node => `http://${controlAddress(node)}`),
    ...(plan.byzantine ? { byzantine: plan.byzantine } : {}),
    ...(plan.byzantine && hasEvidence ? { witnesses: witnessesIn(plan) } : {}),
    ...(hasEvidence ? {} : { evidence: false }),
    ...(twins.length > 0 ? { twins } : {}),
    workload,
    collect: collectLimits(plan.nodes.length),
  }
}

function witnessesIn(plan: Plan): DriverConfig['witnesses'] {
  return { nodes: witnessesOf(plan), ageMs: votesUnderWayMs(plan) }
}
