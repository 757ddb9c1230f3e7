import type { Counted } from '../../model/shaper.ts'
import { classOf } from './tree.ts'

/** Everything the shaper does to packets in a namespace is in these tables, so that removing them heals. */
const table = 'table inet whiteout'
/** Duplication is not to be had in the table of both families. */
const twiceTable = 'table ip whiteout'
/** Shares are told to numgen as so many of these. */
const million = 1_000_000

export interface Rules {
  /** IPv4 addresses that are not heard, and that are not reached. */
  readonly unheard: readonly string[]
  readonly unreached: readonly string[]
  /** Shares of what comes from some addresses that are dropped. */
  readonly losses: readonly { readonly from: readonly string[]; readonly share: number }[]
  /** Shares of what goes to some addresses that are sent twice. */
  readonly duplicates: readonly { readonly to: readonly string[]; readonly share: number }[]
  /** Addresses by the number of the class of the tree that carries what goes to them. */
  readonly classes: readonly (readonly string[])[]
  /** Nothing passes but loopback, over which Docker's embedded DNS is asked, too. */
  readonly isAlone?: boolean
}

/**
 * The whole rule set of a namespace for `nft -f`, which takes it as one transaction: packets see the old rules or the new ones.
 * It drops before connection tracking accepts anything, so established streams are cut too (nft(8), hook priorities). Loss is
 * made where packets arrive: a sender whose own stack drops them is told, and sends again at once (jepsen/src/jepsen/net.clj).
 * Where a cut goes both ways one set is for both directions: loading sets is most of what cutting hundreds of namespaces costs. What goes out
 * is dropped although the other side drops it on arrival, for the other side may be a container that has just been started, which has its rules
 * within a second.
 * Classes are chosen by priority, which HTB takes for a class of its own (tc-htb(8)): one lookup however many addresses there are.
 */
export function nftRules({ unheard, unreached, losses, duplicates, classes, isAlone }: Rules): string {
  if (isAlone) return alone
  const unreachedSet = unreached.join() === unheard.join() ? 'unheard' : 'unreached'
  const marks = classes.flatMap((addresses, number) =>
    ranges(addresses).map(range => `${range} : ${classOf(number)}`),
  )
  return `${nftHeal}${table} {
  counter dropped-unheard { }
  counter dropped-unreached { }
  counter dropped-lost { }
${set('unheard', unheard)}${unreachedSet === 'unheard' ? '' : set('unreached', unreached)}${losses.map(({ from }, i) => set(`lossy${i}`, from)).join('')}${map(marks)}  chain heard {
    type filter hook input priority -10; policy accept;
    iif lo accept
    ip saddr @unheard counter name dropped-unheard drop
${losses.map(({ share }, i) => `    ip saddr @lossy${i} numgen random mod ${million} < ${Math.round(share * million)} counter name dropped-lost drop\n`).join('')}  }
  chain reached {
    type filter hook output priority -10; policy accept;
    oif lo accept
    ip daddr @${unreachedSet} counter name dropped-unreached drop
${marks.length > 0 ? '    meta priority set ip daddr map @marks\n' : ''}  }
}
${twice(duplicates)}`
}

/** Rules that contain this send packets twice. */
export const twiceMark = 'map same'

/** A copy goes through the rules again, but is not copied a second time (nft(8), dup statement). */
function twice(duplicates: Rules['duplicates']): string {
  if (duplicates.length === 0) return ''
  const same = duplicates.flatMap(({ to }) => to).map(address => `${address} : ${address}`)
  const rules = duplicates.map(
    ({ share }, i) =>
      `    ip daddr @twice${i} numgen random mod ${million} < ${Math.round(share * million)} dup to ip daddr map @same\n`,
  )
  return `${twiceTable} {
  ${twiceMark} {
    type ipv4_addr : ipv4_addr
    elements = { ${same.join(', ')} }
  }
${duplicates.map(({ to }, i) => set(`twice${i}`, to)).join('')}  chain reached {
    type filter hook output priority -9; policy accept;
    oif lo accept
${rules.join('')}  }
}
`
}

/** Removes all rules; naming the table first makes it also right where there is none. */
export const nftHeal = `${table}\ndelete ${table}\n${twiceTable}\ndelete ${twiceTable}\n`

/** The rules of a namespace that is cut from everything: no address of either family is let pass, in any direction. */
const alone = `${nftHeal}${table} {
  counter dropped-unheard { }
  counter dropped-unreached { }
  counter dropped-lost { }
  chain heard {
    type filter hook input priority -10; policy accept;
    iif lo accept
    counter name dropped-unheard drop
  }
  chain passed {
    type filter hook forward priority -10; policy accept;
    counter name dropped-unheard drop
  }
  chain reached {
    type filter hook output priority -10; policy accept;
    oif lo accept
    counter name dropped-unreached drop
  }
}
`

/** Prints the rules in force, without what they have counted. */
export function nftShown(hasDuplicates: boolean): string[][] {
  const show = ['nft', '-s', 'list']
  return [[...show, ...table.split(' ')], ...(hasDuplicates ? [[...show, ...twiceTable.split(' ')]] : [])]
}

/** Asks for the counters, as JSON (libnftables-json(5)). */
export const nftCount = ['nft', '-j', 'list', 'counters', ...table.split(' ')]

/** Reads what `nftCount` printed. */
export function parseCounters(text: string): Omit<Counted, 'echoes' | 'listens'> {
  const { nftables } = JSON.parse(text) as {
    nftables: { counter?: { name: string; packets: number } }[]
  }
  const packets = (name: string) => nftables.find(({ counter }) => counter?.name === name)?.counter?.packets
  return {
    unheard: packets('dropped-unheard') ?? 0,
    unreached: packets('dropped-unreached') ?? 0,
    lost: packets('dropped-lost') ?? 0,
  }
}

function set(name: string, addresses: readonly string[]): string {
  const elements = addresses.length > 0 ? `    elements = { ${ranges(addresses).join(', ')} }\n` : ''
  return `  set ${name} {\n    type ipv4_addr; flags interval\n${elements}  }\n`
}

function map(marks: readonly string[]): string {
  if (marks.length === 0) return ''
  return `  map marks {\n    type ipv4_addr : classid; flags interval\n    elements = { ${marks.join(', ')} }\n  }\n`
}

/** Neighbouring addresses as one element: half of 500 nodes in a row is one instead of 250. */
function ranges(addresses: readonly string[]): string[] {
  const numbers = [...new Set(addresses.map(numberOf))].sort((a, b) => a - b)
  const found: [first: number, last: number][] = []
  for (const number of numbers) {
    const open = found.at(-1)
    if (open && open[1] === number - 1) open[1] = number
    else found.push([number, number])
  }
  return found.map(([first, last]) => (first === last ? text(first) : `${text(first)}-${text(last)}`))
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}

function text(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}
