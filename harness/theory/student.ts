/**
 * What a variable with Student's distribution stays below with this probability. The distribution of a whole number of degrees of
 * freedom is a finite sum, so halving finds the quantile as exactly as numbers are.
 *
 * @param probability from 0.5 to below 1
 */
export function quantile(freedom: number, probability: number): number {
  let [low, high] = [0, Math.PI / 2]
  for (let step = 0; step < 53; step++) {
    const angle = (low + high) / 2
    if (0.5 + within(angle, freedom) / 2 < probability) low = angle
    else high = angle
  }
  return Math.tan(low) * Math.sqrt(freedom)
}

/** The share within plus and minus tan(angle) √freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4). */
function within(angle: number, freedom: number): number {
  const isOdd = freedom % 2 === 1
  const cosine = Math.cos(angle)
  let term = isOdd ? cosine : 1
  let sum = freedom === 1 ? 0 : term
  for (let power = isOdd ? 3 : 2; power <= freedom - 2; power += 2) {
    term *= ((power - 1) / power) * cosine ** 2
    sum += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}
