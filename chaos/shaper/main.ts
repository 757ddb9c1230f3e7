import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import {
  cgroups,
  disksPath,
  leasePaths,
  type ShaperReply,
  shaperRequestSchema,
  type Train,
} from '../../model/shaper.ts'
import { mountedCgroups } from './cgroups.ts'
import { connectTrain } from './connect.ts'
import { mountedDisks } from './disks.ts'
import { LeaseFiles } from './lease.ts'
import { hostNamespaces } from './namespaces.ts'
import { Shaper } from './shaper.ts'

/*
 * The program of the shaper container. Started alone it holds the rules and listens; `shaper.mjs send` hands the one
 * document on its standard input to it and prints the answer, which is what the harness runs with exec. Renewals of the lease come over
 * files, from a shell that the harness keeps open.
 */

const socketPath = '/tmp/shaper.sock'
/** What somebody else undoes is noticed within a second, the time of a look at all namespaces included. */
const tendMs = 750
/** With hundreds of containers that start a process gets its turn late. */
const startMs = 10_000

function journal(entry: Readonly<Record<string, unknown>>): void {
  // biome-ignore lint/style/noRestrictedGlobals: people read it beside the logs of other containers
  console.log(JSON.stringify({ at: new Date().toISOString(), ...entry }))
}

async function answer(shaper: Shaper, document: string): Promise<ShaperReply> {
  try {
    const request = shaperRequestSchema.safeParse(JSON.parse(document))
    if (request.success) return await shaper.handle(request.data)
    const [issue] = request.error.issues
    return { kind: 'refused', message: `${issue!.path.join('.')}: ${issue!.message}` }
  } catch (error) {
    return { kind: 'refused', message: (error as Error).message }
  }
}

function listen(): void {
  const shaper = new Shaper({
    namespaces: hostNamespaces,
    disks: mountedDisks(disksPath),
    cgroups: mountedCgroups(cgroups.path),
    journal,
    now: () => performance.now(),
  })
  const lease = new LeaseFiles(leasePaths)
  lease.tell(shaper.held)
  // Left by a shaper that was killed: a socket file cannot be bound twice.
  rmSync(socketPath, { force: true })
  createServer({ allowHalfOpen: true }, async socket => {
    socket.on('error', error => journal({ event: 'client lost', message: error.message }))
    const reply = await answer(shaper, await text(socket).catch(() => ''))
    lease.tell(shaper.held)
    socket.end(JSON.stringify(reply))
  }).listen(socketPath, () => journal({ event: 'listening' }))
  setInterval(() => {
    if (lease.wasRenewed()) shaper.renew()
    void shaper.tend().then(() => lease.tell(shaper.held))
  }, tendMs)
  // Whoever stops the shaper means to stop what it does.
  process.once('SIGTERM', () => void shaper.heal().finally(() => process.exit(0)))
}

async function send(): Promise<void> {
  const socket = await connected()
  socket.end(await text(process.stdin))
  process.stdout.write(await text(socket))
}

/** A shaper that has just been started listens a moment later. */
async function connected(): Promise<Socket> {
  const deadline = performance.now() + startMs
  for (;;) {
    const socket = connect(socketPath)
    const problem = await once(socket, 'connect').then(
      () => undefined,
      (error: Error) => error,
    )
    if (problem === undefined) return socket
    if (performance.now() > deadline) throw problem
    await delay(50)
  }
}

async function measureConnections(): Promise<void> {
  const [address = '', port, train = ''] = process.argv.slice(3)
  process.stdout.write(JSON.stringify(await connectTrain(address, Number(port), JSON.parse(train) as Train)))
}

if (process.argv[2] === 'send') await send()
else if (process.argv[2] === 'connect') await measureConnections()
else listen()
