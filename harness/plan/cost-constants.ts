import type { Speeds } from '../../model/machine.ts'

/** A fitted value and the run that it came from. */
interface Fitted {
  readonly value: number
  readonly run: string
}

const prototype = 'prototype issuer.mjs, 2 cores: 150 nodes, 55 and 100 TPS; 500 nodes, 10 TPS'
/** Values that no run has confirmed yet: to be fitted anew from runs of the finished protocol. */
const provisional = 'PROVISIONAL, no run yet'

/** The machine of the runs below; on another one each value is scaled by the speed that it depends on. */
export const referenceSpeeds: Speeds = { ed25519: 104, mlDsa: 108, sha256: 1, wake: 169, decode: 1.56 }

/**
 * What calibration cannot measure, fitted to runs; microseconds of one core unless the name says otherwise. Two facts
 * rest on the table: 150 nodes with 5 vertices of 11 transactions a second take 1.20 cores (145 us per transaction and
 * node), 500 nodes with 1 vertex of 10 take 1.38 (276 us).
 */
export const fitted = {
  /** Wake-ups of a node per vertex: the vertex, the certificate, and a timer or a stream of decisions. */
  wakeUps: { value: 3, run: prototype },
  /** How many times a measured wake-up costs in a network that mostly sleeps: a part that grows with the nodes. */
  wakeFactor: { value: 1.6, run: 'scale --nodes 20 --rate 160 and 600, 2 cores: 1.1 ms a vertex and node' },
  wakeFactorPerNode: {
    value: 0.0048,
    run: 'scale --nodes 150 --rate 56 and --nodes 500 --rate 9.2, 2 cores: 1.75 and 2.7 ms',
  },
  /** Making and checking one tag; 0.25 us compiled and 3 us interpreted. */
  tag: { value: 0.5, run: prototype },
  /** The collector's work on a vertex for one node: it takes the vote and sends the certificate. */
  collect: { value: 60, run: prototype },
  /** Copying one tag into one certificate. */
  copyTag: { value: 0.05, run: prototype },
  /** Storing the vertex and the vote. */
  storeVertex: { value: 60, run: provisional },
  /** Receiving, storing and reporting one transaction, without its signature check, hash and decoding. */
  storeTransaction: { value: 45, run: '20 to 150 nodes of version 1, 2 cores: decoding, storing, reporting' },
  /** Heartbeats, metrics and timers of one node in a second without load. */
  idlePerSecond: { value: 600, run: 'scale --nodes 20, 150, 500: what the other terms leave' },
  /** Way to the issuer and its admission, milliseconds. */
  admissionMs: { value: 5, run: provisional },
  /** Part of the work on one vertex that is over at the median when the issuer has alpha votes. */
  quorumPart: { value: 0.8, run: prototype },
  /** Queueing: this times u / (1 - u) of the work on one vertex, with the share u of the cores in use. */
  queue: { value: 0.1, run: prototype },
  /** 95th percentile over the median of the work on one vertex: 1 + this for each node. */
  tailPerNode: { value: 0.011, run: prototype },
  /** Setting up one link, both sides. */
  link: { value: 11_000, run: 'mesh of 150 nodes of version 1, 2 cores' },
  /** A node's start until it takes part again, without its links. */
  start: { value: 1_200_000, run: 'kills of 10 of 50 nodes of version 1, 2 cores' },
} as const satisfies Record<string, Fitted>
