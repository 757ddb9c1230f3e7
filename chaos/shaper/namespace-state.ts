import type { Quality } from '../../model/quality.ts'
import type { Counted, Pinged, Train } from '../../model/shaper.ts'
import type { Namespaces } from './namespaces.ts'
import { parsePings, pingCommand } from './ping.ts'
import { nftCount, nftHeal, parseCounters } from './rules.ts'
import type { Ended } from './shell.ts'
import { hasTree, segments, treeBatch, treeHeal } from './tree.ts'

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

/** What the rules have counted; null where there are none. */
export async function count(namespaces: Namespaces, pid: number): Promise<Counted | null> {
  const { code, output } = await namespaces.run(pid, nftCount, '')
  return code === 0 ? parseCounters(output) : null
}

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
