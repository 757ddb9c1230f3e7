import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { dealTagKeys } from '../../harness/plan/identities.ts'
import { publicKey } from '../../harness/plan/keys.ts'
import { LeastRecentlyUsed } from '../../nodes/adapters/least-recently-used.ts'
import { privateKeyFromSeed, publicKeyFromRaw } from '../../nodes/adapters/ml-dsa-keys.ts'
import { NodeCrypto } from '../../nodes/adapters/node-crypto.ts'

const seed = (byte: number) => new Uint8Array(32).fill(byte)
const roster = [0, 1, 2].map(index => ({
  vertexKey: publicKey('ml-dsa-44', seed(20 + index)),
}))
const tagKeys = dealTagKeys('node-crypto', 3)
const node = (index: number) =>
  new NodeCrypto({ index, roster, tagKeys: tagKeys[index]!, vertexSeed: seed(20 + index) })
const text = new TextEncoder().encode('a vertex')

describe('node crypto', () => {
  it('signs vertices with ML-DSA-44: the issuer is recognised, another node and other bytes are not', () => {
    const signature = node(1).signVertex(text)
    expect(signature.length).toBe(2420)
    expect(node(0).verifyVertex(1, text, signature)).toBe(true)
    expect(node(0).verifyVertex(2, text, signature)).toBe(false)
    expect(node(0).verifyVertex(1, text.subarray(1), signature)).toBe(false)
    expect(node(0).verifyVertex(9, text, signature)).toBe(false)
    expect(node(0).verifyVertex(1, text, new Uint8Array(3))).toBe(false)
  })

  it('derives the keys of FIPS 204 and RFC 8032 from seeds: the public keys are the published ones', () => {
    // RFC 8032, section 7.1, test 1.
    const secret = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    expect(publicKey('ed25519', secret).toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
    // RFC 9881, appendix C.3: the ML-DSA-44 key of the seed 00 01 02 … 1f.
    const counting = Uint8Array.from({ length: 32 }, (_, index) => index)
    const key = publicKey('ml-dsa-44', counting)
    expect(key.subarray(0, 16).toString('hex')).toBe('d7b2b47254aae0db45e7930d4a98d2c9')
  })

  it('checks ed25519 transactions and says no, without throwing, to a malformed owner or signature', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const owner = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
    const signature = sign(null, text, privateKey)
    const crypto = node(0)
    expect(crypto.verifyTransaction(owner, text, signature)).toBe(true)
    expect(crypto.verifyTransaction(owner, text.subarray(1), signature)).toBe(false)
    expect(crypto.verifyTransaction(owner.subarray(1), text, signature)).toBe(false)
    expect(crypto.verifyTransaction(owner, text, signature.subarray(1))).toBe(false)
    expect(crypto.verifyTransaction(new Uint8Array(32).fill(255), text, signature)).toBe(false)
    expect(crypto.verifyTransaction(owner, text, signature)).toBe(true)
  })

  it('makes tags of 8 bytes that their receiver alone can check, one for each receiver in order', () => {
    const tags = node(0).tags(text, [2, 1])
    expect(tags.length).toBe(16)
    const [two, one] = [tags.subarray(0, 8), tags.subarray(8)]
    expect([node(2).isTagOf(0, text, two), node(1).isTagOf(0, text, one)]).toEqual([true, true])
    expect([node(1).isTagOf(0, text, two), node(2).isTagOf(0, text, one)]).toEqual([false, false])
    expect(node(2).isTagOf(1, text, two)).toBe(false)
    expect(node(2).isTagOf(0, text, two.subarray(1))).toBe(false)
  })

  it('has a key for each direction: a tag that comes back to its maker is not good', () => {
    const tag = node(0).tags(text, [1])
    expect(node(1).isTagOf(0, text, tag)).toBe(true)
    expect(node(0).isTagOf(1, text, tag)).toBe(false)
    expect(Buffer.from(node(1).tags(text, [0]))).not.toEqual(Buffer.from(tag))
  })

  it('tags the whole content: no other one has the same tag, wherever it differs', () => {
    const content = Uint8Array.from({ length: 300 }, (_, i) => i)
    const tag = node(0).tags(content, [1])
    for (let at = 0; at < content.length; at += 1) {
      const other = new Uint8Array(content)
      other[at] = other[at]! ^ 128
      expect(node(1).isTagOf(0, other, tag)).toBe(false)
    }
    for (const other of [content.subarray(1), content.subarray(0, 299), new Uint8Array([...content, 0])])
      expect(node(1).isTagOf(0, other, tag)).toBe(false)
  })

  it('tags two contents differently whose hashes begin alike', () => {
    const short = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 5)
    const seen = new Map<string, string>()
    let pair: readonly string[] | undefined
    for (let i = 0; !pair; i += 1) {
      const other = seen.get(short(`${i}`))
      if (other !== undefined) pair = [other, `${i}`]
      seen.set(short(`${i}`), `${i}`)
    }
    const [one, other] = pair.map(each => new TextEncoder().encode(each))
    expect(node(1).isTagOf(0, other!, node(0).tags(one!, [1]))).toBe(false)
  })

  it('makes no tag for a node that is not in the roster', () => {
    expect(() => node(0).tags(text, [7])).toThrow('no such node in the roster')
  })

  it('hashes with SHA-256', () => {
    expect(node(0).sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('refuses keys of the wrong length', () => {
    expect(() => privateKeyFromSeed(seed(1).subarray(1))).toThrow('seed of 31 bytes; expected 32')
    expect(() => publicKeyFromRaw(seed(1))).toThrow('public key of 32 bytes; expected 1312')
  })
})

describe('least recently used', () => {
  it('forgets what was not used for longest, and never holds more than its capacity', () => {
    const cache = new LeastRecentlyUsed<string, number>(2)
    let made = 0
    const get = (key: string) => cache.getOrMake(key, () => ++made)
    get('a')
    get('b')
    get('a')
    get('c')
    expect(get('a')).toBe(1)
    expect(get('b')).toBe(4)
    expect(cache.size).toBe(2)
  })
})
