/** Chance of at most `most` successes in n independent tries of chance p. */
export function atMost(most: number, { n, p }: { readonly n: number; readonly p: number }): number {
  if (most < 0) return 0
  if (most >= n || p === 0) return 1
  if (p === 1) return 0
  const odds = Math.log(p) - Math.log1p(-p)
  let term = n * Math.log1p(-p)
  let sum = Math.exp(term)
  for (let k = 1; k <= most; k += 1) {
    term += Math.log((n - k + 1) / k) + odds
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}

/** Chance of at least `least` successes: of at most as many failures as are left. */
export function atLeast(least: number, { n, p }: { readonly n: number; readonly p: number }): number {
  return atMost(n - least, { n, p: 1 - p })
}

/** Chance of at most `most` successes where each try has a chance of its own. */
export function atMostOf(most: number, chances: readonly number[]): number {
  const bySuccesses = [1]
  for (const p of chances) {
    bySuccesses.push(0)
    for (let k = bySuccesses.length - 1; k >= 0; k -= 1)
      bySuccesses[k] = bySuccesses[k]! * (1 - p) + (k > 0 ? bySuccesses[k - 1]! * p : 0)
  }
  return bySuccesses.slice(0, Math.max(0, most + 1)).reduce((sum, chance) => sum + chance, 0)
}
