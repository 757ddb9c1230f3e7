import { isDeepStrictEqual } from 'node:util'
import { Document, isMap } from 'yaml'
import { labels } from '../engine/labels.ts'
import type { ComposeProject, ComposeService } from './project.ts'

/**
 * The project as a Compose file. What all nodes have in common is written once and merged into each, so that 500
 * of them stay readable.
 */
export function renderProject(project: ComposeProject): string {
  const nodes = Object.values(project.services).filter(service => service.labels[labels.role] === 'node')
  const shared = nodes.length > 1 ? sharedFields(nodes) : {}
  const services = Object.entries(project.services).map(([name, service]) => [
    name,
    ownFields(service, shared),
  ])
  const document = new Document(
    {
      name: project.name,
      'x-node': shared,
      services: Object.fromEntries(services),
      networks: project.networks,
      ...(project.volumes ? { volumes: project.volumes } : {}),
    },
    { aliasDuplicateObjects: false },
  )
  if (nodes.length > 1) mergeShared(document, project)
  else document.delete('x-node')
  document.commentBefore = ` Made by whiteout. Look at it with: docker compose -f THIS_FILE ps|logs|down`
  return document.toString({ lineWidth: 0 })
}

/** The fields that are the same in every one of the services. */
function sharedFields(services: readonly ComposeService[]): Partial<ComposeService> {
  const [first, ...rest] = services as [ComposeService, ...ComposeService[]]
  const same = Object.entries(first).filter(([key, value]) =>
    rest.every(service => isDeepStrictEqual(service[key as keyof ComposeService], value)),
  )
  return Object.fromEntries(same)
}

function ownFields(service: ComposeService, shared: Partial<ComposeService>): Partial<ComposeService> {
  if (service.labels[labels.role] !== 'node') return service
  return Object.fromEntries(Object.entries(service).filter(([key]) => !(key in shared)))
}

function mergeShared(document: Document, project: ComposeProject): void {
  const shared = document.get('x-node', true)
  if (!isMap(shared)) return
  for (const [name, service] of Object.entries(project.services)) {
    const own = document.getIn(['services', name])
    if (service.labels[labels.role] !== 'node' || !isMap(own)) continue
    own.items.unshift(document.createPair('<<', document.createAlias(shared, 'node')))
  }
}
