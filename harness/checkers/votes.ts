import type { Observations } from './observations.ts'

/** Nodes that voted for a transaction, as one node heard it, over all vertices that carry the transaction; undefined when it did not tell. */
export function supportersOf(
  { evidence }: Observations,
  transaction: string,
  observer: number,
): number[] | undefined {
  const told = evidence.find(({ node }) => node === observer)
  const supporters = new Set<number>()
  let isTold = false
  for (const { issuer, transactions, votes } of told?.contested ?? []) {
    const found = transactions.find(({ id }) => id === transaction)
    if (!found) continue
    isTold = true
    // Issuing a vertex is a vote for all of it.
    supporters.add(issuer)
    for (const { exceptions, voters } of votes)
      if (!exceptions.includes(found.position)) for (const voter of voters) supporters.add(voter)
  }
  return isTold ? [...supporters].sort((a, b) => a - b) : undefined
}
