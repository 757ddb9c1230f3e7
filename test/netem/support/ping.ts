const pings = 21

/** The median of a number of pings' round-trip times, milliseconds. Not the maximum: cores are shared, and slow ones are common. */
export async function medianRtt(
  run: (...command: string[]) => Promise<string>,
  address: string,
): Promise<number> {
  const output = await run('ping', '-n', '-c', `${pings}`, '-i', '0.1', '-W', '2', address)
  const times = [...output.matchAll(/ time=([\d.]+) ms(?! \(DUP)/g)].map(match => Number(match[1]))
  return times.sort((a, b) => a - b)[times.length >> 1] ?? Number.POSITIVE_INFINITY
}
