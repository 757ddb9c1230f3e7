import { describe, expect, it } from '@jest/globals'
import { Observer } from '../../../harness/checkers/observer.ts'
import { vertexFigures } from '../../../harness/checkers/vertices.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { collectedAt, declared, idOf, status, submitted, told } from './history-fixture.ts'

/** Three nodes, node-2 Byzantine; transactions 0 to 3, of which 3 has a rival in 4. */
function figures(...more: HistoryEvent[]) {
  const observer = new Observer(3, [2])
  const history = [declared(5, [[3, 4]]), submitted([0, 1, 2, 3, 4]), ...more]
  for (const event of history) observer.add(event)
  const observations = observer.finish()
  // The first time asks for ids.
  vertexFigures(observations)
  for (const event of history) observations.ids.learn(event)
  return vertexFigures(observations)
}

const knows = (node: number, vertices: number) => ({ ...status(node), vertices }) as HistoryEvent
const undecided = (node: number, ...vertices: number[][]): HistoryEvent => ({
  ...{ type: 'evidence', at: collectedAt, node, caught: [], contested: [] },
  undecided: vertices.map((transactions, index) => ({
    vertex: `v${index}`,
    transactions: transactions.map(idOf),
  })),
})

describe('the vertices of a run', () => {
  it('are those with something unconflicted in them, at the node with most of them undecided', () => {
    const found = figures(
      ...[told(0, 0, [0]), told(1, 0, [0, 1]), knows(0, 9), knows(1, 8)],
      ...[undecided(0, [0, 1], [2], [3]), undecided(1, [2], [4])],
      // A Byzantine node may say what it likes.
      ...[knows(2, 99), undecided(2, [0], [1], [2])],
    )
    // Sides of the double-spend may have had two vertices for themselves.
    expect(found).toEqual({ unconflicted: { least: 7, most: 9 }, undecided: 2, elsewhere: 0 })
  })

  it('do not explain what is in none of them', () => {
    const found = figures(told(0, 0, [0]), told(1, 0, [0]), knows(0, 9), undecided(0, [1]))
    expect(found).toMatchObject({ undecided: 1, elsewhere: 1 })
  })

  it('are unknown where nobody told of them', () => {
    expect(figures(told(0, 0, [0]), status(0))).toBeNull()
  })
})
