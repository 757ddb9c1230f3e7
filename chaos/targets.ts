import type { RandomStream } from '../model/random.ts'

/** What targets are drawn from. */
export interface Roster {
  readonly nodes: number
  /** Most faulty nodes with which the network is still live. */
  readonly f: number
  /** The region of each node, where there are regions. */
  readonly regions?: readonly string[] | undefined
  /** Nodes by the names they go by; left out, they are node-0, node-1 and so on. */
  readonly named?: ReadonlyMap<string, readonly number[]>
  /** Names that mean more than one thing, with how to say each. */
  readonly doubtful?: ReadonlyMap<string, readonly string[]>
  /** Byzantine nodes; none when left out. */
  readonly byzantine?: readonly number[]
  /** Nodes that have a second container: these come after all nodes, in this order. */
  readonly twins?: readonly number[]
  /** Nodes that live in the container of another one, and whose. */
  readonly hosts?: ReadonlyMap<number, number>
}

/** A way to choose nodes: all that fit, or so many of all drawn at random. */
export type Targets =
  | { readonly kind: 'those'; readonly of: (roster: Roster) => readonly number[] }
  | { readonly kind: 'any'; readonly count: (roster: Roster) => number }

const words: Readonly<Record<string, Targets>> = {
  all: { kind: 'those', of: everyNode },
  minority: { kind: 'any', count: ({ nodes }) => minorityOf(nodes) },
  majority: { kind: 'any', count: ({ nodes }) => nodes - minorityOf(nodes) },
  correct: {
    kind: 'those',
    of: roster => everyNode(roster).filter(node => !roster.byzantine?.includes(node)),
  },
  byzantine: {
    kind: 'those',
    of: ({ byzantine = [] }) => {
      if (byzantine.length === 0) throw new RangeError('there is no Byzantine node in this network')
      return byzantine
    },
  },
}

/** @throws RangeError when somebody is called as what it says in other ways, too: how to say each */
export function refuseDoubt(text: string, { doubtful }: Roster): void {
  for (const name of text.split(',').map(part => part.trim())) {
    const spellings = doubtful?.get(name)
    if (spellings) throw new RangeError(`"${name}" may mean several things: say ${spellings.join(', or ')}`)
  }
}

/** The largest number of nodes that is less than half of them. */
export function minorityOf(nodes: number): number {
  return Math.ceil(nodes / 2) - 1
}

/**
 * Reads `node-3`, `node-3, node-7`, `any(10)`, `any(f)`, `fraction(0.3)`, `region(eu)`, `minority`, `majority`, `correct`,
 * `byzantine` or `all`.
 * @throws RangeError that says what was expected
 */
export function parseTargets(text: string): Targets {
  const word = words[text.trim()]
  if (word) return word
  const [, call, argument = ''] = /^(any|fraction|region)\(\s*([^()]+?)\s*\)$/.exec(text.trim()) ?? []
  if (call === 'any') return any(argument)
  if (call === 'fraction') return fraction(argument)
  if (call === 'region') return region(argument)
  const names = text.split(',').map(part => part.trim())
  if (names.every(name => /^([\w.+-]+|(service|container)\([\w.-]+\))$/.test(name))) return namedOnes(names)
  throw new RangeError(expected(text))
}

function expected(text: string): string {
  return `expected targets such as node-3, any(10), any(f), fraction(0.3), region(eu), minority, majority or all, got "${text}"`
}

function namedOnes(names: readonly string[]): Targets {
  return {
    kind: 'those',
    of: roster => [...new Set(names.flatMap(name => indexesOf(name, roster)))],
  }
}

function indexesOf(name: string, { nodes, named, twins = [] }: Roster): readonly number[] {
  if (named) {
    const known = named.get(name)
    if (known) return known
    // Spellings such as service(web) are for names in doubt.
    const short = [...named.keys()].filter(key => !key.includes('('))
    throw new RangeError(`there is no "${name}": there is ${short.join(', ')}`)
  }
  const [, index, second] = /^node-(\d{1,6})(-twin)?$/.exec(name) ?? []
  if (index === undefined) throw new RangeError(expected(name))
  if (second) {
    const at = twins.indexOf(Number(index))
    if (at !== -1) return [nodes + at]
    throw new RangeError(`there is no ${name}: node-${index} is no twin`)
  }
  if (Number(index) < nodes) return [Number(index)]
  throw new RangeError(`there is no node-${index}: ${nodes} nodes go from node-0 to node-${nodes - 1}`)
}

function any(argument: string): Targets {
  if (argument === 'f') return { kind: 'any', count: ({ f }) => f }
  const count = Number(argument)
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`expected a whole number or f in any(…), got "${argument}"`)
  return { kind: 'any', count: () => count }
}

function fraction(argument: string): Targets {
  const share = Number(argument)
  if (!(share > 0 && share <= 1)) throw new RangeError(`expected a share in fraction(…), got "${argument}"`)
  return { kind: 'any', count: ({ nodes }) => Math.max(1, Math.floor(share * nodes)) }
}

function region(name: string): Targets {
  return {
    kind: 'those',
    of: roster => {
      const { regions } = roster
      const found = everyNode(roster).filter(node => regions?.[node] === name)
      if (found.length > 0) return found
      const known = regions ? `the regions are ${[...new Set(regions)].join(', ')}` : 'there are no regions'
      throw new RangeError(`no node is in region "${name}": ${known}`)
    },
  }
}

/**
 * Draws nodes.
 * @returns indexes in ascending order
 * @throws RangeError when the roster does not have them
 */
export function pickTargets(targets: Targets, roster: Roster, random: RandomStream): number[] {
  if (targets.kind === 'those') return [...targets.of(roster)].sort((a, b) => a - b)
  const count = targets.count(roster)
  const everybody = everyNode(roster)
  if (count < 1 || count > everybody.length) {
    throw new RangeError(`${count} of ${everybody.length} nodes cannot be drawn`)
  }
  return random
    .shuffled(everybody)
    .slice(0, count)
    .sort((a, b) => a - b)
}

/** All of the roster and the second containers of twins. */
export function everyNode({ nodes, twins = [] }: Roster): number[] {
  return Array.from({ length: nodes + twins.length }, (_, index) => index)
}

/** The containers that nodes live in, each by the node that it is named after. */
export function containersOf(nodes: readonly number[], { hosts }: Roster): number[] {
  return [...new Set(nodes.map(node => hosts?.get(node) ?? node))].sort((a, b) => a - b)
}

/** Nodes and whoever lives in one container with them. */
export function inhabitantsOf(nodes: readonly number[], roster: Roster): number[] {
  const hit = new Set(containersOf(nodes, roster))
  return everyNode(roster).filter(node => hit.has(roster.hosts?.get(node) ?? node))
}
