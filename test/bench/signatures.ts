import { generateKeyPairSync, hash, sign, verify } from 'node:crypto'
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

/** The floor under every transaction: N nodes check one ed25519 signature each, and one ML-DSA-44 for each vertex. */
export function benchSignatures(): { ed25519VerifyUs: number; mlDsaVerifyUs: number } {
  const message = Buffer.alloc(150, 1)
  const owner = generateKeyPairSync('ed25519')
  const issuer = generateKeyPairSync('ml-dsa-44')
  const ownerSignature = sign(null, message, owner.privateKey)
  const issuerSignature = sign(null, message, issuer.privateKey)
  const result = {
    ed25519SignUs: microseconds(() => sign(null, message, owner.privateKey)),
    ed25519VerifyUs: microseconds(() => verify(null, message, owner.publicKey, ownerSignature)),
    mlDsaSignUs: microseconds(() => sign(null, message, issuer.privateKey), 100),
    mlDsaVerifyUs: microseconds(() => verify(null, message, issuer.publicKey, issuerSignature)),
    sha256Us: microseconds(() => hash('sha256', message, 'buffer')),
  }
  emit('signatures', result)
  return result
}
