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
export const referenceSpeeds: Speeds = { ed25519: 104, mlDsa: 108, sha256: 1, wake: 155, decode: 1.56 }

/**
 * What calibration cannot measure, fitted to runs; microseconds of one core unless the name says otherwise. What a vertex
 * costs and how long it waits is fitted to 20 and 500 nodes; docs/figures.md has the errors at the sizes between.
 */
export const fitted = {
  /** Wake-ups of a node per vertex: the vertex, the certificate, and a timer or a stream of decisions. */
  wakeUps: { value: 3, run: prototype },
  /** The rest of a vertex: code and data that other processes have pushed out of the caches meanwhile, the more the more there are. */
  coldVertex: { value: 400, run: 'scale --nodes 20 --rate 160, 2 cores: 1.15 ms a vertex and node in all' },
  coldVertexPerNode: {
    value: 2.9,
    run: 'scale --nodes 500 --rate 3.5, 2 cores: 2.7 ms a vertex and node in all',
  },
  /** Making and checking one tag. */
  tag: {
    value: 0.15,
    run: 'crypto_shorthash of 38 bytes from JavaScript: 0.15 us compiled, 0.5 us for the first ones',
  },
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
  /** Between the first node and the last one that decides: this much of the work on one vertex. */
  spread: {
    value: 0.6,
    run: 'scale --nodes 20 --rate 160 and --nodes 500 --rate 3.5, 2 cores: p50 10 and 650 ms later',
  },
  /** Queueing: this times u / (1 - u) of the work on one vertex, with the share u of the cores in use. */
  queue: {
    value: 0.3,
    run: 'scale --nodes 20 --rate 160 and --nodes 500 --rate 3.5, 2 cores: p95 72 ms and 4.8 s',
  },
  /** 95th percentile over the median of the work on one vertex: 1 + this for each node. */
  tailPerNode: { value: 0.003, run: 'scale --nodes 500 --rate 3.5, 2 cores: p50 3.0 s, p95 4.8 s' },
  /** Setting up one link, both sides. */
  link: { value: 11_000, run: 'mesh of 150 nodes of version 1, 2 cores' },
  /** A node's start until it takes part again, without its links. */
  start: { value: 1_200_000, run: 'kills of 10 of 50 nodes of version 1, 2 cores' },
} as const satisfies Record<string, Fitted>
