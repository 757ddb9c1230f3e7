import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { useEngine } from '../support/engine.ts'
import { containerHog } from '../support/hog.ts'
import { scaleProcess } from '../support/scale-process.ts'

const host = useEngine()

/** Whatever else this machine does counts too: the hog is the least that must be found, and calibration is npm run bench:noise. */
const toleratedPoints = 5

describe('a run next to a busy container of somebody else', () => {
  it('finds what it takes, and little of its own, and survives a second judgement', async () => {
    await using hog = await containerHog(host.engine, host.images.node, 0.5)
    const args = ['--nodes', '4', '--rate', '20', '--duration', '10s', '--warmup', '2s', '--seed', 'noise']
    const { verdict, directory, load } = await scaleProcess(...args, '--no-metrics')
    const { noise } = verdict.metrics
    if (!host.engine.isLocal) {
      expect(noise).toEqual({ unobservable: expect.any(String) })
      return
    }
    const capacity = ((load.to - load.from) / 1000) * availableParallelism()
    const hogPercent = (100 * hog.usedIn(load)) / capacity
    expect(hogPercent).toBeGreaterThan(1)
    expect(noise).toMatchObject({ othersPercent: expect.any(Number) })
    const { othersPercent } = noise as { readonly othersPercent: number }
    expect(othersPercent).toBeGreaterThan(hogPercent - toleratedPoints)
    const samples = (await readFile(join(directory, 'history.ndjson'), 'utf8'))
      .split('\n')
      .filter(line => line.startsWith('{"type":"noise"'))
      .map(line => JSON.parse(line))
    expect(samples.length).toBeGreaterThanOrEqual(8)
    // All nodes and the driver are found to be its own: what the engine counts of them is not left to others.
    const own = samples.reduce((sum, { containers }) => sum + containers, 0)
    expect(own).toBeGreaterThan(1)
    expect(JSON.parse(await readFile(join(directory, 'verdict.json'), 'utf8')).metrics.noise).toEqual(noise)
  }, 180_000)
})
