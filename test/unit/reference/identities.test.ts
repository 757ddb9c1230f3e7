import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { deriveIdentity } from '../../../nodes/reference/identities.ts'
import { publicKey } from '../../../nodes/reference/keys.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

describe('public keys from seeds', () => {
  it('ed25519: RFC 8032 section 7.1, test 1', () => {
    const seed = hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')
    expect(publicKey('ed25519', seed).toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
  })

  it('ml-dsa-44: a signature made with the seed verifies with the raw key', () => {
    const { vertexSeed, vertexKey } = deriveIdentity('seed', 17)
    const seedOnly = Buffer.concat([hex('3034020100300b060960864801650304031104228020'), vertexSeed])
    const signature = sign(
      null,
      Buffer.from('vertex'),
      createPrivateKey({ key: seedOnly, format: 'der', type: 'pkcs8' }),
    )
    const raw = { kty: 'AKP', alg: 'ML-DSA-44', pub: vertexKey.toString('base64url') }
    const verifier = createPublicKey({ key: raw, format: 'jwk' } as never)
    expect(vertexKey.length).toBe(1312)
    expect(verify(null, Buffer.from('vertex'), verifier, signature)).toBe(true)
    expect(verify(null, Buffer.from('another'), verifier, signature)).toBe(false)
  })
})

describe('identity', () => {
  it('is the same for the same seed and index', () => {
    expect(deriveIdentity('seed', 3)).toEqual(deriveIdentity('seed', 3))
  })

  it('shares nothing with that of another index, nor within itself', () => {
    const all = [...Object.values(deriveIdentity('seed', 3)), ...Object.values(deriveIdentity('seed', 4))]
    expect(new Set(all.map(key => key.toString('hex'))).size).toBe(8)
  })
})
