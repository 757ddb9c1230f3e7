import type { Machine } from '../../model/machine.ts'
import { fitted, referenceSpeeds } from './cost-constants.ts'

/**
 * What a network costs and how soon it decides, from the machine's measured speeds and fitted constants. An issuer sends a
 * vertex to all; each node checks and stores it, and returns a vote with a tag for each node; with alpha votes the issuer
 * sends each node a certificate of alpha tags. Pure: equal input gives equal output.
 */

/** A network and its load. */
export interface Load {
  readonly nodes: number
  /** Votes that decide. */
  readonly alpha: number
  /** Nodes that are linked with everybody and issue vertices. */
  readonly collectors: number
  /** Transactions per second. */
  readonly rate: number
  /** How long transactions wait to share a vertex, milliseconds. */
  readonly issueIntervalMs: number
}

/** A part of a sum, with its name for people. */
export interface Term {
  readonly name: string
  readonly value: number
}

/** Share of all cores above which queues grow faster than they are worked off. */
const carryShare = 0.85

/** CPU of one vertex at one node, microseconds, without its transactions. */
function vertexTerms(machine: Machine, { nodes, alpha }: Pick<Load, 'nodes' | 'alpha'>): Term[] {
  const { speeds } = machine
  const script = scripting(machine)
  const cold = fitted.coldVertex.value + nodes * fitted.coldVertexPerNode.value
  const collecting = fitted.collect.value + alpha * fitted.copyTag.value
  return [
    { name: 'wake-ups', value: fitted.wakeUps.value * speeds.wake },
    { name: 'cold caches', value: cold * script },
    { name: 'ML-DSA check', value: speeds.mlDsa },
    { name: 'tags', value: (nodes + alpha) * fitted.tag.value * script },
    { name: 'collecting', value: collecting * script },
    { name: 'store', value: fitted.storeVertex.value * script },
  ]
}

/** CPU of one transaction at one node, microseconds. */
function transactionTerms(machine: Machine): Term[] {
  const { speeds } = machine
  return [
    { name: 'ed25519 check', value: speeds.ed25519 },
    { name: 'hash', value: speeds.sha256 },
    { name: 'decoding', value: speeds.decode },
    { name: 'store', value: fitted.storeTransaction.value * scripting(machine) },
  ]
}

/** CPU of a node without load in a second, microseconds. */
function idleUs(machine: Machine): number {
  return fitted.idlePerSecond.value * scripting(machine)
}

/** CPU of setting one link up, and of a node's start, seconds. */
export const linkSeconds = (machine: Machine) => (fitted.link.value * cryptography(machine)) / 1e6
export const startSeconds = (machine: Machine) => (fitted.start.value * scripting(machine)) / 1e6

/** CPU of one vertex and of one transaction in all nodes together, seconds. */
export function vertexSeconds(machine: Machine, network: Pick<Load, 'nodes' | 'alpha'>): number {
  return (network.nodes * sum(vertexTerms(machine, network))) / 1e6
}
export function transactionSeconds(machine: Machine, nodes: number): number {
  return (nodes * sum(transactionTerms(machine))) / 1e6
}

/** Vertices per second: no more than transactions. */
function verticesPerSecond({ rate, issueIntervalMs }: Pick<Load, 'rate' | 'issueIntervalMs'>): number {
  return Math.min(rate, 1000 / issueIntervalMs)
}

/** Cores in use, term by term. */
export function coreTerms(machine: Machine, load: Load): Term[] {
  return [
    { name: 'idle nodes', value: (load.nodes * idleUs(machine)) / 1e6 },
    { name: 'vertices', value: verticesPerSecond(load) * vertexSeconds(machine, load) },
    { name: 'transactions', value: load.rate * transactionSeconds(machine, load.nodes) },
  ]
}

export function coresUsed(machine: Machine, load: Load): number {
  return sum(coreTerms(machine, load))
}

/** CPU over transactions and nodes, all included, microseconds. */
export function cpuPerTransactionAndNode(machine: Machine, load: Load): number {
  return (coresUsed(machine, load) * 1e6) / (load.rate * load.nodes)
}

