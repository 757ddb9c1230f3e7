/** The names engines have for the one architecture that the node image is built for. */
const supported = new Set(['x86_64', 'amd64'])

/** Whether an engine of this architecture can run the node image. Its libc does not matter: the image brings glibc. */
export function canRunNodes(architecture: string): boolean {
  return supported.has(architecture)
}

export const platformNeed = {
  name: 'x86_64',
  why: 'RocksDB is prebuilt for linux-x64 with glibc only',
  remedy: 'use an x86_64 engine: set DOCKER_HOST, or "docker context use NAME"',
} as const
