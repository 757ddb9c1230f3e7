import { type Signer, signerOf } from '../workload/signer.ts'
import { ownerSignature, sha256 } from './crypto.ts'

/** Signs the same workload as a driver, with keyed hashes in place of ed25519. */
export function simulatedSigner(options: { seed: string; payloadBytes: number }): Signer {
  return signerOf(options, owner => {
    const publicKey = sha256(`${options.seed}/workload/owner/${owner}`)
    return { publicKey, sign: bytes => ownerSignature(publicKey, bytes) }
  })
}
