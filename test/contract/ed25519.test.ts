import { describe, expect, it } from '@jest/globals'
import { ed25519KeyOf, signEd25519, verifyEd25519 } from '../../nodes/adapters/ed25519.ts'
import {
  type Equation,
  equationOf,
  makeVector,
  nonCanonical,
  withLargerS,
} from '../support/ed25519-vectors.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const text = Buffer.from('a transaction')
const key = ed25519KeyOf(new Uint8Array(32).fill(7))
const { neutralAboveP, neutralWithSign } = nonCanonical
const ordinary = makeVector({ equation: 'plain' })

describe('ed25519 of transactions', () => {
  it('makes the keys and signatures of RFC 8032 (section 7.1, tests 1 and 2)', () => {
    const first = ed25519KeyOf(hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'))
    expect(Buffer.from(first.publicKey).toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
    const second = ed25519KeyOf(hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'))
    const signature = signEd25519(hex('72'), second)
    expect(Buffer.from(signature).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
    expect(verifyEd25519(second.publicKey, hex('72'), signature)).toBe(true)
  })

  it('accepts its own signature wherever the bytes lie, and no other message, key or signature', () => {
    const signature = signEd25519(text, key)
    const shifted = (bytes: Uint8Array) => Buffer.concat([Buffer.alloc(5), bytes]).subarray(5)
    expect(verifyEd25519(shifted(key.publicKey), shifted(text), shifted(signature))).toBe(true)
    expect(verifyEd25519(key.publicKey, text.subarray(1), signature)).toBe(false)
    expect(verifyEd25519(ed25519KeyOf(new Uint8Array(32)).publicKey, text, signature)).toBe(false)
    for (let at = 0; at < 64; at += 1) {
      const flipped = Uint8Array.from(signature)
      flipped[at]! ^= 1
      expect(verifyEd25519(key.publicKey, text, flipped)).toBe(false)
    }
  })

  it('signs and checks an empty message', () => {
    const nothing = new Uint8Array(0)
    expect(verifyEd25519(key.publicKey, nothing, signEd25519(nothing, key))).toBe(true)
  })

  it('refuses wrong lengths without reading past them', () => {
    const signature = signEd25519(text, key)
    for (const length of [0, 31, 33]) {
      const resized = Buffer.concat([key.publicKey, Buffer.alloc(1)]).subarray(0, length)
      expect(verifyEd25519(resized, text, signature)).toBe(false)
    }
    for (const length of [0, 32, 63, 65]) {
      const resized = Buffer.concat([signature, Buffer.alloc(1)]).subarray(0, length)
      expect(verifyEd25519(key.publicKey, text, resized)).toBe(false)
    }
    expect(() => ed25519KeyOf(new Uint8Array(31))).toThrow('seed of 31 bytes; expected 32')
  })

  // Every vector satisfies the equation beside it, so that a refusal comes from the rule and not from a wrong vector.
  it.each<[title: string, accepted: boolean, equation: Equation, vector: ReturnType<typeof makeVector>]>([
    ['an ordinary signature', true, 'plain', ordinary],
    ['key and R of mixed order', true, 'plain', makeVector({ aTorsion: 1, rTorsion: 3, equation: 'plain' })],
    [
      'key of mixed order, only with the cofactor',
      false,
      'cofactored',
      makeVector({ aTorsion: 1, equation: 'cofactored' }),
    ],
    [
      'R of mixed order, only with the cofactor',
      false,
      'cofactored',
      makeVector({ rTorsion: 1, equation: 'cofactored' }),
    ],
    ['S one group order too large', false, 'plain', withLargerS(ordinary, 1n)],
    ['S with its highest bits set', false, 'plain', withLargerS(ordinary, 15n)],
    [
      'key and R of small order',
      false,
      'plain',
      makeVector({ a: 0n, aTorsion: 1, r: 0n, rTorsion: 3, equation: 'plain' }),
    ],
    [
      'key of small order',
      false,
      'plain',
      makeVector({ a: 0n, aTorsion: 2, rTorsion: 2, equation: 'plain' }),
    ],
    ['the neutral element as key', false, 'plain', makeVector({ a: 0n, equation: 'plain' })],
    ['R of small order', false, 'plain', makeVector({ aTorsion: 1, r: 0n, rTorsion: 5, equation: 'plain' })],
    ['the neutral element as R', false, 'plain', makeVector({ r: 0n, equation: 'plain' })],
    [
      'key with y not below p',
      false,
      'plain',
      makeVector({ a: 0n, aBytes: neutralAboveP, equation: 'plain' }),
    ],
    [
      'key with the sign of x = 0',
      false,
      'plain',
      makeVector({ a: 0n, aBytes: neutralWithSign, equation: 'plain' }),
    ],
    ['R with y not below p', false, 'plain', makeVector({ r: 0n, rBytes: neutralAboveP, equation: 'plain' })],
    [
      'R with the sign of x = 0',
      false,
      'plain',
      makeVector({ r: 0n, rBytes: neutralWithSign, equation: 'plain' }),
    ],
  ])('%s: accepted %p', (_title, accepted, equation, vector) => {
    expect(equationOf(vector)).toBe(equation)
    expect(verifyEd25519(vector.publicKey, vector.message, vector.signature)).toBe(accepted)
  })

  it('refuses keys and R that are no point of the curve', () => {
    const signature = signEd25519(text, key)
    const noPoint = new Uint8Array(32)
    noPoint[0] = 2
    expect(verifyEd25519(noPoint, text, signature)).toBe(false)
    expect(verifyEd25519(key.publicKey, text, Buffer.concat([noPoint, signature.subarray(32)]))).toBe(false)
    expect(verifyEd25519(new Uint8Array(32).fill(255), text, signature)).toBe(false)
  })
})
