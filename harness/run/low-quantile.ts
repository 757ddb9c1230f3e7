/** Interruptions only ever make a sample slower, so a low quantile is the machine's own speed. */
const quantile = 0.1

/** The sample below which a tenth of the others lie. @throws RangeError when there is none */
export function lowQuantile(samples: readonly number[]): number {
  const found = samples.toSorted((a, b) => a - b)[Math.floor(quantile * samples.length)]
  if (found === undefined) throw new RangeError('there is no sample')
  return found
}
