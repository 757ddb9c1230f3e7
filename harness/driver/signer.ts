import { ed25519KeyOf, signEd25519 } from '../../nodes/adapters/ed25519.ts'
import { deriveSeed } from '../../nodes/reference/keys.ts'
import { type Signer, signerOf } from '../../workload/signer.ts'

/** Signs with ed25519 and the owners' keys, which derive from the run's seed. */
export function createSigner(options: { seed: string; payloadBytes: number }): Signer {
  return signerOf(options, owner => {
    const key = ed25519KeyOf(deriveSeed(options.seed, `workload/owner/${owner}`))
    return { publicKey: key.publicKey, sign: bytes => signEd25519(bytes, key) }
  })
}
