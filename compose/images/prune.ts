import type Docker from 'dockerode'
import { imageLabel } from './image-build.ts'

/** Newest images of one purpose that stay, so that going back a commit builds nothing. */
const keep = 3

/** A run of another checkout may be between building its image and using it. */
const minimumAgeSeconds = 60 * 60

export type ImageSummary = { readonly id: string; readonly createdSeconds: number; readonly inUse: boolean }

/** Which images may go: all but the newest three, unless used or younger than an hour. Pure. */
export function imagesToPrune(images: readonly ImageSummary[], nowSeconds: number): string[] {
  return [...images]
    .sort((a, b) => b.createdSeconds - a.createdSeconds)
    .slice(keep)
    .filter(image => !image.inUse && nowSeconds - image.createdSeconds > minimumAgeSeconds)
    .map(image => image.id)
}

/** Removes old images of ours. Never fails: an image that cannot be removed now is removed some other time. */
export async function pruneImages(docker: Docker, purpose: string): Promise<void> {
  const [images, containers] = await Promise.all([
    docker.listImages({ filters: { label: [`${imageLabel}=${purpose}`], dangling: ['false'] } }),
    docker.listContainers({ all: true }),
  ])
  const used = new Set(containers.map(container => container.ImageID))
  const summaries = images.map(({ Id, Created }) => ({
    id: Id,
    createdSeconds: Created,
    inUse: used.has(Id),
  }))
  for (const id of imagesToPrune(summaries, Date.now() / 1000)) {
    await docker
      .getImage(id)
      .remove()
      .catch(() => {})
  }
}
