import { createHash } from 'node:crypto'
import { transactionBytes } from '../nodes/contract/transaction.ts'
import { payload } from '../workload/payload.ts'
import type { Signer } from '../workload/signer.ts'
import { signed } from './crypto.ts'

/** Signs the same workload as a driver, with keyed hashes in place of ed25519. */
export function simulatedSigner(options: { seed: string; payloadBytes: number }): Signer {
  return {
    sign: ({ index, owner, nonce, rival }) => {
      const bytes = payload(options, { index, isSecondSide: rival !== undefined && rival < index })
      const key = createHash('sha256').update(`${options.seed}/workload/owner/${owner}`).digest()
      const fields = signed({ owner: key, nonce, payload: bytes })
      return {
        id: createHash('sha256').update(transactionBytes(fields).identity).digest(),
        json: JSON.stringify({
          owner: key.toString('hex'),
          nonce,
          payload: bytes.toString('base64'),
          signature: Buffer.from(fields.signature).toString('base64'),
        }),
      }
    },
  }
}
