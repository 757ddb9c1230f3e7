import type { RandomStream } from '../model/random.ts'

/** What targets are drawn from. */
export interface Roster {
  readonly nodes: number
  /** Most faulty nodes with which the network is still live. */
  readonly f: number
}

/** A way to choose nodes, and a count it stands for. */
export type Targets =
  | { readonly kind: 'named'; readonly nodes: readonly number[] }
  | { readonly kind: 'any'; readonly count: (roster: Roster) => number }

const all: Targets = { kind: 'any', count: ({ nodes }) => nodes }

const words: Readonly<Record<string, Targets>> = {
  all,
  minority: { kind: 'any', count: ({ nodes }) => minorityOf(nodes) },
  majority: { kind: 'any', count: ({ nodes }) => nodes - minorityOf(nodes) },
}

/** The largest number of nodes that is less than half of them. */
export function minorityOf(nodes: number): number {
  return Math.ceil(nodes / 2) - 1
}

/**
 * Reads `node-3`, `node-3, node-7`, `any(10)`, `any(f)`, `fraction(0.3)`, `minority`, `majority` or `all`.
 * @throws RangeError that says what was expected
 */
export function parseTargets(text: string): Targets {
  const word = words[text.trim()]
  if (word) return word
  const call = /^(any|fraction)\(\s*([\w.]+)\s*\)$/.exec(text.trim())
  if (call?.[1] === 'any') return any(call[2]!)
  if (call) return fraction(call[2]!)
  const nodes = text.split(',').map(part => /^node-(\d{1,6})$/.exec(part.trim())?.[1])
  if (nodes.every(index => index !== undefined)) {
    return { kind: 'named', nodes: [...new Set(nodes.map(Number))].sort((a, b) => a - b) }
  }
  throw new RangeError(
    `expected targets such as node-3, any(10), any(f), fraction(0.3), minority, majority or all, got "${text}"`,
  )
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

/**
 * Draws nodes.
 * @returns indexes in ascending order
 * @throws RangeError when the roster does not have them
 */
export function pickTargets(targets: Targets, roster: Roster, random: RandomStream): number[] {
  const indexes = Array.from({ length: roster.nodes }, (_, index) => index)
  if (targets.kind === 'named') {
    const missing = targets.nodes.find(index => index >= roster.nodes)
    if (missing === undefined) return [...targets.nodes]
    throw new RangeError(
      `there is no node-${missing}: ${roster.nodes} nodes go from node-0 to node-${roster.nodes - 1}`,
    )
  }
  const count = targets.count(roster)
  if (count < 1 || count > roster.nodes) {
    throw new RangeError(`${count} of ${roster.nodes} nodes cannot be drawn`)
  }
  return random
    .shuffled(indexes)
    .slice(0, count)
    .sort((a, b) => a - b)
}
