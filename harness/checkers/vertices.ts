import type { EvidenceEvent } from '../../model/event.ts'
import type { VertexFigures } from '../../model/verdict.ts'
import { type NodeFacts, offers } from '../history/facts.ts'
import { outcomes } from '../history/outcome-table.ts'
import type { Observations } from './observations.ts'

/**
 * What became of the vertices with something unconflicted in them, at the correct node with most of them undecided. Nodes tell how many
 * they voted on and which are undecided; of the others nobody knows what is in them, but at most as many are of double-spends alone as
 * sides of double-spends were sent. Null where no node told.
 */
export function vertexFigures(observations: Observations): VertexFigures | null {
  const telling = observations.nodes.flatMap(node => {
    const evidence = observations.evidence.find(each => each.node === node.node)
    const vertices = node.lastStatus?.vertices
    if (evidence?.undecided === undefined || vertices === undefined) return []
    return [{ node, vertices, undecided: evidence.undecided }]
  })
  if (telling.length === 0) return null
  const open = openTransactions(observations)
  const told = telling.map(({ node, vertices, undecided }) => ({
    vertices,
    undecided: undecidedAt(node, undecided, open),
  }))
  const worst = told.reduce((a, b) => (b.undecided.length > a.undecided.length ? b : a))
  const inVertices = new Set(told.flatMap(({ undecided }) => undecided.flat()))
  return {
    unconflicted: {
      least: Math.max(0, worst.vertices - contestedCount(observations)),
      most: worst.vertices,
    },
    undecided: worst.undecided.length,
    elsewhere: [...open.keys()].filter(id => !inVertices.has(id)).length,
  }
}

/** Unconflicted transactions that some running node has not accepted, by id. */
function openTransactions({ transactions, nodes }: Observations): Map<string, number> {
  const running = nodes.filter(({ isDown }) => !isDown)
  const open = new Map<string, number>()
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.offers(index) === 0 || transactions.rival(index) !== -1) continue
    if (transactions.acceptedCount(index) === nodes.length) continue
    if (running.some(node => node.outcomes.get(index) !== outcomes.accepted))
      open.set(transactions.id(index), index)
  }
  return open
}

/** Of each vertex with something in it that is unconflicted and undecided at this node, the ids of that. */
function undecidedAt(
  { outcomes: decided }: NodeFacts,
  vertices: NonNullable<EvidenceEvent['undecided']>,
  open: ReadonlyMap<string, number>,
): string[][] {
  return vertices
    .map(({ transactions }) =>
      transactions.filter(id => open.has(id) && decided.get(open.get(id)!) === outcomes.none),
    )
    .filter(ids => ids.length > 0)
}

/** Sides of double-spends that some node may have taken. */
function contestedCount({ transactions }: Observations): number {
  let count = 0
  for (let index = 0; index < transactions.count; index++) {
    const wasTaken = (transactions.offers(index) & (offers.taken | offers.unknown)) !== 0
    if (wasTaken && transactions.rival(index) !== -1) count++
  }
  return count
}
