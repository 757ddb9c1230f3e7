import { describe, expect, it } from '@jest/globals'
import {
  attachments,
  type CreateContext,
  containerOptions,
  endpoint,
} from '../../../compose/project/container-options.ts'
import { buildProject } from '../../../compose/project/project.ts'
import { reference } from '../../../harness/systems/reference.ts'
import { planOf } from '../../support/plan.ts'

const context: CreateContext = {
  project: buildProject(planOf(4), {
    run: 'r',
    deployment: reference.deployment,
    images: { node: 'n:1', driver: 'd:1', shaper: 'whiteout/node:x' },
    driverCommand: ['node', 'd'],
    shaperCommand: ['node', '/app/shaper.mjs'],
  }),
  directory: '/runs/r',
  composeFile: '/runs/r/compose.yaml',
  composeVersion: '2.26.1',
  imageIds: new Map([['n:1', 'sha256:1']]),
  configHashes: new Map([['node-3', 'abc']]),
  variables: { WHITEOUT_TOKEN: 'secret' },
}

describe('request for a container', () => {
  it('of a node has its address, its files read-only and no privileges', () => {
    const { HostConfig, NetworkingConfig, Env, Hostname, name } = containerOptions('node-3', context)
    expect([name, Hostname, Env]).toEqual(['whiteout-r-node-3-1', 'node-3', ['WHITEOUT_TOKEN=secret']])
    expect(NetworkingConfig?.EndpointsConfig?.['whiteout-r_mesh']?.IPAMConfig).toEqual({
      IPv4Address: '10.77.1.3',
    })
    expect(HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/runs/r/genesis.json', Target: '/etc/whiteout/genesis.json', ReadOnly: true },
      {
        Type: 'bind',
        Source: '/runs/r/nodes/node-3.json',
        Target: '/etc/whiteout/node.json',
        ReadOnly: true,
      },
    ])
    expect(HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      RestartPolicy: { Name: 'no' },
      Memory: 512 * 2 ** 20,
      Init: false,
    })
    expect(HostConfig?.PortBindings).toBeUndefined()
  })

  it('has the labels by which docker compose finds it', () => {
    expect(containerOptions('node-3', context).Labels).toMatchObject({
      'whiteout.run': 'r',
      'whiteout.role': 'node',
      'whiteout.node': '3',
      'com.docker.compose.project': 'whiteout-r',
      'com.docker.compose.service': 'node-3',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.config-hash': 'abc',
      'com.docker.compose.project.working_dir': '/runs/r',
    })
  })

  it('of the driver publishes a free port of 127.0.0.1 and is on both networks', () => {
    const { HostConfig, ExposedPorts } = containerOptions('driver', context)
    expect(HostConfig?.PortBindings).toEqual({ '9100/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] })
    expect(ExposedPorts).toEqual({ '9100/tcp': {} })
    expect(attachments(context.project.services.driver!)).toEqual(['control', 'mesh'])
    expect(endpoint('driver', 'mesh', context).IPAMConfig).toEqual({ IPv4Address: '10.77.0.10' })
  })
})
