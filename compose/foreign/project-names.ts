/** A container of a project as far as its name goes. */
export interface Nameable {
  /** The engine's name for it, which no other container has. */
  readonly containerName: string
  /** Compose's labels; whoever made the container wrote them, so that they may hold anything, or be missing. */
  readonly service: string | undefined
  readonly number: string | undefined
}

/** What containers are called, and what is not a name of one thing alone. */
export interface Naming {
  /** By container, in the order given. */
  readonly names: readonly string[]
  /** Indexes of containers by whatever they may be called, `service(web)` and `container(shop-web-1)` included. */
  readonly selectors: ReadonlyMap<string, readonly number[]>
  /** Names that mean more than one thing, with how to say each. */
  readonly doubtful: ReadonlyMap<string, readonly string[]>
}

/** What selects containers by other means than their names, and how to say it where a service is called so. */
const words: Readonly<Record<string, string>> = {
  all: 'fraction(1) for every container',
  minority: 'any(N) for so many at random',
  majority: 'any(N) for so many at random',
  correct: 'fraction(1) for every container',
  byzantine: 'fraction(1) for every container',
}

const usable = /^[A-Za-z0-9_.-]+$/

/**
 * Names containers: `web` where it is the only one of its service, else `web-1` and `web-2`; by the engine's name where that would be another
 * one's name too, or there is no service whose name can be typed.
 */
export function nameContainers(containers: readonly Nameable[]): Naming {
  const services = Map.groupBy(containers.keys(), index => serviceOf(containers[index]!))
  services.delete(undefined)
  const wanted = containers.map(container => wantedName(container, services))
  /** What a name means: groups of containers that are not the same. */
  const meanings = new Map<string, { readonly spelling: string; readonly of: readonly number[] }[]>()
  const mean = (name: string, spelling: string, of: readonly number[]) => {
    const known = meanings.get(name) ?? []
    if (known.some(each => each.of.join() === of.join())) return
    meanings.set(name, [...known, { spelling, of }])
  }
  for (const [service, of] of services) mean(service!, `service(${service})`, of)
  wanted.forEach((name, index) => {
    if (name !== undefined) mean(name, `container(${containers[index]!.containerName})`, [index])
  })
  const doubtful = new Map<string, readonly string[]>()
  const selectors = new Map<string, readonly number[]>()
  for (const [name, meant] of meanings) {
    const spellings = [...meant.map(({ spelling }) => spelling), ...(words[name] ? [words[name]] : [])]
    if (spellings.length > 1) doubtful.set(name, spellings)
    else selectors.set(name, meant[0]!.of)
  }
  const names = containers.map(({ containerName }, index) => {
    const name = wanted[index]
    return name === undefined || doubtful.has(name) ? containerName : name
  })
  names.forEach((name, index) => {
    if (!doubtful.has(name) && !selectors.has(name)) selectors.set(name, [index])
  })
  for (const [service, of] of services) selectors.set(`service(${service})`, of)
  containers.forEach(({ containerName }, index) => {
    selectors.set(`container(${containerName})`, [index])
  })
  return { names, selectors, doubtful }
}

function serviceOf({ service }: Nameable): string | undefined {
  return service !== undefined && usable.test(service) ? service : undefined
}

function wantedName(
  container: Nameable,
  services: ReadonlyMap<string | undefined, readonly number[]>,
): string | undefined {
  const service = serviceOf(container)
  if (service === undefined) return undefined
  if (services.get(service)!.length === 1) return service
  return /^\d+$/.test(container.number ?? '') ? `${service}-${container.number}` : undefined
}
