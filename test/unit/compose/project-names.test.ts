import { describe, expect, it } from '@jest/globals'
import { parseTargets, pickTargets } from '../../../chaos/schedule/targets.ts'
import { nameContainers } from '../../../compose/foreign/project-names.ts'
import { shareNamespaces } from '../../../compose/foreign/project-places.ts'
import { stream } from '../../../model/random.ts'

const container = (service: string | undefined, number: string | undefined = '1') => ({
  containerName: `shop-${service ?? 'bare'}-${number}`,
  service,
  number,
})

/** What a text selects of these containers. */
function selected(text: string, containers: Parameters<typeof nameContainers>[0]) {
  const { selectors: named, doubtful } = nameContainers(containers)
  const roster = { nodes: containers.length, f: 0, named, doubtful }
  return pickTargets(parseTargets(text), roster, stream('a', 'targets'))
}

describe('names of containers', () => {
  const replicas = [container('web', '1'), container('web', '2'), container('db')]

  it('are the service of one, and with a number of several', () => {
    expect(nameContainers(replicas).names).toEqual(['web-1', 'web-2', 'db'])
    expect(['web', 'web-2', 'db', 'all'].map(text => selected(text, replicas))).toEqual([
      [0, 1],
      [1],
      [2],
      [0, 1, 2],
    ])
  })

  it('all can be said, whatever the service is called', () => {
    const odd = ['all', 'for', 'minority', '_x', 'a.b'].map(service => container(service))
    odd.forEach(({ service, containerName }, index) => {
      expect(selected(`service(${service})`, odd)).toEqual([index])
      expect(selected(`container(${containerName})`, odd)).toEqual([index])
    })
    expect(selected('_x, service(all)', odd)).toEqual([0, 3])
  })

  it.each([
    ['all', [container('all'), container('db')], 'service(all), or fraction(1) for every container'],
    ['db, all', [container('all'), container('db')], 'service(all)'],
    ['minority', [container('minority')], 'service(minority), or any(N)'],
    ['web-1', [...replicas, container('web-1')], 'service(web-1), or container(shop-web-1)'],
  ])(
    'a name that may mean several things is refused, with how to say each: %s',
    (text, containers, spellings) => {
      expect(() => selected(text, containers)).toThrow(`may mean several things: say ${spellings}`)
    },
  )

  it('are the engine’s where there is no service, or one that nobody can type, or two replicas have one number', () => {
    const odd = [
      container(undefined),
      container('my service'),
      container('\u001b[31m'),
      { ...container('web'), containerName: 'shop-a' },
      { ...container('web'), containerName: 'shop-b' },
      { ...container('db', 'x'), containerName: 'shop-c' },
      { ...container('db'), containerName: 'shop-d' },
    ]
    const { names } = nameContainers(odd)
    expect(names).toEqual([...odd.slice(0, 6).map(({ containerName }) => containerName), 'db-1'])
    expect(selected('web', odd)).toEqual([3, 4])
    expect(selected('shop-bare-1', odd)).toEqual([0])
  })
})

describe('containers that share namespaces', () => {
  const sharer = (id: string, modes: string[] = ['back'], isTarget = true) => ({ id, modes, isTarget })

  it('are together, owners first, whatever they share and over others', () => {
    const shared = shareNamespaces([
      sharer('proxy', ['container:app']),
      sharer('web'),
      sharer('tracer', ['back', 'container:proxy']),
      sharer('app'),
    ])
    expect(shared).toEqual([
      { members: [3, 0, 2], strangers: [], dependents: [] },
      { members: [1], strangers: [], dependents: [] },
    ])
  })

  it('name who is no target, who of those depends on them, and pass over what is gone', () => {
    const shared = shareNamespaces([
      sharer('app'),
      sharer('debug', ['container:app'], false),
      sharer('late', ['container:gone']),
      sharer('other', ['back'], false),
      sharer('client', ['container:vpn']),
      sharer('vpn', ['bridge'], false),
    ])
    expect(shared).toEqual([
      { members: [0], strangers: [1], dependents: [1] },
      { members: [2], strangers: [], dependents: [] },
      { members: [4], strangers: [5], dependents: [] },
    ])
  })
})
