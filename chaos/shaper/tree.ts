import type { Quality } from '../../model/quality.ts'

/** The handle of our tree, by which it is told from one that somebody else put there. */
const root = '77'
/** No limit that anything on one machine would notice. */
const unlimited = '100gbit'
const packetBytes = 1500
/** Room for what is on the way at this rate where none is asked for; netem's own 1,000 packets turn delay into loss. */
const assumedBitsPerSecond = 1e9
const leastPackets = 1000
/** What a link of limited bandwidth holds back before it drops, as routers do. */
const bufferSeconds = 0.5
const leastBuffer = 20
/** What the kernel has where nobody said anything else (GSO_MAX_SEGS). */
const segmentsMax = 65_535

/** The class that carries the links of one quality; minor numbers are hexadecimal (tc(8)). */
export function classOf(number: number): string {
  return `${root}:${(number + 2).toString(16)}`
}

/**
 * What brings the tree of a device from some qualities to others, for `tc -batch`: an HTB root, a class for each quality, and
 * below it netem where the quality takes it. It is changed in place, so that packets on their way arrive. What has no class
 * passes by (default 0).
 *
 * @param before undefined where there is no tree
 */
export function treeBatch(
  device: string,
  before: readonly Quality[] | undefined,
  after: readonly Quality[],
): string {
  if (after.length === 0) return before === undefined ? '' : `${treeHeal(device)}\n`
  const lines = before === undefined ? [`qdisc add dev ${device} root handle ${root}: htb default 0`] : []
  after.forEach((quality, number) => {
    if (before?.[number] && JSON.stringify(before[number]) === JSON.stringify(quality)) return
    const rate = quality.bitsPerSecond === null ? unlimited : `${Math.round(quality.bitsPerSecond)}bit`
    const id = classOf(number)
    lines.push(`class replace dev ${device} parent ${root}: classid ${id} htb rate ${rate} quantum 15140`)
    lines.push(
      `qdisc replace dev ${device} parent ${id} handle ${handleOf(number, quality)}: ${leaf(quality)}`,
    )
  })
  for (let number = after.length; number < (before?.length ?? 0); number += 1) {
    lines.push(`class del dev ${device} classid ${classOf(number)}`)
  }
  return `${lines.join('\n')}\n`
}

/** Removes a tree of ours. */
export function treeHeal(device: string): string {
  return `qdisc del dev ${device} root handle ${root}:`
}

/** Prints the tree of a device. */
export function treeShown(device: string): string[][] {
  return [
    ['tc', 'qdisc', 'show', 'dev', device],
    ['tc', 'class', 'show', 'dev', device],
  ]
}

/** Whether `tc qdisc show` tells of a tree of ours. */
export function hasTree(shown: string): boolean {
  return new RegExp(`^qdisc htb ${root}: root`, 'm').test(shown)
}

/** Arguments of ip(8) that make packets of one segment, or let the stack join them again. */
export function segments(device: string, isUnsegmented: boolean): string[] {
  return ['ip', 'link', 'set', 'dev', device, 'gso_max_segs', isUnsegmented ? '1' : String(segmentsMax)]
}

/**
 * Every parameter is named: netem keeps what a change does not mention (netem_change in sch_netem.c). It does not duplicate:
 * kernels since August 2025 refuse that beside another netem (check_netem_in_tree), so rules do it.
 */
function leaf(quality: Quality): string {
  const { delayMs, jitterMs, distribution, corrupt, reorder } = quality
  if (!takesNetem(quality)) return `pfifo limit ${bufferPackets(quality)}`
  const shape = jitterMs > 0 && distribution !== 'uniform' ? ` distribution ${distribution}` : ''
  const delay = `delay ${delayMs}ms ${jitterMs}ms${shape}`
  const order = reorder > 0 ? ` reorder ${percent(reorder)} gap 1` : ''
  return `netem ${delay} loss 0% duplicate 0% corrupt ${percent(corrupt)}${order} limit ${bufferPackets(quality)}`
}

/** What netem cannot take back by a change is told apart by the handle, so that a new one replaces the old one. */
function handleOf(number: number, quality: Quality): string {
  const { jitterMs, distribution, reorder } = quality
  const shape = jitterMs === 0 ? 0 : 1 + ['uniform', 'normal', 'pareto', 'paretonormal'].indexOf(distribution)
  const variant = !takesNetem(quality) ? 0 : 1 + shape + (reorder > 0 ? 5 : 0)
  return (0x1000 * (variant + 1) + number).toString(16)
}

function takesNetem({ delayMs, jitterMs, corrupt, reorder }: Quality): boolean {
  return delayMs + jitterMs + corrupt + reorder > 0
}

/** What the longest delay holds at the link's rate, half as much again, and the buffer of a narrow link. */
function bufferPackets({ delayMs, jitterMs, bitsPerSecond }: Quality): number {
  const packetsPerSecond = (bitsPerSecond ?? assumedBitsPerSecond) / (8 * packetBytes)
  const onTheWay = 1.5 * packetsPerSecond * ((delayMs + 4 * jitterMs) / 1000)
  if (bitsPerSecond === null) return Math.max(leastPackets, Math.ceil(onTheWay))
  return Math.ceil(onTheWay + Math.max(leastBuffer, packetsPerSecond * bufferSeconds))
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(9))}%`
}
