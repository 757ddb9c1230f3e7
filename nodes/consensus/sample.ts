/** k different numbers below n, each set of them equally likely (the first k steps of Fisher and Yates). */
export function sample(n: number, k: number, random: () => number): number[] {
  const items = Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < k; i += 1) {
    const j = i + Math.floor(random() * (n - i))
    const item = items[i]!
    items[i] = items[j]!
    items[j] = item
  }
  return items.slice(0, k)
}
