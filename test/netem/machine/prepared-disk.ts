import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Log } from '../../../compose/engine/apt.ts'
import { takeLock } from '../../../compose/engine/lock.ts'
import { imageLabel } from '../../../compose/images/image-build.ts'
import { boot } from './boot.ts'
import { isCached, removeUnused } from './cache.ts'
import type { MachineFiles } from './disk.ts'
import { type ImageSource, layersOf, loadImage } from './load-image.ts'

/** Measured: 40 to 95 s, by what else the machine does. */
const prepareWithinMs = 10 * 60_000

/**
 * A disk whose engine has the lower layers of an image, so that a test loads only those above. Made once for a runtime image,
 * by a machine that keeps its changes; the programs above it change with every commit.
 */
export async function preparedDisk(files: MachineFiles, image: ImageSource, log: Log): Promise<string> {
  const runtime = await runtimeOf(image)
  const disk = join(files.folder, `disk-${runtime.id}.ext4`)
  await using _lock = await takeLock('machine-disk', { withinMs: prepareWithinMs })
  if (await isCached(disk)) return disk
  log(`set-up: loading ${runtime.name} into the virtual machine (about 60 s, once)`)
  const partial = `${disk}.partial`
  try {
    await execa('cp', ['--sparse=always', '--reflink=auto', files.disk, partial])
    await using machine = await boot({ files: { ...files, disk: partial }, keepsChanges: true })
    await loadImage({ docker: image.docker, name: runtime.name }, machine.docker)
    await machine.powerOff()
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  await removeUnused(files.folder, /^disk-/)
  await rename(partial, disk)
  return disk
}

/** The runtime image that an image of ours stands on; an image that stands on none is its own. */
async function runtimeOf({
  docker,
  name,
}: ImageSource): Promise<{ readonly id: string; readonly name: string }> {
  const layers = await layersOf(docker, name)
  const candidates = await docker.listImages({ filters: { label: [`${imageLabel}=runtime`] } })
  for (const { Id, RepoTags } of candidates) {
    const below = await layersOf(docker, Id)
    if (below.every((layer, index) => layer === layers[index]))
      return { id: shortId(Id), name: RepoTags?.[0] ?? Id }
  }
  return { id: shortId((await docker.getImage(name).inspect()).Id), name }
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12)
}
