/** Milliseconds since the epoch, steady within this process and with a tenth of a millisecond kept. */
export function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 10) / 10
}
