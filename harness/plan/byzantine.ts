import { parseTargets, pickTargets, type Roster } from '../../chaos/schedule/targets.ts'
import type { Behaviour, ByzantineTable } from '../../model/behaviour.ts'
import { type Build, buildOf } from '../../model/build.ts'
import { assert, HarnessError } from '../../model/errors.ts'
import { stream } from '../../model/random.ts'
import type { Scenario } from '../../model/scenario.ts'
import { crowd, type Hosts } from './sybils.ts'
import { partTwins, type TwinPair } from './twins.ts'

/** Tables without a group of their own share this one: an adversary controls all its nodes. */
const commonGroup = 'all'

/** Who is Byzantine from the start, and in which way. */
export interface Assignment {
  readonly behaviours: ReadonlyMap<number, Behaviour>
  readonly twins: readonly TwinPair[]
  /** What runs in place of the system's image. */
  readonly builds: ReadonlyMap<number, Build>
  readonly hosts: Hosts
}

/**
 * Draws who is Byzantine, and how. Tables take their nodes in the order of the scenario from one shuffled roster, named ones first, so
 * that with a larger fraction the nodes of a smaller one are among them.
 *
 * @param collectors those from the start
 * @throws HarnessError naming the table and its key
 */
export function assignByzantine(
  { byzantine, nodes }: Pick<Scenario, 'byzantine' | 'nodes'>,
  seed: string,
  collectors: readonly number[],
): Assignment {
  const tableOf = chooseNodes(byzantine, { nodes, f: 0, collectors }, seed)
  const builds = new Map<number, Build>()
  for (const [node, index] of tableOf) {
    const table = byzantine[index]!
    if (table.behaviour === undefined) builds.set(node, buildOf(table))
  }
  const groups = Map.groupBy(
    [...tableOf].filter(([node]) => !builds.has(node)),
    ([, table]) => behaving(byzantine[table]!).group ?? commonGroup,
  )
  const behaviours = new Map<number, Behaviour>()
  const twins: { seed: string; twins: number[] }[] = []
  for (const [group, members] of groups) {
    const nodesOf = members.map(([node]) => node).sort(ascending)
    const seedOf = (table: number) => behaving(byzantine[table]!).seed ?? `${seed}/byzantine/${group}`
    const pairs = members.filter(([, table]) => byzantine[table]!.behaviour === 'twin')
    for (const [same, of] of Map.groupBy(pairs, ([, table]) => seedOf(table)))
      twins.push({ seed: same, twins: of.map(([node]) => node) })
    for (const [node, table] of members) {
      const given = behaving(byzantine[table]!)
      if (given.behaviour === 'twin') continue
      refuseEmptyClusters(given, table, members.length)
      const { behaviour, count: _c, fraction: _f, targets: _t, group: _g, identities: _i, ...rest } = given
      behaviours.set(node, { name: behaviour, ...rest, group: nodesOf, seed: seedOf(table) } as Behaviour)
    }
  }
  return { behaviours, twins: partTwins(twins, nodes), builds, hosts: crowdTables(byzantine, tableOf) }
}

type Behaving = Exclude<ByzantineTable, { readonly behaviour?: undefined }>

function behaving(table: ByzantineTable): Behaving {
  assert(table.behaviour !== undefined, 'the table is about an image')
  return table
}

/** Puts the nodes of each table with `identities` together. */
function crowdTables(tables: readonly ByzantineTable[], tableOf: ReadonlyMap<number, number>): Hosts {
  const hosts = tables.map((given, table) => {
    const identities = given.behaviour === undefined ? undefined : given.identities
    const members = [...tableOf.keys()].filter(node => tableOf.get(node) === table)
    if (identities === undefined) return new Map<number, number>()
    if (identities <= members.length) return crowd(members, identities)
    throw impossible(
      table,
      'identities',
      `${identities} identities are to live in one container, and the table has ${members.length} nodes`,
    )
  })
  return new Map(hosts.flatMap(each => [...each]))
}

const ascending = (a: number, b: number) => a - b

/** The table of each Byzantine node. */
function chooseNodes(tables: readonly ByzantineTable[], roster: Roster, seed: string): Map<number, number> {
  const { nodes } = roster
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
      const picked = pickTargets(parseTargets(targets), roster, stream(seed, `byzantine/${table}`))
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

/** What a table asks for and cannot be had. */
export function impossible(table: number, key: string, message: string, next?: string): HarnessError {
  return new HarnessError({
    code: 'byzantine-impossible',
    message: `scenario.byzantine[${table}].${key}: ${message}`,
    next: next ?? 'correct it and try again; npm run plan shows who is Byzantine without starting anything',
  })
}
