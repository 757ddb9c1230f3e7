/**
 * The candidate that `word` was most likely meant to be, for "did you mean" messages.
 * @returns undefined when nothing is close: a far-fetched suggestion misleads more than none
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = simplify(word)
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const distance = editDistance(plain, simplify(candidate))
    if (best === undefined || distance < best.distance) best = { candidate, distance }
  }
  const tolerated = Math.max(1, Math.floor(word.length / 3))
  return best !== undefined && best.distance <= tolerated ? best.candidate : undefined
}

/** Case, dashes and underscores are slips of the keyboard, not of the mind. */
function simplify(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, '')
}

/** Optimal string alignment: insert, delete, replace and swap of neighbours cost one each. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, replaced)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
