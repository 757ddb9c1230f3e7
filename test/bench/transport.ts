import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { emit } from './machine-facts.ts'
import type { Order, Report } from './transport-peer.ts'

const peers = 30
const frames = 10_000

/**
 * What the network costs one node with 30 peers: CPU and memory of a connection, and CPU of taking a frame of 200 bytes
 * and answering it, one at a time (every frame wakes both processes) and with 16 on their way (they share wake-ups).
 */
export async function benchTransport(): Promise<{ cpuUsAlone: number; cpuUsTogether: number }> {
  const echo = start('echo', ['--expose-gc', '--max-semi-space-size=1', '--v8-pool-size=0'])
  await heard(echo, 'listening')
  const connected = heard(echo, 'connected')
  const asker = start('ask', [])
  await heard(asker, 'connected')
  const { cpuMsPerConnection, kiBPerConnection } = await connected
  try {
    await cpuPerFrame(echo, asker, 1)
    const result = {
      cpuMsPerConnection: round(cpuMsPerConnection),
      kiBPerConnection: round(kiBPerConnection),
      cpuUsAlone: await cpuPerFrame(echo, asker, 1),
      cpuUsTogether: await cpuPerFrame(echo, asker, 16),
    }
    emit('transport', { peers, frames, ...result })
    return result
  } finally {
    for (const child of [echo, asker]) child.kill('SIGKILL')
  }
}

async function cpuPerFrame(echo: ChildProcess, asker: ChildProcess, inFlight: number): Promise<number> {
  await tell(echo, { kind: 'mark' })
  await tell(asker, { kind: 'ask', frames, inFlight })
  const { cpuUs } = await tell(echo, { kind: 'mark' })
  return round(cpuUs / frames)
}

function start(role: 'echo' | 'ask', flags: readonly string[]): ChildProcess {
  const program = join(import.meta.dirname, 'transport-peer.ts')
  return fork(program, [role, String(peers)], { execArgv: ['--no-warnings', ...flags] })
}

async function tell(child: ChildProcess, order: Order): Promise<Extract<Report, { kind: 'used' }>> {
  const answer = heard(child, 'used')
  child.send(order)
  return answer
}

async function heard<Kind extends Report['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<Report, { kind: Kind }>> {
  const [message] = (await once(child, 'message')) as [Report]
  if (message.kind !== kind)
    throw new Error(`expected a report of kind ${kind}, got ${JSON.stringify(message)}`)
  return message as Extract<Report, { kind: Kind }>
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
