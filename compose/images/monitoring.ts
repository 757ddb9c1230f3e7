import type { WatcherImages } from '../../model/ports/backend.ts'
import { takeLock } from '../engine/lock.ts'
import type { BaseImageOptions } from './base-image.ts'
import { findPrometheusPackage, makePrometheusImage } from './prometheus-package.ts'
import { pullImage } from './pull.ts'
import { imageExists } from './registry.ts'

/** Where a registry answers; everywhere else Prometheus is the distribution's, and Grafana is left out. */
const registryPrometheus = 'prom/prometheus:v3.5.0'
export const registryGrafana = 'grafana/grafana:12.1.0'

/** Another run may be making the same image, or all the others. */
const makingWithinMs = 20 * 60_000

/**
 * Comes to the images that watch a run. What cannot be had is said in one line and left out: nothing of a run depends on it.
 * @returns undefined without Prometheus
 */
export async function ensureMonitoringImages(options: BaseImageOptions): Promise<WatcherImages | undefined> {
  const { log, signal } = options
  const prometheus = await findPrometheus(options).catch((error: Error) => {
    signal?.throwIfAborted()
    log(`images: no metrics in this run, Prometheus cannot be had: ${error.message.split('\n')[0]}`)
    return undefined
  })
  if (prometheus === undefined) return undefined
  const refusal = await pullImage(registryGrafana, options)
  signal?.throwIfAborted()
  if (refusal !== undefined)
    log(`images: no dashboards in this run, ${registryGrafana} cannot be pulled (${refusal})`)
  return { prometheus, grafana: refusal === undefined ? registryGrafana : undefined }
}

/** @throws Error that says why it cannot be had */
async function findPrometheus(options: BaseImageOptions): Promise<string> {
  const { docker } = options.engine
  const packaged = await findPrometheusPackage()
  // What was made before is used again, also when a registry answers by now: the same machine, the same image.
  if (packaged !== undefined && (await imageExists(docker, packaged.tag))) return packaged.tag
  const refusal = await pullImage(registryPrometheus, options)
  if (refusal === undefined) return registryPrometheus
  options.signal?.throwIfAborted()
  if (packaged === undefined || process.getuid?.() !== 0) throw new Error(refusal)
  options.log(`images: ${registryPrometheus} cannot be pulled (${refusal})`)
  await using _lock = await takeLock('images', { withinMs: makingWithinMs, signal: options.signal })
  if (!(await imageExists(docker, packaged.tag))) await makePrometheusImage(packaged, options)
  return packaged.tag
}
