import assert from 'node:assert'
import { availableParallelism, totalmem } from 'node:os'
import type { Machine, Speeds } from '../../model/machine.ts'
import { tagKeyBytes } from '../../model/node-config.ts'
import type { EngineFacts } from '../../model/ports/backend.ts'
import { defaultPayloadBytes } from '../../model/scenario.ts'
import { NodeCrypto } from '../../nodes/adapters/node-crypto.ts'
import { parseTransactions } from '../../nodes/adapters/transaction-json.ts'
import { transactionBytes } from '../../nodes/contract/transaction.ts'
import type { SubmittedTransaction } from '../../nodes/host/ports.ts'
import { deriveIdentity } from '../../nodes/reference/identities.ts'
import { createSigner } from '../driver/signer.ts'
import { lowQuantile } from './quantile.ts'
import { measureWake } from './wake-up.ts'

/** Two neighbouring values of a speed differ by this factor: noise of a few percent seldom changes a plan. */
const ladder = 1.25
/** Time for each speed, and for one sample of it; short samples fit between interruptions by other programs. */
const measureMs = 120
const sampleMs = 1.5

let measured: Promise<Speeds> | undefined

/** Measures this machine once per process; takes about a second. */
export function calibrate(): Promise<Speeds> {
  measured ??= measure()
  return measured
}

/** The machine that runs this process. */
export async function thisMachine(): Promise<Machine> {
  return {
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    speeds: await calibrate(),
  }
}

/** The engine's cores with this machine's speeds: an engine elsewhere cannot be measured from here. */
export async function machineOf({ cpus, memoryBytes }: EngineFacts): Promise<Machine> {
  return { cores: cpus, memoryMiB: Math.round(memoryBytes / 2 ** 20), speeds: await calibrate() }
}

/** The nearest value of the geometric ladder, in three significant digits. */
export function onLadder(value: number): number {
  const step = Math.round(Math.log(value) / Math.log(ladder))
  return Number((ladder ** step).toPrecision(3))
}

async function measure(): Promise<Speeds> {
  const work = workOfNode()
  const wake = await measureWake()
  return {
    ed25519: onLadder(fastest(work.ed25519)),
    mlDsa: onLadder(fastest(work.mlDsa)),
    sha256: onLadder(fastest(work.sha256)),
    wake: onLadder(wake),
    decode: onLadder(fastest(work.decode)),
  }
}

/** What nodes do most, with the adapters that they do it with. */
function workOfNode(): Record<'ed25519' | 'mlDsa' | 'sha256' | 'decode', () => void> {
  const { json } = createSigner({ seed: 'calibration', payloadBytes: defaultPayloadBytes }).sign({
    index: 0,
    owner: 0,
    nonce: 0,
  })
  const body = Buffer.from(`[${json}]`)
  const [transaction] = parseTransactions(body) as SubmittedTransaction[]
  const { signed } = transactionBytes(transaction!)
  const { vertexSeed, vertexKey } = deriveIdentity('calibration', 0)
  const crypto = new NodeCrypto({
    index: 0,
    vertexSeed,
    tagKeys: Buffer.alloc(tagKeyBytes),
    roster: [{ vertexKey }],
  })
  const vertex = Buffer.alloc(200, 7)
  const signature = crypto.signVertex(vertex)
  const isGood = () => crypto.verifyTransaction(transaction!.owner, signed, transaction!.signature)
  assert(isGood() && crypto.verifyVertex(0, vertex, signature), 'the node library refuses a good signature')
  return {
    ed25519: isGood,
    mlDsa: () => crypto.verifyVertex(0, vertex, signature),
    sha256: () => crypto.sha256Hex(vertex),
    decode: () => parseTransactions(body),
  }
}

/** Microseconds that one call takes when nothing interrupts it. */
function fastest(call: () => void): number {
  const calls = callsPerSample(call)
  const samples: number[] = []
  for (const endsAt = performance.now() + measureMs; performance.now() < endsAt; ) {
    samples.push(timeMs(call, calls))
  }
  return (lowQuantile(samples) * 1000) / calls
}

/** As many calls as fill one sample, found by doubling; compiles the call meanwhile. */
function callsPerSample(call: () => void): number {
  let calls = 1
  while (timeMs(call, calls) < sampleMs) calls *= 2
  return calls
}

function timeMs(call: () => void, times: number): number {
  const beganAt = performance.now()
  for (let i = 0; i < times; i++) call()
  return performance.now() - beganAt
}
