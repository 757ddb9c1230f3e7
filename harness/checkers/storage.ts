import { nameNodes } from '../../model/node-names.ts'
import { hasRestarted, type NodeFacts } from '../history/facts.ts'
import { type Checker, counted, fail, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

/** Safety: every node's database opens and verifies, after every kill in particular. */
export const storage: Checker = {
  name: 'storage',
  check: (_plan, observations) => {
    const { nodes } = observations
    const broken = nodes.filter(({ lastStatus }) => lastStatus && !lastStatus.storage.verified)
    if (broken.length > 0) {
      return fail(
        `the store of ${nameNodes(broken)} did not verify: ${broken[0]!.lastStatus!.storage.message ?? 'no reason given'}`,
        broken.map(({ node, lastStatus }) => ({ node, ...lastStatus!.storage })).slice(0, 20),
      )
    }
    const killed = nodes.filter(node => node.deaths > 0 || hasRestarted(node))
    const unseen = killed.filter(node => !hasFinalStatus(node, observations))
    if (unseen.length > 0) {
      return unknown(`${nameNodes(unseen)} died, and nobody saw the store open and verify after that`)
    }
    const silent = nodes.filter(({ lastStatus }) => lastStatus === undefined)
    if (silent.length > 0) return unknown(`${nameNodes(silent)} never told the state of the store`)
    return pass(
      killed.length === 0
        ? `all ${counted(nodes.length, 'store')} verified; no node was killed`
        : `all ${counted(nodes.length, 'store')} verified, ${killed.length} of them after a kill`,
    )
  },
}

/** Whether the node told its state after the load, and so after the last kill. */
function hasFinalStatus(node: NodeFacts, { load }: Observations): boolean {
  return (
    !node.isDown && node.lastStatus !== undefined && load !== undefined && node.lastStatus.at >= load.endedAt
  )
}
