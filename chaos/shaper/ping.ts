import type { Pinged, Train } from '../../model/shaper.ts'

/** The command that sends a train of pings (ping(8) of iputils), and ends a while after the last one, whatever is answered. */
export function pingCommand(address: string, { count, intervalMs, bytes, waitMs }: Train): string[] {
  const seconds = (ms: number) => String(ms / 1000)
  return [
    'ping',
    '-n',
    ...['-c', String(count)],
    ...['-i', seconds(intervalMs)],
    ...['-s', String(bytes)],
    // How long to wait after the last one. A deadline for all (-w) would have ping send more than were asked for, and take those
    // that are still on their way at its end for lost.
    ...['-W', seconds(waitMs)],
    address,
  ]
}

/** Reads what ping printed, which ends with an error when nothing was answered. */
export function parsePings(output: string): Pinged {
  const roundTripsMs: number[] = []
  const seen = new Set<string>()
  let duplicates = 0
  for (const [, sequence, time] of output.matchAll(/icmp_seq=(\d+) .*?time=([\d.]+) ms/g)) {
    if (seen.has(sequence!)) duplicates += 1
    else {
      seen.add(sequence!)
      roundTripsMs.push(Number(time))
    }
  }
  const sent = Number(/^(\d+) packets transmitted/m.exec(output)?.[1] ?? 0)
  return { sent, answered: seen.size, duplicates, roundTripsMs }
}
