import type { ComposeProject } from './project.ts'

/** Names of the cgroup that all containers of a run share, as each cgroup driver of the engine wants it. */
export const cgroupParents = { cgroupfs: '/whiteout', systemd: 'whiteout.slice' } as const

/**
 * The parent cgroup of a run's containers: one file then holds what all of them use, the ended ones included. One name
 * serves every run, because an engine carries one at a time.
 *
 * @param driver as the engine names it
 * @returns undefined for an engine without cgroups, such as a rootless one on cgroup v1
 */
export function cgroupParentOf(driver: string): string | undefined {
  return driver === 'cgroupfs' || driver === 'systemd' ? cgroupParents[driver] : undefined
}

/** The project with all its containers in one cgroup. */
export function inOneCgroup(project: ComposeProject, parent: string | undefined): ComposeProject {
  if (parent === undefined) return project
  const services = Object.entries(project.services).map(
    ([name, service]) => [name, { ...service, cgroup_parent: parent }] as const,
  )
  return { ...project, services: Object.fromEntries(services) }
}
