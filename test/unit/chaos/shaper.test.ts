import { describe, expect, it } from '@jest/globals'
import type { Namespaces } from '../../../chaos/shaper/namespaces.ts'
import { nftHeal, nftRules } from '../../../chaos/shaper/rules.ts'
import { Shaper } from '../../../chaos/shaper/shaper.ts'
import type { ShapeRequest } from '../../../model/shaper.ts'

const idOf = (node: number) => node.toString(16).padStart(64, '0')

/** Containers whose processes a test may let die and come back, and what was run in their namespaces. */
function machineOf(...nodes: number[]) {
  const processes = new Map(nodes.map(node => [idOf(node), 100 + node]))
  /** The rules in force by process, as nft would have them. */
  const rules = new Map<number, string>()
  const broken = new Set<number>()
  let nowMs = 0
  const journal: Readonly<Record<string, unknown>>[] = []
  const namespaces: Namespaces = {
    processes: () => processes,
    run: async (pid, argv, input) => {
      if (broken.has(pid)) throw new Error('Operation not permitted')
      if (argv[0] !== 'nft') return
      if (input === nftHeal) rules.delete(pid)
      else rules.set(pid, input)
    },
  }
  const shaper = new Shaper({ namespaces, journal: entry => journal.push(entry), now: () => nowMs })
  const pass = (ms: number) => {
    nowMs += ms
    return shaper.tend()
  }
  return { shaper, processes, rules, broken, journal, pass }
}

/** Node 1 and node 2 do not hear each other. */
const cut: ShapeRequest = {
  kind: 'shape',
  leaseMs: 15_000,
  sets: [['10.0.0.2'], ['10.0.0.1']],
  namespaces: [
    { name: 'node-1', container: idOf(1), from: 0, to: 0 },
    { name: 'node-2', container: idOf(2), from: 1, to: 1 },
  ],
}
const nothing: ShapeRequest = { ...cut, sets: [], namespaces: [] }

describe('rules of a namespace', () => {
  it('are one transaction that drops before connection tracking', () => {
    expect(nftRules(['10.0.0.2', '10.0.0.3'], [])).toBe(`table inet whiteout
delete table inet whiteout
table inet whiteout {
  set unheard {
    type ipv4_addr; flags interval; auto-merge
    elements = { 10.0.0.2, 10.0.0.3 }
  }
  set unreached {
    type ipv4_addr; flags interval; auto-merge
  }
  chain heard {
    type filter hook input priority -10; policy accept;
    ip saddr @unheard counter drop
  }
  chain reached {
    type filter hook output priority -10; policy accept;
    ip daddr @unreached counter drop
  }
}
`)
  })
})

describe('shaper', () => {
  it('brings every namespace to what the document says, and heals those it does not name', async () => {
    const { shaper, rules } = machineOf(1, 2, 3)
    expect(await shaper.handle(cut)).toMatchObject({ kind: 'shaped', changed: 2, healed: 0, failed: [] })
    expect([...rules]).toEqual([
      [101, nftRules(['10.0.0.2'], ['10.0.0.2'])],
      [102, nftRules(['10.0.0.1'], ['10.0.0.1'])],
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
    expect(await shaper.handle({ kind: 'renew', leaseMs: 15_000 })).toEqual({
      kind: 'renewed',
      namespaces: 2,
    })
    await pass(14_999)
    expect(rules.size).toBe(2)
    await pass(2)
    expect(rules.size).toBe(0)
    expect(journal).toContainEqual({ event: 'lease ended', namespaces: 2 })
    expect(await shaper.handle({ kind: 'renew', leaseMs: 15_000 })).toEqual({
      kind: 'renewed',
      namespaces: 0,
    })
  })

  it('gives a container that restarts its rules again, and forgets those of the process that is gone', async () => {
    const { shaper, rules, processes, pass } = machineOf(1, 2)
    await shaper.handle(cut)
    processes.delete(idOf(1))
    rules.delete(101)
    await pass(1000)
    processes.set(idOf(1), 201)
    await pass(1000)
    expect(rules.get(201)).toBe(nftRules(['10.0.0.2'], ['10.0.0.2']))
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

  it('pings from inside: no answer from where it may not enter, nor from a container that is gone', async () => {
    const { shaper, broken } = machineOf(1, 2)
    broken.add(102)
    const pairs = [1, 2, 3].map(node => ({ container: idOf(node), address: '10.0.0.9' }))
    expect(await shaper.handle({ kind: 'probe', timeoutMs: 500, pairs })).toEqual({
      kind: 'probed',
      answered: [true, false, false],
    })
  })
})
