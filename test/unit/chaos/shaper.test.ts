import { describe, expect, it } from '@jest/globals'
import type { Cgroups } from '../../../chaos/shaper/cgroups.ts'
import type { Disks } from '../../../chaos/shaper/disks.ts'
import type { Namespaces } from '../../../chaos/shaper/namespaces.ts'
import { nftHeal, nftRules, parseCounters } from '../../../chaos/shaper/rules.ts'
import { Shaper } from '../../../chaos/shaper/shaper.ts'
import { perfect } from '../../../model/quality.ts'
import type { KernelLimits, ShapeRequest } from '../../../model/shaper.ts'

const idOf = (node: number) => node.toString(16).padStart(64, '0')

/** Containers whose processes a test may let die and come back, and what was run in their namespaces. */
function machineOf(...nodes: number[]) {
  const processes = new Map(nodes.map(node => [idOf(node), 100 + node]))
  /** The rules in force by process, as nft would have them. */
  const rules = new Map<number, string>()
  /** What tc and ip were told, in order. */
  const commands: string[] = []
  /** What tc shows, of any device. */
  const shown: string[] = []
  const broken = new Set<number>()
  /** Processes that have no network yet. */
  const bare = new Set<number>()
  /** Processes that have ended and are still listed. */
  const gone = new Set<number>()
  let nowMs = 0
  const journal: Readonly<Record<string, unknown>>[] = []
  const namespaces: Namespaces = {
    processes: () => processes,
    echoes: () => 0,
    listens: () => undefined,
    devices: pid => {
      if (gone.has(pid)) throw new Error('ENOENT')
      return bare.has(pid) ? [] : ['eth0']
    },
    run: async (pid, argv, input) => {
      if (broken.has(pid)) return { code: 1, output: '', problem: 'Operation not permitted\n' }
      const [program] = argv
      if (argv[1] === '-s' && !rules.has(pid)) return { code: 1, output: '', problem: 'No such file' }
      if (argv[1] === '-s') return { code: 0, output: rules.get(pid)!, problem: '' }
      if (program === 'nft' && input === nftHeal) rules.delete(pid)
      else if (program === 'nft') rules.set(pid, input)
      else if (argv.includes('show')) return { code: 0, output: shown.join(), problem: '' }
      else if (program === 'tc' || program === 'ip') commands.push(input || argv.join(' '))
      const answers = '3 packets transmitted\n64 bytes from x: icmp_seq=1 ttl=64 time=0.061 ms\n'
      return { code: 0, output: program === 'ping' ? answers : '', problem: '' }
    },
  }
  const full = new Set<string>()
  const disks: Disks = {
    names: ['node-1', 'node-2'],
    fill: async name => void full.add(name),
    empty: async name => void full.delete(name),
    isFilled: async name => full.has(name),
    measure: async name => ({ name, totalBytes: 96, freeBytes: full.has(name) ? 0 : 96 }),
  }
  const limits = new Map<number, KernelLimits>()
  const cgroups: Cgroups = {
    read: pid => {
      const found = limits.get(pid)
      if (found) return found
      throw new Error('no limit of cpu is to be found in its cgroup')
    },
    write: (pid, file, text) => limits.set(pid, { ...limits.get(pid), [file]: text }),
  }
  const shaper = new Shaper({
    namespaces,
    disks,
    cgroups,
    journal: entry => journal.push(entry),
    now: () => nowMs,
  })
  const pass = (ms: number) => {
    nowMs += ms
    return shaper.tend()
  }
  return { shaper, processes, rules, commands, shown, limits, full, broken, bare, gone, journal, pass }
}

const unimpaired = { losses: [], duplicates: [], classes: [], isUnsegmented: false }
const train = { count: 3, intervalMs: 200, bytes: 56, waitMs: 1000 }
const rulesOf = (unheard: string[], unreached: string[]) =>
  nftRules({ unheard, unreached, losses: [], duplicates: [], classes: [] })

