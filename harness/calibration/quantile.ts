/** The sample below which a tenth of the others lie: interruptions only ever make one slower, so it is the machine's own speed. */
export function lowQuantile(samples: readonly number[]): number {
  return quantile(samples, 0.1)
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** @throws RangeError when there is no sample */
function quantile(samples: readonly number[], share: number): number {
  const found = samples.toSorted((a, b) => a - b)[Math.floor(share * samples.length)]
  if (found === undefined) throw new RangeError('there is no sample')
  return found
}
