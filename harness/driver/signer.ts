import { hash } from 'node:crypto'
import { type Ed25519Key, ed25519KeyOf, signEd25519 } from '../../nodes/adapters/ed25519.ts'
import { transactionBytes } from '../../nodes/contract/transaction.ts'
import { deriveSeed } from '../../nodes/reference/keys.ts'
import { payload } from '../../workload/payload.ts'
import { ownerCount } from '../../workload/schedule.ts'
import type { Signer } from '../../workload/signer.ts'

const noBytes = new Uint8Array(0)

/** Derives the owners' keys from the run's seed and signs transactions with payloads drawn from it. */
export function createSigner(options: { seed: string; payloadBytes: number }): Signer {
  const owners = Array.from({ length: ownerCount }, (_, owner) => ownerOf(options.seed, owner))
  return {
    sign: ({ index, owner, nonce, rival }) => {
      const { key, hex } = owners[owner]!
      const bytes = payload(options, { index, isSecondSide: rival !== undefined && rival < index })
      const unsigned = { owner: key.publicKey, nonce, payload: bytes, signature: noBytes }
      const signature = signEd25519(transactionBytes(unsigned).signed, key)
      return {
        id: hash('sha256', transactionBytes({ ...unsigned, signature }).identity, 'buffer'),
        json: `{"owner":"${hex}","nonce":${nonce},"payload":"${bytes.toString('base64')}","signature":"${signature.toString('base64')}"}`,
      }
    },
  }
}

interface Owner {
  readonly key: Ed25519Key
  readonly hex: string
}

function ownerOf(seed: string, owner: number): Owner {
  const key = ed25519KeyOf(deriveSeed(seed, `workload/owner/${owner}`))
  return { key, hex: Buffer.from(key.publicKey).toString('hex') }
}
