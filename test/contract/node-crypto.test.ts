import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import sodium from 'sodium-native/binding.js'
import { tagKeyBytes } from '../../model/node-config.ts'
import { LeastRecentlyUsed } from '../../nodes/adapters/least-recently-used.ts'
import { NodeCrypto } from '../../nodes/adapters/node-crypto.ts'
import { dealTagKeys } from '../../nodes/reference/identities.ts'
import { privateKeyFromSeed, publicKey, publicKeyFromRaw } from '../../nodes/reference/keys.ts'

const seed = (byte: number) => new Uint8Array(32).fill(byte)
const roster = [0, 1, 2].map(index => ({
  vertexKey: publicKey('ml-dsa-44', seed(20 + index)),
}))
const tagKeys = dealTagKeys('node-crypto', 3)
const node = (index: number) =>
  new NodeCrypto({ index, roster, tagKeys: tagKeys[index]!, vertexSeed: seed(20 + index) })
/** Whether `to` believes that `from` made this tag. */
const isTagOf = (from: number, to: number, bytes: Uint8Array, tag: Uint8Array) =>
  node(to).tagged([from], bytes, tag).length === 1
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
    expect([isTagOf(0, 2, text, two), isTagOf(0, 1, text, one)]).toEqual([true, true])
    expect([isTagOf(0, 1, text, two), isTagOf(0, 2, text, one)]).toEqual([false, false])
    expect(isTagOf(1, 2, text, two)).toBe(false)
    expect(isTagOf(0, 2, text, two.subarray(1))).toBe(false)
  })

  it('has a key for each direction: a tag that comes back to its maker is not good', () => {
    const tag = node(0).tags(text, [1])
    expect(isTagOf(0, 1, text, tag)).toBe(true)
    expect(isTagOf(1, 0, text, tag)).toBe(false)
    expect(Buffer.from(node(1).tags(text, [0]))).not.toEqual(Buffer.from(tag))
  })

  it('tags the whole content: no other one has the same tag, wherever it differs', () => {
    const content = Uint8Array.from({ length: 300 }, (_, i) => i)
    const tag = node(0).tags(content, [1])
    for (let at = 0; at < content.length; at += 1) {
      const other = new Uint8Array(content)
      other[at] = other[at]! ^ 128
      expect(isTagOf(0, 1, other, tag)).toBe(false)
    }
    for (const other of [content.subarray(1), content.subarray(0, 299), new Uint8Array([...content, 0])])
      expect(isTagOf(0, 1, other, tag)).toBe(false)
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
    expect(isTagOf(0, 1, other!, node(0).tags(one!, [1]))).toBe(false)
  })

  it('checks many tags at once: those of a list that are good, and none when their number is wrong', () => {
    const [one, two] = [node(1).tags(text, [0]), node(2).tags(text, [0])]
    expect(node(0).tagged([1, 2], text, Buffer.concat([one, two]))).toEqual([1, 2])
    expect(node(0).tagged([1, 2], text, Buffer.concat([one, one]))).toEqual([1])
    expect(node(0).tagged([2, 1], text, Buffer.concat([one, two]))).toEqual([])
    expect(node(0).tagged([1, 2], text, one)).toEqual([])
    expect(node(0).tagged([], text, new Uint8Array())).toEqual([])
  })

  it('has the tags of SipHash-2-4 for messages of any length', () => {
    // libsodium computes the same with the key alone.
    const key = tagKeys[0]!.subarray(2 * tagKeyBytes, 3 * tagKeyBytes)
    const expected = Buffer.alloc(8)
    for (const length of [...Array(40).keys(), 1000, 70_000, 200_000, 7]) {
      const message = Buffer.alloc(length, length + 1)
      sodium.crypto_shorthash(expected, message, key)
      expect([length, Buffer.from(node(0).tags(message, [1]))]).toEqual([length, expected])
    }
  })

  it('makes and checks no tag of a node that is not in the roster', () => {
    expect(() => node(0).tags(text, [7])).toThrow('no such node in the roster')
    expect(() => node(0).tagged([7], text, new Uint8Array(8))).toThrow('no such node in the roster')
  })

  it('hashes with SHA-256', () => {
    expect(node(0).sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('refuses keys of the wrong length', () => {
    expect(() => privateKeyFromSeed('ml-dsa-44', seed(1).subarray(1))).toThrow(
      'seed of 31 bytes; expected 32',
    )
    expect(() => publicKeyFromRaw('ml-dsa-44', seed(1))).toThrow('public key of 32 bytes; expected 1312')
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