/** Node 1 and node 2 do not hear each other. */
const cut: ShapeRequest = {
  kind: 'shape',
  leaseMs: 15_000,
  sets: [['10.0.0.2'], ['10.0.0.1']],
  namespaces: [
    { name: 'node-1', container: idOf(1), from: 0, to: 0, ...unimpaired },
    { name: 'node-2', container: idOf(2), from: 1, to: 1, ...unimpaired },
  ],
  qualities: [],
  disks: [],
}
const nothing: ShapeRequest = { ...cut, sets: [], namespaces: [] }

describe('rules of a namespace', () => {
  it('have one set for both directions of a cut that goes both ways', () => {
    const both = rulesOf(['10.0.0.2', '10.0.0.4'], ['10.0.0.2', '10.0.0.4'])
    expect(both.match(/ {2}set .*/g)).toEqual(['  set unheard {'])
    expect(both.match(/ip .addr .*/g)).toEqual([
      'ip saddr @unheard counter name dropped-unheard drop',
      'ip daddr @unheard counter name dropped-unreached drop',
    ])
  })

  it('are one transaction that drops before connection tracking, loses on arrival and chooses classes', () => {
    expect(
      nftRules({
        unheard: ['10.0.0.3', '10.0.0.2', '10.0.1.255', '10.0.2.0'],
        unreached: [],
        losses: [{ from: ['10.0.0.9'], share: 0.025 }],
        duplicates: [{ to: ['10.0.0.7'], share: 0.01 }],
        classes: [['10.0.0.5', '10.0.0.6'], ['10.0.0.8']],
      }),
    ).toBe(`table inet whiteout
delete table inet whiteout
table ip whiteout
delete table ip whiteout
table inet whiteout {
  counter dropped-unheard { }
  counter dropped-unreached { }
  counter dropped-lost { }
  set unheard {
    type ipv4_addr; flags interval
    elements = { 10.0.0.2-10.0.0.3, 10.0.1.255-10.0.2.0 }
  }
  set unreached {
    type ipv4_addr; flags interval
  }
  set lossy0 {
    type ipv4_addr; flags interval
    elements = { 10.0.0.9 }
  }
  map marks {
    type ipv4_addr : classid; flags interval
    elements = { 10.0.0.5-10.0.0.6 : 77:2, 10.0.0.8 : 77:3 }
  }
  chain heard {
    type filter hook input priority -10; policy accept;
    iif lo accept
    ip saddr @unheard counter name dropped-unheard drop
    ip saddr @lossy0 numgen random mod 1000000 < 25000 counter name dropped-lost drop
  }
  chain reached {
    type filter hook output priority -10; policy accept;
    oif lo accept
    ip daddr @unreached counter name dropped-unreached drop
    meta priority set ip daddr map @marks
  }
}
table ip whiteout {
  map same {
    type ipv4_addr : ipv4_addr
    elements = { 10.0.0.7 : 10.0.0.7 }
  }
  set twice0 {
    type ipv4_addr; flags interval
    elements = { 10.0.0.7 }
  }
  chain reached {
    type filter hook output priority -9; policy accept;
    oif lo accept
    ip daddr @twice0 numgen random mod 1000000 < 10000 dup to ip daddr map @same
  }
}
`)
  })

  it('are read back by their counters', () => {
    const counter = (name: string, packets: number) => ({ counter: { name, packets, bytes: 84 * packets } })
    const nftables = [{ metainfo: {} }, counter('dropped-lost', 7)]
    expect(parseCounters(JSON.stringify({ nftables }))).toEqual({
      unheard: 0,
      unreached: 0,
      lost: 7,
    })
  })

  it('of whoever is alone let nothing pass but loopback, of either family and in any direction', () => {
    const rules = nftRules({
      unheard: [],
      unreached: [],
      losses: [],
      duplicates: [],
      classes: [],
      isAlone: true,
    })
    expect(rules.match(/hook \w+|[io]if lo accept|counter name \S+ drop/g)).toEqual([
      ...['hook input', 'iif lo accept', 'counter name dropped-unheard drop'],
      ...['hook forward', 'counter name dropped-unheard drop'],
      ...['hook output', 'oif lo accept', 'counter name dropped-unreached drop'],
    ])
    expect(rules).not.toMatch(/addr/)
  })
})

