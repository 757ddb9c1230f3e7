import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { ed25519KeyOf, signEd25519, verifyEd25519 } from '../../nodes/adapters/ed25519.ts'
import { emit } from './machine-facts.ts'

/** Microseconds of one call, the least of several batches: what the machine can do when nobody else is on it. */
function microseconds(call: () => void, perBatch = 300, batches = 7): number {
  let least = Number.POSITIVE_INFINITY
  for (let batch = 0; batch < batches; batch += 1) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < perBatch; i += 1) call()
    least = Math.min(least, Number(process.hrtime.bigint() - start) / perBatch / 1000)
  }
  return Math.round(least * 10) / 10
}

const message = Buffer.alloc(150, 1)

/** The floor under every transaction: N nodes check one ed25519 signature each, and one ML-DSA-44 for each vertex. */
export function benchSignatures(): void {
  const issuer = generateKeyPairSync('ml-dsa-44')
  const issuerSignature = sign(null, message, issuer.privateKey)
  const rows = benchEd25519()
  emit('signatures', {
    ed25519: rows,
    mlDsaSignUs: microseconds(() => sign(null, message, issuer.privateKey), 100),
    mlDsaVerifyUs: microseconds(() => verify(null, message, issuer.publicKey, issuerSignature)),
    sha256Us: microseconds(() => hash('sha256', message, 'buffer')),
    sha256HexUs: microseconds(() => hash('sha256', message, 'hex')),
  })
  console.table(rows)
}

/** What was chosen (docs/adr/001-libraries.md) beside what was not. */
function benchEd25519() {
  const seed = new Uint8Array(32).fill(7)
  const key = ed25519KeyOf(seed)
  const signature = signEd25519(message, key)
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.publicKey])
  const imported = () => createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const held = imported()
  const { privateKey } = generateKeyPairSync('ed25519')
  return [
    {
      library: 'sodium-native (chosen)',
      signUs: microseconds(() => signEd25519(message, key)),
      verifyUs: microseconds(() => verifyEd25519(key.publicKey, message, signature)),
    },
    {
      library: 'node:crypto, key held',
      signUs: microseconds(() => sign(null, message, privateKey)),
      verifyUs: microseconds(() => verify(null, message, held, signature)),
    },
    {
      library: 'node:crypto, key imported each time',
      verifyUs: microseconds(() => verify(null, message, imported(), signature)),
    },
    {
      library: '@noble/curves',
      signUs: microseconds(() => ed25519.sign(message, seed), 50),
      verifyUs: microseconds(() => ed25519.verify(signature, message, key.publicKey), 50),
    },
  ]
}
