import type { Quality } from '../../model/quality.ts'
import type { Counted, Pinged, Train } from '../../model/shaper.ts'
import { connectCommand } from './connect.ts'
import type { Namespaces } from './namespaces.ts'
import { parsePings, pingCommand } from './ping.ts'
import { nftCount, nftHeal, nftShown, parseCounters, twiceMark } from './rules.ts'
import type { Ended } from './shell.ts'
import { hasTree, segments, treeBatch, treeHeal, treeShown } from './tree.ts'

/** What is in force in a namespace, or is to be. */
export interface NamespaceState {
  /** For `nft -f`. */
  readonly rules: string
  readonly tree: readonly Quality[]
  readonly isUnsegmented: boolean
}

/** How a namespace is without us. */
export const untouched: NamespaceState = { rules: nftHeal, tree: [], isUnsegmented: false }

/**
 * Brings a namespace from one state to another: classes first, then in one transaction the rules that send packets to them.
 * @param before undefined where nothing of ours is
 * @throws Error with what a program wrote to standard error
 */
export async function change(
  namespaces: Namespaces,
  pid: number,
  before: NamespaceState | undefined,
  after: NamespaceState,
): Promise<void> {
  const devices = namespaces.devices(pid)
  const hadTree = before !== undefined && before.tree.length > 0
  for (const device of devices) {
    const batch = treeBatch(device, hadTree ? before.tree : undefined, after.tree)
    if (batch !== '') await must(namespaces, pid, ['tc', '-batch', '-'], batch)
    if ((before?.isUnsegmented ?? false) !== after.isUnsegmented)
      await must(namespaces, pid, segments(device, after.isUnsegmented))
  }
  if (before?.rules !== after.rules) await must(namespaces, pid, ['nft', '-f', '-'], after.rules)
}

/** Removes everything of ours that is found in a namespace, whoever put it there. @throws as change */
export async function purge(namespaces: Namespaces, pid: number): Promise<void> {
  await must(namespaces, pid, ['nft', '-f', '-'], nftHeal)
  for (const device of namespaces.devices(pid)) {
    const shown = await must(namespaces, pid, ['tc', 'qdisc', 'show', 'dev', device])
    if (hasTree(shown)) await must(namespaces, pid, ['tc', ...treeHeal(device).split(' ')])
    await must(namespaces, pid, segments(device, false))
  }
}

/** What the kernel has counted in a namespace, and the rules, where there are any. */
export async function count(namespaces: Namespaces, pid: number): Promise<Counted> {
  const { code, output } = await namespaces.run(pid, nftCount, '')
  const dropped = code === 0 ? parseCounters(output) : { unheard: 0, unreached: 0, lost: 0 }
  return { ...dropped, echoes: namespaces.echoes(pid), listens: namespaces.listens(pid) ?? null }
}

/**
 * What is in force in a namespace, as the kernel prints it; equal texts are equal rules and trees.
 * @throws as change, such as when the rules are gone
 */
export async function shown(namespaces: Namespaces, pid: number, state: NamespaceState): Promise<string> {
  const rules = nftShown(state.rules.includes(twiceMark))
  const trees = state.tree.length === 0 ? [] : namespaces.devices(pid).flatMap(treeShown)
  const texts: string[] = []
  for (const argv of [...rules, ...trees]) texts.push(await must(namespaces, pid, argv))
  return texts.join('\n').replaceAll(counted, '')
}

/** What changes by itself in what tc prints. */
const counted = / (direct_packets_stat|refcnt) \d+/g

/** Pings from inside a namespace. */
export async function ping(
  namespaces: Namespaces,
  pid: number,
  address: string,
  train: Train,
): Promise<Pinged> {
  const { code, output, problem } = await namespaces.run(pid, pingCommand(address, train), '')
  const pinged = parsePings(output)
  return pinged.sent > 0 ? pinged : { ...pinged, problem: problem.trim() || `ping ended with ${code}` }
}

/** Connections from inside a namespace, where pings are not answered. */
export async function connect(
  namespaces: Namespaces,
  pid: number,
  { address, port }: { readonly address: string; readonly port: number },
  train: Train,
): Promise<Pinged> {
  const command = connectCommand(process.argv[1]!, address, port, train)
  const { code, output, problem } = await namespaces.run(pid, command, '')
  if (code === 0) return JSON.parse(output) as Pinged
  const reason = problem.trim() || `connecting ended with ${code}`
  return { sent: 0, answered: 0, duplicates: 0, roundTripsMs: [], problem: reason }
}

async function must(
  namespaces: Namespaces,
  pid: number,
  argv: readonly string[],
  input = '',
): Promise<string> {
  const { code, output, problem }: Ended = await namespaces.run(pid, argv, input)
  if (code === 0) return output
  throw new Error(problem.trim() || `${argv[0]} ended with ${code}`)
}
