import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { Lattice } from '../../../nodes/host/lattice.ts'
import type { CounterName, Crypto, Transport } from '../../../nodes/host/ports.ts'
import { Router } from '../../../nodes/host/router.ts'
import { type Content, decodeFrame, encodeFrame, type Parcel } from '../../../nodes/wire/frame.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const id = (name: string) => sha256(Buffer.from(name)).toString('hex')
const content: Content = { votes: [{ vertex: id('v'), exceptions: [] }], vertices: [] }

interface Place {
  readonly router: Router
  readonly heard: { origins: readonly number[]; content: Content }[]
  readonly counts: Map<CounterName, number>
}

/** Routers of a whole lattice, joined directly; `meddle` may change what travels from one to another. */
function network(
  n: number,
  dimensions: number,
  meddle: (parcel: Parcel, from: number) => Parcel = parcel => parcel,
) {
  const clock = new VirtualClock()
  const lattice = new Lattice(n, dimensions)
  const sent: { from: number; to: number; origins: number }[] = []
  const places: Place[] = []
  for (let self = 0; self < n; self += 1) {
    const counts = new Map<CounterName, number>()
    const heard: Place['heard'] = []
    const crypto = {
      sha256,
      tag: (peer: number, digest: Uint8Array) =>
        sha256(
          Buffer.concat([Buffer.from(`${Math.min(self, peer)}/${Math.max(self, peer)}/`), digest]),
        ).subarray(0, 8),
    } as unknown as Crypto
    const transport = {
      send: (to: number, frame: Uint8Array) => {
        for (const parcel of decodeFrame(frame)!.parcels ?? []) {
          sent.push({ from: self, to, origins: parcel.origins.length })
          const again = decodeFrame(encodeFrame({ parcels: [meddle(parcel, self)] }))!.parcels![0]!
          places[to]!.router.receive(self, again)
        }
        return true
      },
    } as unknown as Transport
    const metrics = {
      add: (name: CounterName, amount = 1) => counts.set(name, (counts.get(name) ?? 0) + amount),
      observeFinality: () => {},
    }
    const router = new Router(
      { self, lattice, relayIntervalMs: 10 },
      { transport, crypto, clock, metrics, peers: new Set(lattice.neighbours(self)) },
      (origins, said) => heard.push({ origins, content: said }),
    )
    places.push({ router, heard, counts })
  }
  return { clock, lattice, places, sent }
}

const origins = ({ heard }: Place) => heard.flatMap(each => each.origins).sort((a, b) => a - b)

describe('router over a lattice', () => {
  it.each([
    [9, 2],
    [23, 2],
    [30, 3],
  ])('brings what one of %i nodes says to all others, proven (dimensions=%i)', async (n, dimensions) => {
    const { clock, places } = network(n, dimensions)
    places[4]!.router.tellAll(content)
    await clock.advance(100)
    places.forEach((place, node) => {
      expect(origins(place)).toEqual(node === 4 ? [] : [4])
    })
  })

  it('joins what many nodes say alike into one parcel, and each is still proven for itself', async () => {
    const { clock, places, sent } = network(27, 3)
    for (const { router } of places) router.tellAll(content)
    await clock.advance(100)
    places.forEach((place, node) => {
      expect(origins(place)).toEqual(places.map((_, other) => other).filter(other => other !== node))
    })
    // 27 nodes with 2 others on the line of each hop; alone every origin would need 26 parcels.
    expect(sent.length).toBeLessThanOrEqual(27 * 2 * 3 * 2)
    expect(Math.max(...sent.map(each => each.origins))).toBe(9)
  })

  it('carries an answer to one node and to nobody else', async () => {
    const { clock, places } = network(27, 3)
    places[0]!.router.tell(26, content)
    await clock.advance(100)
    expect(places.map(place => place.heard.length)).toEqual(places.map((_, node) => (node === 26 ? 1 : 0)))
  })

  it('refuses what a relay has changed or made up', async () => {
    const forged = { ...content, votes: [{ vertex: id('other'), exceptions: [] }] }
    const { encodeContent } = await import('../../../nodes/wire/frame.ts')
    const { clock, places } = network(27, 3, (parcel, from) =>
      from === parcel.origins[0] ? parcel : { ...parcel, content: encodeContent(forged) },
    )
    places[0]!.router.tellAll(content)
    await clock.advance(100)
    for (const { heard } of places) {
      for (const each of heard) expect(each.content.votes).toEqual(content.votes)
    }
    const refused = places.reduce((sum, { counts }) => sum + (counts.get('parcels_refused') ?? 0), 0)
    expect(refused).toBeGreaterThan(0)
  })

  it('refuses a parcel that claims more hops than there are dimensions', () => {
    const { places } = network(27, 3)
    const way = { origins: [0], turn: 0, hop: 9, position: 13, target: undefined }
    places[13]!.router.receive(0, { ...way, content: new Uint8Array(), tags: new Uint8Array(8) })
    expect(places[13]!.counts.get('parcels_refused')).toBe(1)
  })

  it('refuses a parcel that did not come the way it must have come', () => {
    const { places } = network(27, 3)
    const parcel: Parcel = {
      origins: [0],
      turn: 0,
      hop: 3,
      position: 13,
      target: undefined,
      content: new Uint8Array(),
      tags: new Uint8Array(8),
    }
    places[13]!.router.receive(5, parcel)
    expect(places[13]!.counts.get('parcels_refused')).toBe(1)
  })
})
