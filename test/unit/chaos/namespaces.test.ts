import { describe, expect, it } from '@jest/globals'
import { firstProcesses, parseEchoes, parseListener, parseStart } from '../../../chaos/shaper/namespaces.ts'

describe('what the kernel knows of a namespace', () => {
  it('has the echo requests that arrived, answered or not', () => {
    const snmp = [
      'Ip: Forwarding DefaultTTL InReceives',
      'Ip: 1 64 900',
      'Icmp: InMsgs InErrors InCsumErrors InDestUnreachs InEchos InEchoReps',
      'Icmp: 21 0 0 9 12 4',
      'IcmpMsg: InType8 OutType0',
      'IcmpMsg: 12 0',
    ].join('\n')
    expect(parseEchoes(snmp)).toBe(12)
    expect(parseEchoes('')).toBe(0)
  })

  it('has a port on which somebody listens to others, of either family', () => {
    const table = (...lines: string[]) => ['  sl  local_address rem_address   st', ...lines].join('\n')
    const line = (local: string, state: string) => `   0: ${local} 00000000:0000 ${state} 0:0 00:0 0 0 0 1`
    expect(parseListener(table(line('0100007F:2553', '0A'), line('00000000:1F90', '0A')))).toBe(8080)
    expect(parseListener(table(line(`${'0'.repeat(32)}:0050`, '0A')))).toBe(80)
    expect(parseListener(table(line('00000000:1F90', '01'), line('0100007F:2553', '0A')))).toBeUndefined()
    expect(parseListener('')).toBeUndefined()
  })
})

describe('the process by which a container is entered', () => {
  const of = (id: string, startedAt: number) => ({ id, startedAt })

  it('is its first one, whatever numbers its children got', () => {
    const found = firstProcesses([
      [20, of('web', 900)],
      [31_000, of('web', 500)],
      [40, undefined],
      [31_001, of('web', 500)],
      [50, of('db', 700)],
    ])
    expect([...found]).toEqual([
      ['web', 31_000],
      ['db', 50],
    ])
  })

  it('has its start in the line of its state, whatever it is called', () => {
    const fields = Array.from({ length: 50 }, (_, i) => String(i + 3)).join(' ')
    expect(parseStart(`7 (a) b (c)) ${fields}`)).toBe(22)
  })
})
