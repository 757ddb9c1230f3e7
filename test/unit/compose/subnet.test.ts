import { describe, expect, it } from '@jest/globals'
import { freeOctet, parseRoutes } from '../../../compose/engine/subnet.ts'

describe('choice of the mesh network', () => {
  it('takes 10.77 where nothing is in the way', () => {
    expect(freeOctet([])).toBe(77)
    expect(freeOctet(['172.17.0.0/16', '192.168.1.0/24'])).toBe(77)
  })

  it.each([
    ['the mesh itself', '10.77.5.0/24'],
    ['the control network beside it', '10.78.0.128/25'],
    ['an address of the host', '10.77.0.9/16'],
  ])('goes on to 10.79 where %s is taken', (_, cidr) => {
    expect(freeOctet([cidr])).toBe(79)
  })

  it('finds nothing where a route covers all of 10.0.0.0/8', () => {
    expect(freeOctet(['10.0.0.0/8'])).toBeUndefined()
  })

  it('passes over what is no IPv4 block', () => {
    expect(freeOctet(['fd00::/8', 'nonsense'])).toBe(77)
  })

  it('reads the routes of the kernel, without the default one', () => {
    const table = [
      'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      'tun0\t00004D0A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      '',
    ].join('\n')
    expect(parseRoutes(table)).toEqual(['192.0.2.0/24', '10.77.0.0/16'])
  })
})
