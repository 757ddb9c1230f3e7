import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { frameBytesMax } from '../../nodes/adapters/frame-codec.ts'
import { Libp2pTransport, ListenError } from '../../nodes/adapters/libp2p-transport.ts'
import { publicKey } from '../../nodes/reference/keys.ts'
import { claimLoopback } from '../support/loopback.ts'
import { until } from '../support/until.ts'

const port = 4001
const loopback = await claimLoopback()
afterAll(async () => {
  await loopback[Symbol.asyncDispose]()
})
const nodes = 4
const seed = (index: number) => Buffer.alloc(32, index + 1)
const roster = Array.from({ length: nodes }, (_, index) => ({
  address: loopback.address(0, index + 1),
  peerKey: publicKey('ed25519', seed(index)),
}))

/** A transport and what it reported. */
class Peer {
  readonly transport: Libp2pTransport
  readonly frames: { from: number; bytes: Uint8Array }[] = []
  readonly events: string[] = []
  readonly garbage: { from: number | undefined; reason: string }[] = []

  constructor(index: number) {
    this.transport = new Libp2pTransport({ index, peerSeed: seed(index), roster, port })
  }

  async start(neighbours: readonly number[]): Promise<this> {
    await this.transport.start(neighbours, {
      onFrame: (from, bytes) => this.frames.push({ from, bytes: Uint8Array.from(bytes) }),
      onPeer: (peer, state) => this.events.push(`${state} ${peer}`),
      onGarbage: (from, reason) => this.garbage.push({ from, reason }),
    })
    return this
  }

  connectedTo(...peers: number[]): boolean {
    return peers.every(peer => this.transport.connected().includes(peer))
  }

  texts(): string[] {
    return this.frames.map(({ from, bytes }) => `${from}: ${Buffer.from(bytes)}`)
  }
}

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function start(index: number, neighbours: readonly number[]): Promise<Peer> {
  const peer = new Peer(index)
  cleanUps.push(() => peer.transport.stop())
  return peer.start(neighbours)
}

async function pair(): Promise<[Peer, Peer]> {
  const both: [Peer, Peer] = [await start(0, [1]), await start(1, [0])]
  await until('the pair is connected', () => both[0].connectedTo(1) && both[1].connectedTo(0))
  return both
}

const text = (value: string) => Buffer.from(value)

/** A node in a process of its own, which echoes every frame until it is killed; what its own queue has no room for it offers again. */
const echo = `
  import { Libp2pTransport, ListenError } from ${JSON.stringify(join(import.meta.dirname, '../../nodes/adapters/libp2p-transport.ts'))}
  const [index, roster] = JSON.parse(process.argv[1])
  const transport = new Libp2pTransport({
    index, port: ${port}, peerSeed: Buffer.alloc(32, index + 1),
    roster: roster.map(each => ({ address: each.address, peerKey: Buffer.from(each.peerKey, 'hex') })),
  })
  const offer = (to, frame) => transport.send(to, frame) || setTimeout(offer, 10, to, frame)
  await transport.start(roster.map((_, other) => other).filter(other => other !== index), {
    onFrame: (from, frame) => offer(from, Buffer.from(frame)), onPeer: () => {}, onGarbage: () => {},
  })
  process.stdout.write('listening')`

