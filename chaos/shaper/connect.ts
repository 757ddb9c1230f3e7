import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pinged, Train } from '../../model/shaper.ts'

/** A kernel sends the first packet of a connection again after a second (RFC 6298): what takes longer lost one. */
const resentMs = 950

/** The command that measures a train of connections from wherever it runs; the shaper's own program is its first argument. */
export function connectCommand(program: string, address: string, port: number, train: Train): string[] {
  return [process.execPath, program, 'connect', address, String(port), JSON.stringify(train)]
}

/** Connects as a train says: one that is refused has been answered as well as one that is taken. */
export async function connectTrain(address: string, port: number, train: Train): Promise<Pinged> {
  const answers: Promise<number | undefined>[] = []
  for (let sent = 0; sent < train.count; sent += 1) {
    answers.push(connectOnce(address, port, Math.min(resentMs, train.waitMs)))
    await delay(train.intervalMs)
  }
  const roundTripsMs = (await Promise.all(answers)).filter(ms => ms !== undefined)
  return { sent: train.count, answered: roundTripsMs.length, duplicates: 0, roundTripsMs }
}

/** @returns how long the answer took, milliseconds; undefined when there was none in time */
function connectOnce(host: string, port: number, withinMs: number): Promise<number | undefined> {
  const beganAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const socket = connect({ host, port, timeout: withinMs })
  const answered = () => resolve(performance.now() - beganAt)
  socket.once('connect', answered).once('timeout', () => resolve(undefined))
  socket.once('error', ({ code }: NodeJS.ErrnoException) =>
    code === 'ECONNREFUSED' ? answered() : resolve(undefined),
  )
  return promise.finally(() => socket.destroy())
}
