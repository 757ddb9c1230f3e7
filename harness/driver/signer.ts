import { hash } from 'node:crypto'
import { type Ed25519Key, ed25519KeyOf, signEd25519 } from '../../nodes/adapters/ed25519.ts'
import { payload } from '../../workload/payload.ts'
import { ownerCount } from '../../workload/schedule.ts'
import type { Signer } from '../../workload/signer.ts'

/** Goes before every transaction's signed bytes, so that a signature means nothing anywhere else. */
const domain = Buffer.from('whiteout-transaction-1')
const ownerBytes = 32
const nonceBytes = 8

/** Derives the owners' keys from the run's seed and signs transactions with payloads drawn from it. */
export function createSigner(options: { seed: string; payloadBytes: number }): Signer {
  const owners = Array.from({ length: ownerCount }, (_, owner) => ownerOf(options.seed, owner))
  return {
    sign: ({ index, owner, nonce, rival }) => {
      const { key, hex } = owners[owner]!
      const bytes = payload(options, { index, isSecondSide: rival !== undefined && rival < index })
      const head = Buffer.alloc(domain.length + ownerBytes + nonceBytes)
      domain.copy(head)
      head.set(key.publicKey, domain.length)
      head.writeBigUInt64BE(BigInt(nonce), domain.length + ownerBytes)
      const signed = Buffer.concat([head, bytes])
      const signature = signEd25519(signed, key)
      return {
        id: hash('sha256', Buffer.concat([signed, signature]), 'buffer'),
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
  const key = ed25519KeyOf(hash('sha256', `${seed}/workload/owner/${owner}`, 'buffer'))
  return { key, hex: Buffer.from(key.publicKey).toString('hex') }
}
