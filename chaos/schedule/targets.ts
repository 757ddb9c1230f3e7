import type { RandomStream } from '../../model/random.ts'

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
  /** Nodes that collect votes and issue vertices from the start, the second containers of twins included; unknown when left out. */
  readonly collectors?: readonly number[]
  /** Nodes that have a second container: these come after all nodes, in this order. */
  readonly twins?: readonly number[]
  /** Nodes that live in the container of another one, and whose. */
  readonly hosts?: ReadonlyMap<number, number>
}

/** What one draw of targets has at hand. */
interface Draw {
  readonly roster: Roster
  readonly random: RandomStream
  /** Nodes that earlier parts of the same list chose: chance leaves these out. */
  readonly taken: ReadonlySet<number>
}

/** A way to choose nodes. */
export type Targets = (draw: Draw) => readonly number[]

const words = new Map<string, Targets>(
  Object.entries({
    all: ({ roster }) => everyNode(roster),
    minority: drawn(({ nodes }) => minorityOf(nodes)),
    majority: drawn(({ nodes }) => nodes - minorityOf(nodes)),
    correct: ({ roster }) => everyNode(roster).filter(node => !roster.byzantine?.includes(node)),
    byzantine: ({ roster: { byzantine = [] } }) => {
      if (byzantine.length === 0) throw new RangeError('there is no Byzantine node in this network')
      return byzantine
    },
    // Containers of another project collect nothing: there these are names as any other.
    collectors: ({ roster }) => roster.collectors ?? indexesOf('collectors', roster),
    issuers: ({ roster }) => roster.collectors ?? indexesOf('issuers', roster),
  } satisfies Record<string, Targets>),
)

/** The largest number of nodes that is less than half of them. */
export function minorityOf(nodes: number): number {
  return Math.ceil(nodes / 2) - 1
}

/**
 * Reads targets, separated by commas: `node-3`, `any(10)`, `any(f)`, `fraction(0.3)`, `region(eu)`, `minority`, `majority`, `correct`, `byzantine`,
 * `collectors`, `issuers` or `all`. `any` and `fraction` draw from other targets where these are named, as in `any(2, collectors)`. Of a list such as
 * `any(1, collectors), any(9)` each part draws from what the parts before it left.
 *
 * @throws RangeError that says what was expected
 */
export function parseTargets(text: string): Targets {
  const parts = splitList(text).map(parsePart)
  return ({ roster, random, taken }) => {
    const chosen = new Set<number>()
    for (const part of parts) {
      const found = part({ roster, random, taken: new Set([...taken, ...chosen]) })
      for (const node of found) chosen.add(node)
    }
    return [...chosen]
  }
}

/** The parts between those commas that are in no parentheses. */
function splitList(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts.push(parts.pop() + character)
  }
  return parts.map(part => part.trim())
}

function parsePart(text: string): Targets {
  const [, call, argument = '', group] =
    /^(any|fraction)\(\s*([^(),]*?)\s*(?:,\s*(.+?)\s*)?\)$/.exec(text) ?? []
  if (call === 'any') return drawn(countOf(argument), group)
  if (call === 'fraction') return drawn(shareOf(argument), group)
  const [, name] = /^region\(\s*([^()]+?)\s*\)$/.exec(text) ?? []
  if (name !== undefined) return region(name)
  if (!/^([\w.+-]+|(service|container)\([\w.-]+\))$/.test(text)) throw new RangeError(expected(text))
  return draw => {
    refuseDoubt(text, draw.roster)
    return words.get(text)?.(draw) ?? indexesOf(text, draw.roster)
  }
}

function expected(text: string): string {
  return `expected targets such as node-3, any(10), any(f), any(2, collectors), fraction(0.3), region(eu), minority, majority, collectors or all, got "${text}"`
}

/** @throws RangeError when a name means several things, with how to say each */
function refuseDoubt(name: string, { doubtful }: Roster): void {
  const spellings = doubtful?.get(name)
  if (spellings) throw new RangeError(`"${name}" may mean several things: say ${spellings.join(', or ')}`)
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

/** How many to draw. @param among nodes that are drawn from */
type Count = (roster: Roster, among: number) => number

function countOf(argument: string): Count {
  if (argument === 'f') return ({ f }) => f
  const count = Number(argument)
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`expected a whole number or f in any(…), got "${argument}"`)
  return () => count
}

function shareOf(argument: string): Count {
  const share = Number(argument)
  if (!(share > 0 && share <= 1)) throw new RangeError(`expected a share in fraction(…), got "${argument}"`)
  return (_, among) => Math.max(1, Math.floor(share * among))
}

/** Draws at random from a group, or from all nodes. */
function drawn(countOf: Count, group?: string): Targets {
  const from = group === undefined ? undefined : parseTargets(group)
  const where = group === undefined ? '' : ` from ${group}`
  return draw => {
    const { roster, random, taken } = draw
    const all = from?.(draw) ?? everyNode(roster)
    const left = all.filter(node => !taken.has(node))
    const count = countOf(roster, from ? all.length : roster.nodes)
    if (count >= 1 && count <= left.length) return random.shuffled(left).slice(0, count)
    const why = left.length < all.length ? `: ${all.length - left.length} are targets already` : ''
    throw new RangeError(`${count} of ${left.length} nodes cannot be drawn${where}${why}`)
  }
}

function region(name: string): Targets {
  return ({ roster }) => {
    const { regions } = roster
    const found = everyNode(roster).filter(node => regions?.[node] === name)
    if (found.length > 0) return found
    const known = regions ? `the regions are ${[...new Set(regions)].join(', ')}` : 'there are no regions'
    throw new RangeError(`no node is in region "${name}": ${known}`)
  }
}

/**
 * Draws nodes.
 * @returns indexes in ascending order
 * @throws RangeError when the roster does not have them
 */
export function pickTargets(targets: Targets, roster: Roster, random: RandomStream): number[] {
  return [...targets({ roster, random, taken: new Set() })].sort((a, b) => a - b)
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
