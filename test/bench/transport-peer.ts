import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Libp2pTransport } from '../../nodes/adapters/libp2p-transport.ts'
import { publicKey } from '../../nodes/reference/keys.ts'

// One process of the transport bench. `echo` is node 0, which sends back what it gets; `ask` is all the others, which
// send one frame each time one comes back. Started by transport.ts, which tells it what to do.

export type Order =
  | { readonly kind: 'mark' }
  | { readonly kind: 'ask'; readonly frames: number; readonly inFlight: number }
export type Report =
  | { readonly kind: 'listening' }
  | { readonly kind: 'connected'; readonly cpuMsPerConnection: number; readonly kiBPerConnection: number }
  | { readonly kind: 'used'; readonly cpuUs: number }

const [role, peersText] = process.argv.slice(2)
const peers = Number(peersText)
const seed = (index: number) => Buffer.alloc(32, index + 1)
const roster = Array.from({ length: peers + 1 }, (_, index) => ({
  address: `127.204.0.${index + 1}`,
  peerKey: publicKey('ed25519', seed(index)),
}))
const transport = (index: number) => new Libp2pTransport({ index, peerSeed: seed(index), roster, port: 4001 })

let markedUs = 0

function cpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function privateKiB(): number {
  return Number(/^Private_Dirty:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))![1])
}

function report(message: Report): void {
  process.send!(message)
}

async function echo(): Promise<void> {
  const node = transport(0)
  await node.start([], {
    onFrame: (from, frame) => node.send(from, Buffer.from(frame)),
    onPeer: () => {},
    onGarbage: () => {},
  })
  const before = { cpu: cpuUs(), memory: privateKiB() }
  report({ kind: 'listening' })
  while (node.connected().length < peers) await pause(20)
  globalThis.gc?.()
  report({
    kind: 'connected',
    cpuMsPerConnection: (cpuUs() - before.cpu) / 1000 / peers,
    kiBPerConnection: (privateKiB() - before.memory) / peers,
  })
}

async function ask(): Promise<(frames: number, inFlight: number) => Promise<void>> {
  let onAnswer = () => {}
  const nodes = Array.from({ length: peers }, (_, position) => transport(position + 1))
  for (const node of nodes) {
    await node.start([0], { onFrame: () => onAnswer(), onPeer: () => {}, onGarbage: () => {} })
  }
  while (nodes.some(node => node.connected().length === 0)) await pause(20)
  return (frames, inFlight) =>
    new Promise(resolve => {
      let sent = 0
      let answered = 0
      const next = () => {
        if (sent < frames) nodes[sent++ % peers]!.send(0, Buffer.alloc(200, 7))
      }
      onAnswer = () => {
        answered++
        if (answered === frames) resolve()
        else next()
      }
      for (let started = 0; started < inFlight; started++) next()
    })
}

const run = role === 'ask' ? await ask() : await echo()
if (run) report({ kind: 'connected', cpuMsPerConnection: 0, kiBPerConnection: 0 })

process.on('message', async (order: Order) => {
  if (order.kind === 'mark') {
    report({ kind: 'used', cpuUs: cpuUs() - markedUs })
    markedUs = cpuUs()
  } else {
    await run?.(order.frames, order.inFlight)
    report({ kind: 'used', cpuUs: 0 })
  }
})