/** The highest rate that takes no more than this share of the cores; zero when idle nodes and vertices take it all. */
export function rateThatFits(machine: Machine, load: Omit<Load, 'rate'>, share = carryShare): number {
  const idle = (load.nodes * idleUs(machine)) / 1e6
  const left = share * machine.cores - idle
  const perTransaction = transactionSeconds(machine, load.nodes)
  const perVertex = vertexSeconds(machine, load)
  const batched = (left - (1000 / load.issueIntervalMs) * perVertex) / perTransaction
  // Below one transaction a batch every transaction has a vertex of its own.
  return Math.max(0, batched >= 1000 / load.issueIntervalMs ? batched : left / (perTransaction + perVertex))
}

/** Predicted times from intended send to decision, milliseconds; Infinity where the load is not carried. */
export interface Finality {
  readonly p50Ms: number
  readonly p95Ms: number
  /** What p50 and p95 are the sums of. */
  readonly terms: readonly { readonly name: string; readonly p50: number; readonly p95: number }[]
}

export function finality(machine: Machine, load: Load, scope: 'issuer' | 'everywhere'): Finality {
  const perBatch = load.rate / verticesPerSecond(load)
  const work = vertexSeconds(machine, load) + perBatch * transactionSeconds(machine, load.nodes)
  const workMs = (1000 * work) / machine.cores
  const used = coresUsed(machine, load) / machine.cores
  const queueMs = used < 1 ? (workMs * fitted.queue.value * used) / (1 - used) : Number.POSITIVE_INFINITY
  const tail = 1 + load.nodes * fitted.tailPerNode.value
  // One process takes all votes on its vertex and writes all certificates.
  const oneCore = fitted.collect.value + load.alpha * fitted.copyTag.value
  const collectingMs = (load.nodes * oneCore * scripting(machine)) / 1000
  const spreadMs = fitted.spread.value * workMs
  const { value: admission } = fitted.admissionMs
  const batching = perBatch > 1 ? load.issueIntervalMs : 0
  const terms = [
    { name: 'batching', p50: batching / 2, p95: 0.95 * batching },
    { name: 'admission', p50: admission, p95: 2 * admission },
    {
      name: `the work of ${load.nodes} nodes on ${count(machine.cores, 'core')}`,
      p50: workMs,
      p95: workMs * tail,
    },
    { name: 'collecting at the issuer', p50: collectingMs, p95: collectingMs },
    { name: 'queueing', p50: queueMs, p95: 3 * queueMs },
    ...(scope === 'everywhere'
      ? [{ name: 'from the first node to the last', p50: spreadMs, p95: spreadMs * tail }]
      : []),
  ]
  return {
    p50Ms: sum(terms.map(({ name, p50 }) => ({ name, value: p50 }))),
    p95Ms: sum(terms.map(({ name, p95 }) => ({ name, value: p95 }))),
    terms,
  }
}

/** `56 TPS at 150 nodes takes 2.3 of 2 cores; 48 TPS fit`, or undefined when the machine carries the load. */
export function tooMuch(machine: Machine, load: Load): string | undefined {
  const used = coresUsed(machine, load)
  if (used <= carryShare * machine.cores) return undefined
  const fits = twoDigits(rateThatFits(machine, load))
  const least = fits > 0 ? `${fits} TPS fit` : 'no rate fits so many nodes'
  return `${load.rate} TPS at ${load.nodes} nodes takes ${used.toFixed(1)} of ${count(machine.cores, 'core')}; ${least}`
}

/** `3 cores = idle nodes 0.1 + vertices 1.2 + …`: a sum as people read it. */
export function describeSum(terms: readonly Term[], digits: number): string {
  const parts = terms.map(({ name, value }) => `${name} ${value.toFixed(digits)}`)
  return `${sum(terms).toFixed(digits)} = ${parts.join(' + ')}`
}

/** Two significant digits, rounded down. */
export function twoDigits(value: number): number {
  if (value <= 0) return 0
  const scale = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.floor(value / scale + 1e-9) * scale).toPrecision(2))
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function sum(terms: readonly Term[]): number {
  return terms.reduce((total, { value }) => total + value, 0)
}

function scripting({ speeds }: Machine): number {
  return speeds.decode / referenceSpeeds.decode
}

function cryptography({ speeds }: Machine): number {
  return speeds.ed25519 / referenceSpeeds.ed25519
}
