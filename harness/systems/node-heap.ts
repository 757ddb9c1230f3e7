/** Sizes of V8's heap in a node, megabytes, and what the whole process holds then, measured under the default load. */
export interface NodeHeap {
  /** Half of the young generation. */
  readonly young: number
  /** No full collection before the old generation has this size. */
  readonly old: number
  readonly processMiB: number
}

/**
 * What V8 chooses by itself costs CPU: full collections took a fifth of that of 500 nodes, which are hardly ever busy. A young generation
 * is first touched page by page, and each page costs the kernel about 10 us: with 16 MB 150 nodes did so for their first minute and spent a
 * tenth of their CPU on it. With 2 MB 20 busy nodes spend a tenth more on collections. nodes/Dockerfile prepares compiled code for each of these.
 */
export const nodeHeaps: readonly NodeHeap[] = [
  { young: 4, old: 48, processMiB: 52 },
  { young: 2, old: 20, processMiB: 30 },
]

/** What each container costs the engine, mostly its shim, MiB. */
export const shimMiB = 10
/** The rest is for the page cache, Prometheus and whatever else runs. */
const memoryShare = 0.8

/** Of a machine of which nothing is known. */
const usualMemoryMiB = 24 * 1024

/** The largest heap with which so many nodes fit into a machine. */
export function heapFor(nodes: number, memoryMiB = usualMemoryMiB): NodeHeap {
  const perNodeMiB = (memoryShare * memoryMiB) / nodes - shimMiB
  return nodeHeaps.find(({ processMiB }) => processMiB <= perNodeMiB) ?? nodeHeaps.at(-1)!
}

export function heapFlags({ young, old }: NodeHeap): string[] {
  return [
    `--min-semi-space-size=${young}`,
    `--max-semi-space-size=${young}`,
    `--initial-old-space-size=${old}`,
    '--no-memory-reducer',
  ]
}