async function startProcess(index: number): Promise<ChildProcess> {
  const plain = roster.map(({ address, peerKey }) => ({
    address,
    peerKey: Buffer.from(peerKey).toString('hex'),
  }))
  const args = ['--input-type=module', '--no-warnings', '-e', echo, JSON.stringify([index, plain])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  cleanUps.push(() => {
    child.kill('SIGKILL')
    return exited
  })
  await once(child.stdout!, 'data')
  return child
}

/** A bare libp2p host, to do what no transport of ours would. */
async function stranger(identity: number): Promise<Libp2p> {
  const host = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', seed(identity)),
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  cleanUps.push(() => host.stop())
  return host
}

async function openStream(host: Libp2p, to: number) {
  const key = await generateKeyPairFromSeed('Ed25519', seed(to))
  const address = multiaddr(`/ip4/${roster[to]!.address}/tcp/${port}/p2p/${peerIdFromPrivateKey(key)}`)
  return (await host.dial(address)).newStream('/whiteout/1')
}

/** More than what a link queues, the window of its stream included. */
const queueBytes = 14 * 2 ** 20

/** What the kernel may hold of a connection, on both of its ends; some machines have it set to many times the default. */
async function kernelBufferBytes(): Promise<number> {
  const limits = ['tcp_rmem', 'tcp_wmem'].map(name => readFile(`/proc/sys/net/ipv4/${name}`, 'utf8'))
  const most = (await Promise.all(limits)).map(text => Number(text.trim().split(/\s+/)[2]))
  return most.reduce((sum, bytes) => sum + bytes)
}

describe('libp2p transport', () => {
  it('delivers frames of every size whole, in order, in both directions', async () => {
    const [zero, one] = await pair()
    const sizes = [1, 127, 128, 200, 16_383, 16_384, 65_536, 300_000, 2_097_152, frameBytesMax, 5]
    for (const size of sizes) {
      expect(zero.transport.send(1, Buffer.alloc(size, size % 251))).toBe(true)
      await until('room in the queue', () => one.transport.send(0, Buffer.alloc(size, size % 251)))
    }
    await until('all frames', () => zero.frames.length === sizes.length && one.frames.length === sizes.length)
    for (const peer of [zero, one]) {
      expect(peer.frames.map(({ bytes }) => bytes.length)).toEqual(sizes)
      expect(peer.frames.every(({ bytes }) => bytes.every(byte => byte === bytes.length % 251))).toBe(true)
    }
    expect([...zero.garbage, ...one.garbage]).toEqual([])
  })

  it('keeps the order of thousands of small frames sent at once', async () => {
    const [zero, one] = await pair()
    for (let number = 0; number < 20_000; number++) zero.transport.send(1, text(`frame ${number}`))
    await until('all frames', () => one.frames.length === 20_000)
    expect(one.texts()).toEqual(Array.from({ length: 20_000 }, (_, number) => `0: frame ${number}`))
  })

  it('connects every pair of a mesh once, whoever starts first, and says who it was', async () => {
    const peers: Peer[] = []
    for (const index of [2, 0, 3, 1])
      peers[index] = await start(
        index,
        [0, 1, 2, 3].filter(each => each !== index),
      )
    await until('the mesh', () => peers.every(peer => peer.transport.connected().length === 3))
    for (const [index, peer] of peers.entries()) {
      expect(peer.events.toSorted()).toEqual(
        [0, 1, 2, 3].filter(each => each !== index).map(each => `connected ${each}`),
      )
    }
    peers[2]!.transport.send(3, text('two to three'))
    await until('the frame', () => peers[3]!.frames.length === 1)
    expect(peers[3]!.texts()).toEqual(['2: two to three'])
  })

  it('drops frames to peers that are not connected, and frames no peer would take', async () => {
    const [zero] = await pair()
    expect(zero.transport.send(3, text('nobody there'))).toBe(false)
    expect(zero.transport.send(1, new Uint8Array(0))).toBe(false)
    expect(zero.transport.send(1, new Uint8Array(frameBytesMax + 1))).toBe(false)
    expect(zero.transport.send(1, text('fine'))).toBe(true)
  })

  it('bounds what it queues for a peer that does not read, and goes on when it reads again', async () => {
    const child = await startProcess(1)
    const zero = await start(0, [1])
    await until('connected', () => zero.connectedTo(1))
    child.kill('SIGSTOP')
    const frame = Buffer.alloc(100_000)
    const most = (queueBytes + (await kernelBufferBytes())) / frame.length
    let accepted = 0
    while (accepted <= most && zero.transport.send(1, frame)) {
      accepted++
      await pause(1)
    }
    expect(accepted).toBeLessThanOrEqual(most)
    child.kill('SIGCONT')
    await until('every frame to come back', () => zero.frames.length === accepted)
    expect(zero.transport.send(1, text('again'))).toBe(true)
  })

  it.each([
    ['that is dialled by us', 1, 0],
    ['that dials us', 0, 1],
  ])(
    'is connected again within seconds to a peer %s, after it was killed and started on its address',
    async (_what, self, other) => {
      const survivor = await start(self, [other])
      for (let round = 0; round < 2; round++) {
        const child = await startProcess(other)
        const ms = await until('connected', () => survivor.connectedTo(other))
        expect(ms).toBeLessThan(10_000)
        expect(survivor.transport.send(other, text(`round ${round}`))).toBe(true)
        await until('the echo', () => survivor.texts().includes(`${other}: round ${round}`))
        child.kill('SIGKILL')
        await until('the loss to be noticed', () => !survivor.connectedTo(other), 10_000)
        expect(survivor.transport.send(other, text('gone'))).toBe(false)
      }
      expect(survivor.events).toEqual([
        `connected ${other}`,
        `disconnected ${other}`,
        `connected ${other}`,
        `disconnected ${other}`,
      ])
    },
  )

  it('replaces the old link when a peer comes back before its death was noticed', async () => {
    const zero = await start(0, [1])
    const first = await startProcess(1)
    await until('connected', () => zero.connectedTo(1))
    first.kill('SIGSTOP')
    const second = await openStream(await stranger(1), 0)
    await until('the change', () => zero.events.length === 3)
    expect(zero.events).toEqual(['connected 1', 'disconnected 1', 'connected 1'])
    second.send(Buffer.from([2, 104, 105]))
    await until('the frame', () => zero.frames.length === 1)
    expect(zero.texts()).toEqual(['1: hi'])
  })

  it.each([
    [
      'an oversized frame',
      Buffer.from([0x81, 0x80, 0x80, 0x02]),
      /a frame of 4194305 bytes; at most 4194304/,
    ],
    ['an endless prefix', Buffer.alloc(10, 0xff), /a length prefix of more than 4 bytes/],
    ['an unknown control byte', Buffer.from([0, 9]), /control byte 9/],
  ])(
    'cuts off a peer that sends %s, counts it, and goes on with the others',
    async (_what, bytes, reason) => {
      const zero = await start(0, [1, 2])
      const two = await start(2, [0])
      await until('connected', () => zero.connectedTo(2))
      const stream = await openStream(await stranger(1), 0)
      stream.send(bytes)
      await until('the garbage to be counted', () => zero.garbage.length === 1)
      expect(zero.garbage).toEqual([{ from: 1, reason: expect.stringMatching(reason) }])
      expect(zero.connectedTo(1)).toBe(false)
      two.transport.send(0, text('still here'))
      await until('the frame', () => zero.frames.length === 1)
    },
  )

  it('counts a stream that ends in the middle of a frame', async () => {
    const zero = await start(0, [])
    const stream = await openStream(await stranger(1), 0)
    stream.send(Buffer.from([100, 1, 2, 3]))
    await until('connected', () => zero.connectedTo(1))
    await stream.close()
    await until('the garbage to be counted', () => zero.garbage.length === 1)
    expect(zero.garbage).toEqual([{ from: 1, reason: 'a stream that ends within a frame' }])
  })

  it('lets nobody in who is not in the roster, and counts the attempt', async () => {
    const zero = await start(0, [])
    await expect(openStream(await stranger(77), 0)).rejects.toThrow()
    await until('the attempt to be counted', () => zero.garbage.length === 1)
    expect(zero.garbage[0]!.from).toBeUndefined()
    expect(zero.transport.connected()).toEqual([])
  })

  it('counts bytes on its port that are no libp2p, but no connection that only looks whether it listens', async () => {
    const zero = await start(0, [])
    const knock = connect(port, roster[0]!.address)
    await once(knock, 'connect')
    knock.destroy()
    const socket = connect(port, roster[0]!.address)
    socket.write(`GET /${'a'.repeat(200)} HTTP/1.1\r\n\r\n`)
    socket.on('error', () => {})
    await new Promise(resolve => socket.on('close', resolve))
    await until('the garbage to be counted', () => zero.garbage.length > 0)
    expect(zero.garbage).toEqual([
      { from: undefined, reason: expect.stringContaining('a connection from /ip4/127.0.0.1/') },
    ])
    const one = await start(1, [0])
    await until('a node to connect', () => one.connectedTo(0))
  })

  it('says in one line which address it cannot listen on', async () => {
    await start(0, [])
    const second = new Peer(0)
    const problem = await second.start([]).catch((error: Error) => error)
    expect(problem).toBeInstanceOf(ListenError)
    expect((problem as Error).message).toBe(
      `cannot listen for peers: listen EADDRINUSE: address already in use ${roster[0]!.address}:${port}`,
    )
    await second.transport.stop()
  })

  it('tells the others when it stops, stops twice without harm, and frees its port', async () => {
    const [zero, one] = await pair()
    await one.transport.stop()
    await one.transport.stop()
    await until('the loss to be noticed', () => !zero.connectedTo(1), 10_000)
    const again = await start(1, [0])
    await until('connected again', () => again.connectedTo(0) && zero.connectedTo(1))
  })
})
