import { createHash } from 'node:crypto'
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'

const { Point } = ed25519
type CurvePoint = InstanceType<typeof Point>
const order = Point.Fn.ORDER
/** A point of order 8: it generates all points of small order. */
const torsion = ED25519_TORSION_SUBGROUP.map(hex => Point.fromHex(hex)).find(
  point => !point.multiplyUnsafe(4n).is0(),
)!
const ownerScalar = 0x1234_5678_9abc_def0_1234_5678_9abc_def0n
const nonceScalar = 0x0fed_cba9_8765_4321_0fed_cba9_8765_4321n

/** y = p + 1: the neutral element, written with a y that is not below p. */
const neutralAboveP = Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')
/** The neutral element with the sign of an x that is 0. */
const neutralWithSign = Buffer.from(`01${'00'.repeat(30)}80`, 'hex')

interface Vector {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The equation that a vector satisfies: S B = R + h A, the same times 8, or neither. */
export type Equation = 'plain' | 'cofactored' | 'neither'

/** A key and a nonce as a scalar each and a share of the points of small order; scalar 0 leaves only that share. */
interface Parts {
  readonly a?: bigint
  readonly aTorsion?: number
  readonly r?: bigint
  readonly rTorsion?: number
  /** What is written instead of the canonical bytes. */
  readonly aBytes?: Uint8Array
  readonly rBytes?: Uint8Array
  readonly equation: Equation
}

/**
 * Edge cases after table 5 of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), made here from the curve's
 * arithmetic. Messages are counted up until the equation is the one that is wanted.
 */
export function makeVector({
  a = ownerScalar,
  aTorsion = 0,
  r = nonceScalar,
  rTorsion = 0,
  aBytes,
  rBytes,
  equation,
}: Parts): Vector {
  const publicKey = aBytes ?? pointOf(a, aTorsion).toBytes()
  const noncePoint = rBytes ?? pointOf(r, rTorsion).toBytes()
  for (let counter = 0; ; counter += 1) {
    const message = Buffer.from(`message ${counter}`)
    const s = (r + challenge(noncePoint, publicKey, message) * a) % order
    const vector = { publicKey, message, signature: Buffer.concat([noncePoint, scalarBytes(s)]) }
    if (equationOf(vector) === equation) return vector
  }
}

/** The same signature with S + `times` x the group's order. */
export function withLargerS({ signature, ...rest }: Vector, times: bigint): Vector {
  const s = scalarOf(signature.subarray(32)) + times * order
  return { ...rest, signature: Buffer.concat([signature.subarray(0, 32), scalarBytes(s)]) }
}

export function equationOf({ publicKey, message, signature }: Vector): Equation {
  const noncePoint = signature.subarray(0, 32)
  const h = challenge(noncePoint, publicKey, message)
  const right = Point.fromBytes(noncePoint, true).add(Point.fromBytes(publicKey, true).multiplyUnsafe(h))
  const left = Point.BASE.multiplyUnsafe(scalarOf(signature.subarray(32)) % order)
  const difference = left.subtract(right)
  if (difference.is0()) return 'plain'
  return difference.multiplyUnsafe(8n).is0() ? 'cofactored' : 'neither'
}

export const nonCanonical = { neutralAboveP, neutralWithSign }

function pointOf(scalar: bigint, torsionShare: number): CurvePoint {
  return Point.BASE.multiplyUnsafe(scalar).add(torsion.multiplyUnsafe(BigInt(torsionShare)))
}

function challenge(...parts: readonly Uint8Array[]): bigint {
  return scalarOf(createHash('sha512').update(Buffer.concat(parts)).digest()) % order
}

function scalarOf(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`)
}

function scalarBytes(scalar: bigint): Buffer {
  return Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse()
}
