import { parseTargets, pickTargets } from '../../chaos/targets.ts'
import type { Behaviour, ByzantineTable } from '../../model/behaviour.ts'
import { HarnessError } from '../../model/errors.ts'
import { endsProcess, type Occurrence } from '../../model/fault.ts'
import { stream } from '../../model/random.ts'
import type { Scenario } from '../../model/scenario.ts'

/** Tables without a group of their own share this one: an adversary controls all its nodes. */
const commonGroup = 'all'

/**
 * Draws who is Byzantine, and how. Tables take their nodes in the order of the scenario from one shuffled roster, named ones first, so
 * that with a larger fraction the nodes of a smaller one are among them.
 *
 * @returns behaviours by node
 * @throws HarnessError naming the table and its key
 */
export function assignBehaviours(
  { byzantine, nodes }: Pick<Scenario, 'byzantine' | 'nodes'>,
  seed: string,
): Map<number, Behaviour> {
  const tableOf = chooseNodes(byzantine, nodes, seed)
  const groups = Map.groupBy([...tableOf], ([, table]) => byzantine[table]!.group ?? commonGroup)
  const behaviours = new Map<number, Behaviour>()
  for (const [group, members] of groups) {
    const indexes = members.map(([node]) => node).sort((a, b) => a - b)
    for (const [node, table] of members) {
      refuseEmptyClusters(byzantine[table]!, table, indexes.length)
      const { behaviour, count: _c, fraction: _f, targets: _t, group: _g, ...rest } = byzantine[table]!
      const assigned = { name: behaviour, ...rest, seed: `${seed}/byzantine/${group}`, group: indexes }
      behaviours.set(node, assigned as Behaviour)
    }
  }
  return behaviours
}

/** The table of each Byzantine node. */
function chooseNodes(tables: readonly ByzantineTable[], nodes: number, seed: string): Map<number, number> {
  const tableOf = new Map<number, number>()
  const take = (node: number, table: number) => {
    const other = tableOf.get(node)
    if (other !== undefined)
      throw impossible(
        table,
        'targets',
        `node-${node} has a behaviour from scenario.byzantine[${other}] already`,
      )
    tableOf.set(node, table)
  }
  const random = stream(seed, 'byzantine/nodes')
  const order = random.shuffled(Array.from({ length: nodes }, (_, node) => node))
  tables.forEach(({ targets }, table) => {
    if (targets === undefined) return
    try {
      const picked = pickTargets(parseTargets(targets), { nodes, f: 0 }, stream(seed, `byzantine/${table}`))
      for (const node of picked) take(node, table)
    } catch (error) {
      if (error instanceof HarnessError) throw error
      throw impossible(table, 'targets', (error as Error).message)
    }
  })
  tables.forEach(({ count, fraction }, table) => {
    if (count === undefined && fraction === undefined) return
    const key = count === undefined ? 'fraction' : 'count'
    const wanted = count ?? Math.floor(fraction! * nodes + 1e-9)
    if (wanted === 0) throw impossible(table, key, `${fraction} of ${nodes} nodes is no node`)
    const free = order.filter(node => !tableOf.has(node))
    if (wanted > free.length)
      throw impossible(table, key, `${wanted} nodes are wanted, and ${free.length} of ${nodes} are left`)
    for (const node of free.slice(0, wanted)) take(node, table)
  })
  if (tableOf.size === nodes)
    throw impossible(
      tables.length - 1,
      'count',
      `all ${nodes} nodes are Byzantine: there is nobody to judge by`,
    )
  return tableOf
}

function refuseEmptyClusters(table: ByzantineTable, index: number, members: number): void {
  if (table.behaviour !== 'collude' || table.groups <= members) return
  throw impossible(
    index,
    'groups',
    `${table.groups} groups of ${members} nodes: a group would have no member`,
  )
}

/**
 * A node that a fault names cannot be shown to lie while it is down; only amnesia needs exactly that.
 * @throws HarnessError naming the fault or the table
 */
export function checkAgainstFaults(
  scenario: Pick<Scenario, 'byzantine' | 'faults'>,
  behaviours: ReadonlyMap<number, Behaviour>,
  occurrences: readonly Occurrence[],
): void {
  for (const [node, { name }] of behaviours) {
    const named = scenario.faults.findIndex(
      fault => endsProcess(fault) && 'targets' in fault && namesOf(fault.targets).includes(`node-${node}`),
    )
    if (named !== -1 && name !== 'amnesia') {
      throw new HarnessError({
        code: 'byzantine-impossible',
        message: `scenario.faults[${named}].targets: node-${node} is Byzantine (${name}), and a node that is down shows no behaviour`,
        next: 'name a correct node, or take targets = "correct" for the fault',
      })
    }
    const forgets = occurrences.some(({ fault, targets }) => endsProcess(fault) && targets.includes(node))
    if (name !== 'amnesia' || forgets) continue
    const table = scenario.byzantine.findIndex(({ behaviour }) => behaviour === 'amnesia')
    throw impossible(
      table,
      'behaviour',
      `node-${node} is to forget its votes over a restart, and no fault restarts it`,
      'add one, such as [[faults]] with kind = "kill", targets = "byzantine" and for = "5s"',
    )
  }
}

function namesOf(targets: string): string[] {
  return targets.split(',').map(name => name.trim())
}

function impossible(table: number, key: string, message: string, next?: string): HarnessError {
  return new HarnessError({
    code: 'byzantine-impossible',
    message: `scenario.byzantine[${table}].${key}: ${message}`,
    next: next ?? 'correct it and try again; npm run plan shows who is Byzantine without starting anything',
  })
}
