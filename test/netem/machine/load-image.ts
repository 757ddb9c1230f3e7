import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { execa } from 'execa'
import { follow } from '../../../compose/images/image-build.ts'

/** An image that another engine has. */
export interface ImageSource {
  readonly docker: Docker
  readonly name: string
}

/**
 * Copies an image into the engine of a machine (docker save, docker load), without the layers that are there: a machine in
 * software takes a minute to check and unpack 260 MB. The engine asks for a layer's content only when it lacks the layer.
 */
export async function loadImage(from: ImageSource, into: Docker): Promise<void> {
  const present = await layersPresent(await layersOf(from.docker, from.name), into)
  const folder = await mkdtemp(join(tmpdir(), 'whiteout-image-'))
  try {
    const saved = (await from.docker.getImage(from.name).get()) as Readable
    await execa('tar', ['-x', '-C', folder], { input: saved })
    for (const file of await filesOfLayers(folder, present)) await rm(join(folder, file), { force: true })
    const packed = execa('tar', ['-c', '-C', folder, '.'], { buffer: false, stdout: 'pipe' })
    const loading = await into.loadImage(packed.stdout, { quiet: true })
    await Promise.all([follow(into, loading, []), packed])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The layers of an image, lowest first, by the hash of their content. */
export async function layersOf(docker: Docker, image: string): Promise<readonly string[]> {
  return (await docker.getImage(image).inspect()).RootFS.Layers ?? []
}

/** How many of `layers`, from the lowest, an engine has under an image of its own. */
async function layersPresent(layers: readonly string[], engine: Docker): Promise<number> {
  const images = await engine.listImages()
  const others = await Promise.all(images.map(({ Id }) => layersOf(engine, Id)))
  return Math.max(0, ...others.map(other => sharedLayers(layers, other)))
}

function sharedLayers(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((layer, index) => layer !== b[index])
  return different === -1 ? a.length : different
}

/** The files of the lowest `count` layers that no layer above needs, in an unpacked archive of docker save. */
async function filesOfLayers(folder: string, count: number): Promise<string[]> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const [{ Layers: files }] = manifest as [{ Layers: string[] }]
  const needed = files.slice(count)
  return files.slice(0, count).filter(file => !needed.includes(file))
}