describe('shaper', () => {
  it('undoes what an earlier shaper did where it is told that it is over', async () => {
    const { shaper, rules, limits } = machineOf(1, 2, 3)
    rules.set(101, rulesOf(['10.0.0.2'], []))
    rules.set(103, rulesOf(['10.0.0.1'], []))
    const [was, set] = [{ 'cpu.max': 'max 100000' }, { 'cpu.max': '20000 100000' }]
    for (const pid of [101, 102]) limits.set(pid, set)
    const over = {
      namespaces: [1, 9].map(node => ({ name: `node-${node}`, container: idOf(node) })),
      limits: [{ name: 'node-1', container: idOf(1), was, set }],
    }
    expect(await shaper.handle({ ...nothing, over })).toMatchObject({ kind: 'shaped', failed: [] })
    expect([...rules.keys()]).toEqual([103])
    expect([limits.get(101), limits.get(102)]).toEqual([was, set])
  })

  it('says what of it could not be undone, and leaves what is held again', async () => {
    const { shaper, rules, broken } = machineOf(1, 2)
    broken.add(101)
    rules.set(101, 'of an earlier one')
    const namespaces = [1, 2].map(node => ({ name: `node-${node}`, container: idOf(node) }))
    const over = { namespaces, limits: [] }
    const [, second] = cut.namespaces
    expect(await shaper.handle({ ...cut, namespaces: [second!], over })).toMatchObject({
      failed: [{ name: 'node-1', reason: 'Operation not permitted' }],
    })
    expect(rules.get(102)).toBe(rulesOf(['10.0.0.1'], ['10.0.0.1']))
  })

  it('brings every namespace to what the document says, and heals those it does not name', async () => {
    const { shaper, rules } = machineOf(1, 2, 3)
    expect(await shaper.handle(cut)).toMatchObject({ kind: 'shaped', changed: 2, healed: 0, failed: [] })
    expect([...rules]).toEqual([
      [101, rulesOf(['10.0.0.2'], ['10.0.0.2'])],
      [102, rulesOf(['10.0.0.1'], ['10.0.0.1'])],
    ])
    const one = { ...cut, namespaces: cut.namespaces.slice(0, 1) }
    expect(await shaper.handle(one)).toMatchObject({ changed: 0, healed: 1 })
    expect([...rules.keys()]).toEqual([101])
    expect(await shaper.handle(nothing)).toMatchObject({ changed: 0, healed: 1 })
    expect(rules.size).toBe(0)
  })

  it('heals by itself when nobody renews the lease, and not before', async () => {
    const { shaper, rules, journal, pass } = machineOf(1, 2)
    await shaper.handle(cut)
    await pass(14_000)
    shaper.renew()
    expect(shaper.held).toEqual({ namespaces: 2, disks: 0, limits: 0, breaks: 0 })
    await pass(14_999)
    expect(rules.size).toBe(2)
    await pass(2)
    expect(rules.size).toBe(0)
    expect(journal).toContainEqual({ event: 'lease ended', namespaces: 2 })
    shaper.renew()
    expect(shaper.held).toEqual({ namespaces: 0, disks: 0, limits: 0, breaks: 0 })
  })

  it('gives a container that restarts its rules again, and forgets those of the process that is gone', async () => {
    const { shaper, rules, processes, pass } = machineOf(1, 2)
    await shaper.handle(cut)
    processes.delete(idOf(1))
    rules.delete(101)
    await pass(1000)
    processes.set(idOf(1), 201)
    await pass(1000)
    expect(rules.get(201)).toBe(rulesOf(['10.0.0.2'], ['10.0.0.2']))
    expect(await shaper.handle(nothing)).toMatchObject({ healed: 2, failed: [] })
    expect(rules.size).toBe(0)
  })

  it('shapes a container that was dead when the fault began as soon as it runs', async () => {
    const { shaper, rules, processes, pass } = machineOf(2)
    expect(await shaper.handle(cut)).toMatchObject({ changed: 1, failed: [] })
    processes.set(idOf(1), 301)
    await pass(1000)
    expect([...rules.keys()]).toEqual([102, 301])
  })

  it('names the namespaces it could not change, and tries them again', async () => {
    const { shaper, rules, broken, pass } = machineOf(1, 2)
    broken.add(101)
    expect(await shaper.handle(cut)).toMatchObject({
      changed: 1,
      failed: [{ name: 'node-1', reason: 'Operation not permitted' }],
    })
    broken.clear()
    await pass(1000)
    expect(rules.size).toBe(2)
  })

  it('takes a container that ends while it is shaped for one that does not run', async () => {
    const { shaper, processes, rules, broken, gone, pass } = machineOf(1, 2, 3)
    broken.add(101)
    gone.add(101)
    const limited = { name: 'node-3', container: idOf(3), was: { 'cpu.max': 'max 100000' } }
    gone.add(103)
    const request = { ...cut, limits: [{ ...limited, set: { 'cpu.max': '20000 100000' } }] }
    expect(await shaper.handle(request)).toMatchObject({ kind: 'shaped', changed: 1, failed: [] })
    processes.set(idOf(1), 201)
    await pass(1000)
    expect(rules.has(201)).toBe(true)
  })

  it('pings from inside: no answer from where it may not enter, nor from a container that is gone', async () => {
    const { shaper, broken } = machineOf(1, 2)
    broken.add(102)
    const pairs = [1, 2, 3].map(node => ({ container: idOf(node), address: '10.0.0.9' }))
    const none = { answered: 0, duplicates: 0, roundTripsMs: [] }
    expect(await shaper.handle({ kind: 'probe', train, pairs })).toEqual({
      kind: 'probed',
      pinged: [
        { sent: 3, answered: 1, duplicates: 0, roundTripsMs: [0.061] },
        { sent: 0, ...none, problem: 'Operation not permitted' },
        { sent: 0, ...none, problem: 'it does not run' },
      ],
    })
  })

  it('changes classes in place, and takes the tree away with the last of them', async () => {
    const { shaper, commands } = machineOf(1)
    const shape = (...bandwidths: number[]) =>
      shaper.handle({
        ...nothing,
        sets: [[], ['10.0.0.2'], ['10.0.0.3']],
        qualities: bandwidths.map(bitsPerSecond => ({ ...perfect, bitsPerSecond })),
        namespaces: [
          {
            ...{
              name: 'node-1',
              container: idOf(1),
              from: 0,
              to: 0,
              losses: [],
              duplicates: [],
              isUnsegmented: true,
            },
            classes: bandwidths.map((_, quality) => ({ to: quality + 1, quality })),
          },
        ],
      })
    await shape(1e6, 2e6)
    await shape(5e6)
    await shaper.handle(nothing)
    expect(commands.filter(command => !command.includes(' show '))).toEqual([
      `qdisc add dev eth0 root handle 77: htb default 0
class replace dev eth0 parent 77: classid 77:2 htb rate 1000000bit quantum 15140
qdisc replace dev eth0 parent 77:2 handle 1000: pfifo limit 42
class replace dev eth0 parent 77: classid 77:3 htb rate 2000000bit quantum 15140
qdisc replace dev eth0 parent 77:3 handle 1001: pfifo limit 84
`,
      'ip link set dev eth0 gso_max_segs 1',
      `class replace dev eth0 parent 77: classid 77:2 htb rate 5000000bit quantum 15140
qdisc replace dev eth0 parent 77:2 handle 1000: pfifo limit 209
class del dev eth0 classid 77:3
`,
      'qdisc del dev eth0 root handle 77:\n',
      'ip link set dev eth0 gso_max_segs 65535',
    ])
  })

  it('waits for the network of a container that is being started', async () => {
    const { shaper, commands, bare, pass } = machineOf(1)
    bare.add(101)
    const slow = { to: 0, quality: 0 }
    const reply = await shaper.handle({
      ...nothing,
      sets: [['10.0.0.2']],
      qualities: [{ ...perfect, delayMs: 60 }],
      namespaces: [
        {
          ...{ name: 'node-1', container: idOf(1), from: 0, to: 0, losses: [], duplicates: [] },
          ...{ classes: [slow], isUnsegmented: true },
        },
      ],
    })
    expect(reply).toMatchObject({ kind: 'shaped', failed: [] })
    expect(commands).toEqual([])
    bare.clear()
    await pass(1000)
    expect(commands[0]).toContain('netem delay 60ms')
  })

  it.each([
    ['removed', (rules: Map<number, string>) => rules.delete(101)],
    ['changed', (rules: Map<number, string>) => rules.set(101, 'an empty set')],
  ])('finds rules that somebody else has %s, tells of it, and makes them again', async (how, undo) => {
    const { shaper, rules, pass } = machineOf(1, 2)
    await shaper.handle(cut)
    await pass(1000)
    expect(shaper.held.breaks).toBe(0)
    undo(rules)
    await pass(1000)
    expect(rules.get(101)).toBe(rulesOf(['10.0.0.2'], ['10.0.0.2']))
    await pass(500)
    expect(shaper.held.breaks).toBe(2)
    expect(await shaper.handle({ kind: 'verify', since: 0 })).toEqual({
      kind: 'verified',
      breaks: [
        { name: 'node-1', holds: false, evidence: `its rules were ${how} by somebody else`, agoMs: 500 },
        { name: 'node-1', holds: true, evidence: 'its rules were restored', agoMs: 500 },
      ],
    })
    expect(await shaper.handle({ kind: 'verify', since: 2 })).toEqual({ kind: 'verified', breaks: [] })
  })

  it('takes neither a container that restarts, nor a fault that heals, for somebody else', async () => {
    const { shaper, processes, rules, pass } = machineOf(1, 2)
    await shaper.handle(cut)
    processes.set(idOf(1), 201)
    rules.delete(101)
    await pass(1000)
    processes.delete(idOf(2))
    rules.delete(102)
    await pass(1000)
    await shaper.handle(nothing)
    rules.clear()
    await pass(1000)
    expect(shaper.held.breaks).toBe(0)
  })

  it('finds a tree that somebody else has changed, whatever the kernel counts in it meanwhile', async () => {
    const { shaper, shown, pass } = machineOf(1)
    const slow = { to: 0, quality: 0 }
    const tree = 'qdisc htb 77: root refcnt 2 r2q 10 default 0 direct_packets_stat'
    shown.push(`${tree} 5`)
    await shaper.handle({
      ...{ ...nothing, sets: [['10.0.0.2']], qualities: [{ ...perfect, delayMs: 60 }] },
      namespaces: [
        { ...{ name: 'node-1', container: idOf(1), from: 0, to: 0 }, ...unimpaired, classes: [slow] },
      ],
    })
    shown[0] = `${tree} 917`
    await pass(1000)
    expect(shaper.held.breaks).toBe(0)
    shown[0] = 'qdisc noqueue 0: root refcnt 2'
    await pass(1000)
    const reply = await shaper.handle({ kind: 'verify', since: 0 })
    expect(reply).toMatchObject({
      breaks: [
        { name: 'node-1', holds: false, evidence: 'its rules were changed by somebody else' },
        { name: 'node-1', holds: true },
      ],
    })
  })

  it('finds a disk that somebody else has emptied, and fills it again', async () => {
    const { shaper, full, pass } = machineOf()
    await shaper.handle({ ...nothing, disks: ['node-1'] })
    await pass(1000)
    full.delete('node-1')
    await pass(1000)
    expect([...full]).toEqual(['node-1'])
    expect(await shaper.handle({ kind: 'verify', since: 0 })).toMatchObject({
      breaks: [
        { name: 'disk node-1', holds: false, evidence: 'what filled it was removed by somebody else' },
        { name: 'disk node-1', holds: true, evidence: 'it was filled again' },
      ],
    })
  })

  it('fills disks under the same lease, and empties them when it ends', async () => {
    const { shaper, full, pass } = machineOf()
    await shaper.handle({ ...nothing, disks: ['node-1', 'node-2'] })
    expect([...full]).toEqual(['node-1', 'node-2'])
    await shaper.handle({ ...nothing, disks: ['node-2'] })
    expect([...full]).toEqual(['node-2'])
    await pass(15_001)
    expect(full.size).toBe(0)
  })

  it('narrows limits down under the same lease, once more in a container that restarts, and puts them back when it ends', async () => {
    const { shaper, limits, processes, pass } = machineOf(1)
    const was = { 'cpu.cfs_quota_us': '25000', 'cpu.cfs_period_us': '50000' }
    const set = { ...was, 'cpu.cfs_quota_us': '5000' }
    limits.set(101, was)
    const containers = [idOf(1), idOf(2)]
    expect(await shaper.handle({ kind: 'read-limits', containers })).toEqual({
      kind: 'limits',
      read: [{ limits: was }, { problem: 'it does not run', isDown: true }],
    })
    const limited = { name: 'web', container: idOf(1), was, set }
    expect(await shaper.handle({ ...nothing, limits: [limited] })).toMatchObject({ failed: [] })
    expect([limits.get(101), shaper.held.limits]).toEqual([set, 1])
    processes.set(idOf(1), 201)
    limits.set(201, was)
    await pass(1000)
    expect(limits.get(201)).toEqual(set)
    await pass(14_001)
    expect([limits.get(201), shaper.held.limits]).toEqual([was, 0])
  })

  it('leaves limits alone that somebody else set meanwhile, and says of which container nothing can be narrowed', async () => {
    const { shaper, limits } = machineOf(1, 2)
    const was = { 'cpu.max': 'max 100000', 'memory.max': 'max' }
    const set = { ...was, 'cpu.max': '20000 100000', 'memory.max': '67108864' }
    limits.set(101, was)
    const [limited, unknown] = [1, 2].map(node => ({ name: `web-${node}`, container: idOf(node), was, set }))
    expect(await shaper.handle({ ...nothing, limits: [limited!, unknown!] })).toMatchObject({
      failed: [{ name: 'web-2', reason: 'no limit of cpu is to be found in its cgroup' }],
    })
    limits.set(101, { ...set, 'memory.max': '33554432' })
    await shaper.handle(nothing)
    expect(limits.get(101)).toEqual({ 'cpu.max': 'max 100000', 'memory.max': '33554432' })
  })

  it('finds limits that somebody else has changed, once, and when they are back; a process that has ended breaks none', async () => {
    const { shaper, limits, processes, pass } = machineOf(1, 2)
    const [was, set] = [{ 'cpu.max': 'max 100000' }, { 'cpu.max': '20000 100000' }]
    const limited = [1, 2].map(node => ({ name: `web-${node}`, container: idOf(node), was, set }))
    for (const pid of [101, 102]) limits.set(pid, was)
    await shaper.handle({ ...nothing, limits: limited })
    await pass(1000)
    expect(shaper.held.breaks).toBe(0)
    limits.set(101, { 'cpu.max': '50000 100000' })
    limits.delete(102)
    processes.delete(idOf(2))
    await pass(1000)
    await pass(1000)
    limits.set(101, set)
    await pass(1000)
    expect(await shaper.handle({ kind: 'verify', since: 0 })).toMatchObject({
      breaks: [
        {
          ...{ name: 'limits of web-1', holds: false },
          evidence: 'changed by somebody else, cpu.max is 50000 100000, not 20000 100000',
        },
        { name: 'limits of web-1', holds: true, evidence: 'they are back' },
      ],
    })
  })

  it('puts back limits that a shaper left which was killed, from what is written down of them', async () => {
    const { shaper, limits } = machineOf(1)
    const [was, set] = [{ 'cpu.max': 'max 100000' }, { 'cpu.max': '20000 100000' }]
    limits.set(101, set)
    const limited = { name: 'web', container: idOf(1), was, set }
    await shaper.handle({ kind: 'purge', containers: [], limits: [limited] })
    expect(limits.get(101)).toEqual(was)
  })

  it('heals everything when it is stopped, and what somebody else left when it is told to', async () => {
    const { shaper, rules } = machineOf(1, 2, 3)
    await shaper.handle(cut)
    await shaper.heal()
    expect(rules.size).toBe(0)
    rules.set(103, 'of a shaper that was killed')
    expect(await shaper.handle({ kind: 'purge', containers: [idOf(3), idOf(9)] })).toEqual({
      kind: 'purged',
      containers: 1,
    })
    expect(rules.size).toBe(0)
  })
})
