import { type Plan, voters } from '../../model/plan.ts'
import { Lattice } from '../../nodes/host/lattice.ts'

/** Correct nodes that are asked about one liar: with the two faces of a half each, all of them see the same one in 1 of 128 draws. */
const witnessesEach = 8

/**
 * Whom to ask what these nodes were seen to do: some correct nodes that each of them is connected with, the same for several where that
 * can be, so that few are asked in all.
 */
export function witnessesOf(
  liars: readonly number[],
  { nodes, byzantine = [], tuning }: Pick<Plan, 'nodes' | 'byzantine' | 'tuning'>,
): number[] {
  const roster = voters(nodes)
  const lattice = new Lattice(roster.length, tuning.voteDimensions)
  const isCorrect = (node: number) => !byzantine.includes(node)
  const everybody = roster.map(({ index }) => index).filter(isCorrect)
  const chosen = new Set<number>()
  for (const liar of liars) {
    const peers = tuning.fullMesh ? everybody : lattice.neighbours(liar).filter(isCorrect)
    const known = peers.filter(peer => chosen.has(peer)).length
    const others = peers.filter(peer => !chosen.has(peer))
    const more = Math.min(others.length, Math.max(0, witnessesEach - known))
    // Spread over the roster: nodes next to each other may share a region, or a cut.
    for (let i = 0; i < more; i += 1) chosen.add(others[Math.floor((i * others.length) / more)]!)
  }
  return [...chosen].sort((a, b) => a - b)
}

/** Vertices younger than this are left out of what nodes have seen, milliseconds: votes on them may be on their way. */
export function votesUnderWayMs({ tuning }: Pick<Plan, 'tuning'>): number {
  return 2000 + 2 * tuning.voteIntervalMs
}
