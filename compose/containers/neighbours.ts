import type Docker from 'dockerode'
import type { Neighbour } from '../../model/backend.ts'
import { statusOf } from '../engine/engine-error.ts'

/** Containers of others that are named on one network: a sample, whatever the size of the network. */
const eachNetwork = 4

/**
 * Whom a container can reach on its networks beside a group that it belongs to: the host, which is the gateway, and containers of others.
 * @param group ids of the containers that are left out
 */
export async function neighboursOf(
  docker: Docker,
  container: Docker.Container,
  group: ReadonlySet<string>,
): Promise<Neighbour[]> {
  const { NetworkSettings } = await container.inspect()
  const attached = Object.entries(NetworkSettings.Networks).filter(([, { IPAddress }]) => IPAddress !== '')
  const found = await Promise.all(attached.map(([name, { NetworkID }]) => on(docker, name, NetworkID, group)))
  return found.flat()
}

async function on(
  docker: Docker,
  network: string,
  id: string,
  group: ReadonlySet<string>,
): Promise<Neighbour[]> {
  const inspected = await docker
    .getNetwork(id)
    .inspect()
    .catch(error => {
      // Removed by its owner meanwhile: nobody is on it.
      if (statusOf(error) === 404) return undefined
      throw error
    })
  if (inspected === undefined) return []
  const { IPAM, Containers } = inspected as Docker.NetworkInspectInfo
  const gateways = (IPAM?.Config ?? []).flatMap(({ Gateway }) => ipv4(Gateway))
  const others = Object.entries(Containers ?? {}).filter(([container]) => !group.has(container))
  return [
    ...gateways.map(address => ({ name: `the host on ${network}`, address })),
    ...others
      .flatMap(([, { Name, IPv4Address }]) =>
        ipv4(IPv4Address).map(address => ({ name: `${Name} on ${network}`, address })),
      )
      .slice(0, eachNetwork),
  ]
}

/** `172.18.0.3/16` without its prefix; nothing for IPv6 or no address. */
function ipv4(text: string | undefined): string[] {
  const [, address] = /^(\d+\.\d+\.\d+\.\d+)(?:\/\d+)?$/.exec(text ?? '') ?? []
  return address === undefined ? [] : [address]
}
