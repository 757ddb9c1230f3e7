// The small variant: a node starts with 20 ms less CPU and 3 MB less memory than with all of zod.
import * as z from 'zod/mini'
import { behaviourSchema } from './behaviour.ts'

/**
 * The files a node's instance is given. genesis.json is one file for all nodes; node-N.json holds one node's secrets.
 * Keys are base64. Everything but the clock's origin derives from the run's seed, so a run can be made again byte for byte.
 */
export const genesisSchema = z.strictObject({
  schema: z.literal(1),
  network: z.string(),
  /**
   * A moment of CLOCK_MONOTONIC on the kernel named by `boot`, and what the clock on the wall showed then: nodes of that kernel agree on the
   * time from it, whenever they are started and whatever is done to the clock on the wall.
   */
  clock: z.optional(z.strictObject({ monotonicNs: z.string(), wallMs: z.number(), boot: z.string() })),
  controlPort: z.int(),
  meshPort: z.int(),
  /** Given, nodes record what their peers do that no correct node does; with the census they stop when more than f were caught. */
  evidence: z.optional(z.strictObject({ faultCensus: z.boolean() })),
  consensus: z.discriminatedUnion('rule', [
    z.strictObject({
      rule: z.literal('census'),
      f: z.int(),
      alpha: z.int(),
      beta: z.optional(z.literal(2)),
    }),
    z.strictObject({
      rule: z.literal('sampled'),
      f: z.int(),
      alpha: z.int(),
      k: z.int(),
      alphaPreference: z.int(),
      alphaConfidence: z.int(),
      beta: z.int(),
      pollIntervalMs: z.number(),
    }),
  ]),
  tuning: z.strictObject({
    issueIntervalMs: z.number(),
    turnMs: z.number(),
    heartbeatIntervalMs: z.number(),
  }),
  /** Who collects votes and issues vertices: the first so many of the order, and the next ones when these fail. */
  succession: z.strictObject({
    order: z.array(z.int()),
    collectors: z.int(),
  }),
  /** Position in the array is the node's index and its only name on the wire. */
  roster: z.array(
    z.strictObject({
      address: z.string(),
      /** Left out, it listens for peers where everybody does. */
      meshPort: z.optional(z.int()),
      /** Raw 32-byte ed25519 public key of the libp2p identity. */
      peerKey: z.string(),
      /** Raw 1,312-byte ML-DSA-44 public key that vertices are signed with. */
      vertexKey: z.string(),
    }),
  ),
})
export type Genesis = z.infer<typeof genesisSchema>

const identitySchema = z.strictObject({
  index: z.int(),
  /** 32-byte seeds. */
  peerSeed: z.string(),
  vertexSeed: z.string(),
  /**
   * Two keys of `tagKeyBytes` for each node of the roster, shared with that node alone: the first for tags to it, the second for tags
   * from it. They authenticate votes that collectors pass on.
   */
  tagKeys: z.string(),
  /** What makes this node Byzantine from its start; left out, it is correct. */
  behaviour: z.optional(behaviourSchema),
  /** Left out, it answers the contract where everybody does. */
  controlPort: z.optional(z.int()),
  /** Where it finds nodes, itself perhaps, that are not where the genesis says. */
  elsewhere: z.optional(z.array(z.strictObject({ index: z.int(), address: z.string() }))),
  /** Nodes that it has no links with. */
  strangers: z.optional(z.array(z.int())),
})
export type NodeIdentity = z.infer<typeof identitySchema>

export const nodeSecretsSchema = z.strictObject({
  schema: z.literal(1),
  /** One process runs all of them. */
  identities: z.array(identitySchema).check(z.minLength(1)),
})
export type NodeSecrets = z.infer<typeof nodeSecretsSchema>

/** Length of a SipHash key. */
export const tagKeyBytes = 16

/** Where the files and the store are inside a node's instance. */
export const nodePaths = {
  genesis: '/etc/whiteout/genesis.json',
  secrets: '/etc/whiteout/node.json',
  driver: '/etc/whiteout/driver.json',
  data: '/var/lib/whiteout',
} as const

/** Environment variable with the run's bearer token, for calls that change anything. */
export const tokenVariable = 'WHITEOUT_TOKEN'

/** Environment variable that switches the calls for tests on (`on`), such as PUT /clock. */
export const testControlVariable = 'WHITEOUT_TEST_CONTROL'
