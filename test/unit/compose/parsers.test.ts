import { describe, expect, it } from '@jest/globals'
import { Asked } from '../../../compose/containers/asked.ts'
import { readEvent } from '../../../compose/containers/events.ts'
import { demultiplex } from '../../../compose/containers/logs.ts'
import { Others } from '../../../compose/containers/others.ts'
import { field } from '../../../compose/containers/resources.ts'
import { findListener } from '../../../compose/network/port.ts'
import { parseConfigHashes } from '../../../compose/project/config-hash.ts'

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

describe('output of a container', () => {
  it('keeps the order of standard output and error', () => {
    expect(demultiplex(Buffer.concat([frame(1, 'a\n'), frame(2, 'b\n'), frame(1, 'ü\n')]))).toBe('a\nb\nü\n')
  })

  it('is cut where the engine cut it', () => {
    expect(demultiplex(Buffer.concat([frame(1, 'whole\n'), frame(1, 'half').subarray(0, 10)]))).toBe(
      'whole\nha',
    )
  })

  it('may be empty', () => {
    expect(demultiplex(Buffer.alloc(0))).toBe('')
  })
})

describe('event of the engine', () => {
  /** node-17 lives in the container of node-3. */
  const nodesIn = (id: string) => (id === 'abc' ? [3, 17] : [])
  const read = (
    Action: string,
    ID: string,
    attributes: Record<string, string> = {},
    { asked, others } = { asked: new Asked(), others: new Others() },
  ) =>
    readEvent(
      { Action, Actor: { ID, Attributes: attributes }, timeNano: 1.700000000123456e18 },
      { nodesIn, asked, others, times: { at: wallMs => wallMs - 1_700_000_000_000 } },
    )

  it('of a death carries node and exit code, for each who lives in the container', () => {
    expect(read('die', 'abc', { exitCode: '137' })).toMatchObject([
      { node: 3, state: 'died', exitCode: 137 },
      { node: 17, state: 'died', exitCode: 137 },
    ])
  })

  it('has its time on the clock of the run', () => {
    expect(read('start', 'abc')[0]?.at).toBeCloseTo(123.456, 1)
  })

  it('of anything else is none of ours', () => {
    expect(read('start', 'other')).toEqual([])
    expect(read('exec_create', 'abc')).toEqual([])
  })

  it('says what this harness did', async () => {
    const asked = new Asked()
    await asked.expecting('abc', 'pause', async () => true)
    const known = { asked, others: new Others() }
    expect(read('pause', 'abc', {}, known)[0]).toMatchObject({ state: 'paused', asked: true })
    expect(read('unpause', 'abc', {}, known)[0]).not.toHaveProperty('asked')
  })

  it('says that somebody else asked for a death, but not of one that this harness asked for', async () => {
    const known = { asked: new Asked(), others: new Others() }
    expect(read('kill', 'abc', { signal: '9' }, known)).toEqual([])
    expect(read('die', 'abc', { exitCode: '137' }, known)[0]).toMatchObject({ requested: true })
    read('start', 'abc', {}, known)
    expect(read('die', 'abc', { exitCode: '137' }, known)[0]).not.toHaveProperty('requested')
    const ours = { asked: new Asked(), others: new Others() }
    await ours.asked.expecting('abc', 'die', async () => true)
    read('kill', 'abc', { signal: '9' }, ours)
    expect(read('die', 'abc', {}, ours)[0]).not.toHaveProperty('requested')
  })
})

describe('parsers', () => {
  it('find the socket that listens on a port, not one connected to it', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:2553 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 111 1',
      '   1: 0100007F:2553 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1',
    ].join('\n')
    expect(findListener(table, 0x2553)).toBe('222')
    expect(findListener(table, 80)).toBeUndefined()
  })

  it('read a field of a cgroup file in its unit', () => {
    const stat = 'cache 4096\nrss 1\ntotal_rss 10485760\n'
    expect(field(stat, 'total_rss', 1)).toBe(10_485_760)
    expect(field(stat, 'anon', 1)).toBeNull()
    expect(field(undefined, 'anon', 1)).toBeNull()
  })

  it("read Compose's hashes by service", () => {
    expect(parseConfigHashes('driver abc\nnode-0 def\n')).toEqual(
      new Map([
        ['driver', 'abc'],
        ['node-0', 'def'],
      ]),
    )
  })
})
