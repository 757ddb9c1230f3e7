import type { ResourcesEvent } from '../../model/event.ts'
import type { Report, Slope } from '../../model/report.ts'
import { NodeGrid } from './node-grid.ts'
import { SlopeFit } from './slope.ts'

/** A little more than the time between two samples (harness/run/monitor.ts), so that no stretch is without one. */
const sampleWidthMs = 6000
const mebibyte = 1024 * 1024

/** Memory and CPU of every node from the samples of a run. */
export class Resources {
  readonly #memory: NodeGrid
  readonly #cpu: NodeGrid
  readonly #memorySlopes: SlopeFit[]
  #last: ResourcesEvent | undefined

  constructor(nodeCount: number) {
    this.#memory = new NodeGrid(nodeCount, sampleWidthMs)
    this.#cpu = new NodeGrid(nodeCount, sampleWidthMs)
    this.#memorySlopes = Array.from({ length: nodeCount }, () => new SlopeFit())
  }

  /** @param atMs since the begin of the load or its warm-up; negative or undefined before it, when only CPU counters are remembered */
  add(event: ResourcesEvent, atMs: number | undefined, isLoad: boolean): void {
    if (atMs !== undefined && atMs >= 0) {
      this.#addMemory(event, atMs, isLoad)
      this.#addCpu(event, atMs)
    }
    this.#last = event
  }

  grids(): Pick<Report['grids'], 'memoryMiB' | 'cpuPercent'> {
    return { memoryMiB: this.#memory.means(), cpuPercent: this.#cpu.means() }
  }

  /** Memory of the median node and of the one that grows fastest. */
  slopes(nameOf: (node: number) => string): Slope[] {
    const fits = this.#memorySlopes
      .flatMap((slope, node) => slope.fit(nameOf(node), 'MiB') ?? [])
      .sort((a, b) => a.perHour - b.perHour)
    const median = fits[Math.floor((fits.length - 1) / 2)]
    const steepest = fits.at(-1)
    if (median === undefined || steepest === undefined) return []
    return [
      { ...median, name: `memory, median node (${median.name})` },
      { ...steepest, name: `memory, fastest growing (${steepest.name})` },
    ]
  }

  #addMemory({ memoryBytes }: ResourcesEvent, atMs: number, isLoad: boolean): void {
    for (const [node, bytes] of memoryBytes.entries()) {
      if (bytes === null) continue
      this.#memory.add(node, atMs, bytes / mebibyte)
      if (isLoad) this.#memorySlopes[node]?.add(atMs, bytes / mebibyte)
    }
  }

  #addCpu({ at, cpuSeconds }: ResourcesEvent, atMs: number): void {
    const last = this.#last
    if (last === undefined || at <= last.at) return
    for (const [node, seconds] of cpuSeconds.entries()) {
      const before = last.cpuSeconds[node]
      // A restarted container counts from zero again.
      if (seconds === null || before === null || before === undefined || seconds < before) continue
      this.#cpu.add(node, atMs, (100 * (seconds - before)) / ((at - last.at) / 1000))
    }
  }
}
