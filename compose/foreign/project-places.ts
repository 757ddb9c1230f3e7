/** A running container as far as it shares namespaces. */
export interface Sharer {
  readonly id: string
  /** Whether faults may hit it. */
  readonly isTarget: boolean
  /** NetworkMode, PidMode and IpcMode of the engine. */
  readonly modes: readonly (string | undefined)[]
}

/** Containers that share a namespace: they lose it together when the first one ends. */
export interface Shared {
  /** Targets, each after those whose namespaces it joins; indexes. */
  readonly members: readonly number[]
  /** What shares a namespace with them and is no target; indexes. */
  readonly strangers: readonly number[]
  /** Those of them that would lose it with a member. */
  readonly dependents: readonly number[]
}

/** Puts targets that share a namespace together; those that share none are alone. In the order of the first of each. */
export function shareNamespaces(containers: readonly Sharer[]): Shared[] {
  const indexOf = new Map(containers.map(({ id }, index) => [id, index]))
  const ownersOf = (index: number) =>
    containers[index]!.modes.flatMap(mode => {
      const id = mode?.startsWith('container:') ? mode.slice('container:'.length) : undefined
      return id === undefined ? [] : (indexOf.get(id) ?? [])
    })
  const joined = containers.map((_, index) => index)
  const rootOf = (index: number): number => (joined[index] === index ? index : rootOf(joined[index]!))
  for (const index of containers.keys())
    for (const owner of ownersOf(index)) joined[rootOf(index)] = rootOf(owner)
  const groups = Map.groupBy(containers.keys(), rootOf)
  const isTarget = (index: number) => containers[index]!.isTarget
  const dependsOnTarget = (index: number): boolean =>
    ownersOf(index).some(owner => owner !== index && (isTarget(owner) || dependsOnTarget(owner)))
  return [...groups.values()]
    .map(group => {
      const strangers = group.filter(index => !isTarget(index))
      return {
        members: inOrder(group, ownersOf).filter(isTarget),
        strangers,
        dependents: strangers.filter(dependsOnTarget),
      }
    })
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => Math.min(...a.members) - Math.min(...b.members))
}

/** Owners of namespaces before those who join them; the engine lets nobody join in a circle. */
function inOrder(group: readonly number[], ownersOf: (index: number) => readonly number[]): number[] {
  const ordered = new Set<number>()
  const add = (index: number) => {
    for (const owner of ownersOf(index)) if (owner !== index) add(owner)
    ordered.add(index)
  }
  for (const index of group) add(index)
  return [...ordered]
}
