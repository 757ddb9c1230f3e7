import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type Docker from 'dockerode'
import { HarnessError } from '../../model/errors.ts'
import type { Engine } from './engine.ts'
import { explainEngineError } from './engine-error.ts'

/** A block of IPv4 addresses, both ends included. */
interface Block {
  readonly first: number
  readonly last: number
}

/** A mesh takes the /16 of one octet and the control network a /24 of the next, so every second one is tried. */
const candidates = Array.from({ length: 88 }, (_, i) => 77 + 2 * i)

/**
 * The second octet of a /16 in 10.0.0.0/8 that, with the next one, collides with no network of the engine and no
 * route of its host.
 * @throws HarnessError `no-free-network`
 */
export async function chooseMeshOctet({ docker, isLocal }: Engine): Promise<number> {
  const taken = [...(await engineSubnets(docker)), ...(isLocal ? await hostSubnets() : [])]
  const octet = freeOctet(taken)
  if (octet !== undefined) return octet
  throw new HarnessError({
    code: 'no-free-network',
    message: `no pair of neighbouring /16 networks from 10.${candidates[0]}.0.0 on is free; taken are ${taken.join(', ')}`,
    next: 'remove networks nobody needs: docker network prune',
    exitCode: 69,
  })
}

/** The first candidate whose two /16 overlap with none of the blocks that are taken (CIDR notation). */
export function freeOctet(taken: readonly string[]): number | undefined {
  const blocks = taken.map(parseCidr).filter(block => block !== undefined)
  return candidates.find(octet => {
    const pair = { first: toNumber(`10.${octet}.0.0`), last: toNumber(`10.${octet + 1}.255.255`) }
    return blocks.every(block => block.last < pair.first || block.first > pair.last)
  })
}

async function engineSubnets(docker: Docker): Promise<string[]> {
  const networks = await docker.listNetworks().catch(error => {
    throw explainEngineError(error, 'listing networks')
  })
  return networks.flatMap(({ IPAM }) =>
    (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
  )
}

async function hostSubnets(): Promise<string[]> {
  const own = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '')
  return [...own.flatMap(({ cidr }) => (cidr === null ? [] : [cidr])), ...parseRoutes(routes)]
}

/** The destinations in the text of /proc/net/route, the default route apart. */
export function parseRoutes(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const [, destination, , , , , , mask] = line.trim().split(/\s+/)
      if (destination === undefined || mask === undefined || mask === '00000000') return []
      const bits = [...Number.parseInt(mask, 16).toString(2)].filter(bit => bit === '1').length
      return [`${littleEndian(destination)}/${bits}`]
    })
}

function littleEndian(hex: string): string {
  const bytes = hex.match(/../g) ?? []
  return bytes
    .reverse()
    .map(byte => Number.parseInt(byte, 16))
    .join('.')
}

function parseCidr(text: string): Block | undefined {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text)
  if (!match) return undefined
  const size = 2 ** (32 - Number(match[2]))
  const first = Math.floor(toNumber(match[1]!) / size) * size
  return { first, last: first + size - 1 }
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}
