import { describe, expect, it } from '@jest/globals'
import type { Facts } from '../../compose/preflight/facts.ts'
import { judgePreflight } from '../../compose/preflight/judge.ts'
import { kernelLimits } from '../../compose/preflight/kernel-limits.ts'
import { needOf as needOfNetwork } from '../../compose/preflight/need.ts'
import { heapFor, shimMiB } from '../../harness/systems/node-heap.ts'
import { describeFinding, type Finding, isForRuns } from '../../model/finding.ts'

const gibibyte = 2 ** 30

/** Of the reference node on a machine of so much memory. */
const needOf = (nodes: number, memoryMiB: number, need: Partial<Parameters<typeof needOfNetwork>[1]> = {}) =>
  needOfNetwork(nodes, { memoryMiBPerNode: heapFor(nodes, memoryMiB).processMiB + shimMiB, ...need })

/** A machine that carries 500 nodes with ease. */
const large: Facts = {
  composeVersion: '2.26.1',
  architecture: 'x86_64',
  cpus: 32,
  memoryTotalBytes: 128 * gibibyte,
  memoryAvailableBytes: 120 * gibibyte,
  engineDiskFreeBytes: 500 * gibibyte,
  runsDiskFreeBytes: 500 * gibibyte,
  engineFilesMax: 1_048_576,
  sysctls: Object.fromEntries(kernelLimits(needOf(1000, 128 * 1024)).map(({ key, need }) => [key, need])),
  sysctlsUnread: 'this kernel has no such parameter',
  hasNetem: true,
  otherRuns: [],
}

const memoryTotalOf = ({ memoryTotalBytes }: Facts) => memoryTotalBytes / 2 ** 20
const judge = (nodes: number, facts: Partial<Facts> = {}) =>
  judgePreflight({ ...large, ...facts }, needOf(nodes, memoryTotalOf({ ...large, ...facts })))
const named = (findings: readonly Finding[], name: string) => findings.find(finding => finding.name === name)!
const withSysctl = (key: string, value: number | undefined) => ({
  sysctls: { ...large.sysctls, [key]: value },
})

describe('preflight', () => {
  it.each([1, 20, 150, 151, 500])('finds nothing wrong with a large machine (n=%i)', nodes => {
    expect(judge(nodes).filter(({ level }) => level !== 'ok')).toEqual([])
  })

  it.each(['aarch64', 'armv7l', 'riscv64'])(
    'refuses an engine on %s, and says why and what to use',
    architecture => {
      expect(named(judge(20, { architecture }), 'platform')).toMatchObject({
        level: 'refused',
        have: architecture,
        need: 'x86_64',
        message: `the engine runs on ${architecture}, nodes need x86_64: RocksDB is prebuilt for linux-x64 with glibc only`,
        remedy: expect.stringContaining('DOCKER_HOST'),
      })
    },
  )

  it('takes an x86_64 engine under either name, and says that the libc of the host does not matter', () => {
    for (const architecture of ['x86_64', 'amd64']) {
      const finding = named(judge(20, { architecture }), 'platform')
      expect(finding.level).toBe('ok')
      expect(finding.message).toContain('a musl host works too')
    }
  })

  it('refuses more nodes than one bridge has ports, and says how many fit', () => {
    const finding = named(judge(1001), 'bridge ports')
    expect(finding).toMatchObject({ level: 'refused', remedy: 'use --nodes 1000 or fewer' })
    expect(finding.message).toBe('1001 nodes are more than the 1000 that fit one Linux bridge (1,023 ports)')
  })

  it('refuses a network that does not fit the memory, with the sum and the number that fits', () => {
    const finding = named(judge(100, { memoryAvailableBytes: 2 * gibibyte }), 'memory')
    expect(finding).toMatchObject({ level: 'refused', have: '2.0 GiB available', need: '6.9 GiB' })
    expect(finding.message).toBe(
      '100 nodes x 62 MiB + 700 MiB + 160 MiB for Prometheus = 6.9 GiB, but only 2.0 GiB available: at most 19 nodes fit',
    )
    expect(finding.remedy).toBe('use --nodes 19 or fewer')
  })

  it('counts Prometheus in memory and disk, and not where it is left out', () => {
    const need = (nodes: number, isWatched: boolean) => {
      const findings = judgePreflight(large, needOf(nodes, memoryTotalOf(large), { isWatched }))
      return ['memory', 'disk of the runs'].map(name => named(findings, name).message.replace(/,.*/, ''))
    }
    expect(need(20, true)[0]).toBe('20 nodes x 62 MiB + 700 MiB + 128 MiB for Prometheus = 2.0 GiB')
    expect(need(20, false)[0]).toBe('20 nodes x 62 MiB + 700 MiB = 1.9 GiB')
    const disk = (isWatched: boolean) =>
      named(
        judgePreflight(
          { ...large, runsDiskFreeBytes: 2 * gibibyte },
          needOf(500, memoryTotalOf(large), { isWatched }),
        ),
        'disk of the runs',
      )
    expect(disk(false).level).toBe('ok')
    expect(disk(true)).toMatchObject({ level: 'refused', need: '2.5 GiB' })
  })

  it('says what to do where a login session weighs as much as all containers', () => {
    const finding = named(
      judge(20, withSysctl('kernel.sched_autogroup_enabled', 1)),
      'other work on the cores',
    )
    expect(finding).toMatchObject({ level: 'warning', have: 'grouped by session' })
    expect(finding.remedy).toContain('sudo sysctl -w kernel.sched_autogroup_enabled=0')
    expect(finding.sysctl).toBeUndefined()
    // Most desktops are like this, and most runs are not disturbed: those that were get it as advice.
    expect(isForRuns(finding)).toBe(false)
    expect(
      named(judge(20, withSysctl('kernel.sched_autogroup_enabled', 0)), 'other work on the cores').level,
    ).toBe('ok')
  })

  it('warns when the memory only just suffices', () => {
    const finding = named(
      judge(500, { memoryTotalBytes: 24 * gibibyte, memoryAvailableBytes: 21 * gibibyte }),
      'memory',
    )
    expect(finding.level).toBe('warning')
    expect(isForRuns(finding)).toBe(true)
  })

  it('takes the measured memory of a node as a parameter', () => {
    const facts = { ...large, memoryAvailableBytes: 2 * gibibyte }
    expect(
      named(judgePreflight(facts, needOf(20, memoryTotalOf(large), { memoryMiBPerNode: 200 })), 'memory')
        .level,
    ).toBe('refused')
    expect(named(judgePreflight(facts, needOf(12, memoryTotalOf(large))), 'memory').level).toBe('ok')
  })

  it('names one number of nodes when both bridge and memory refuse', () => {
    const findings = judge(5000, { memoryAvailableBytes: 24 * gibibyte })
    const refused = findings.filter(({ level, sysctl }) => level === 'refused' && sysctl === undefined)
    const remedies = refused.map(({ remedy }) => remedy)
    expect(new Set(remedies)).toEqual(new Set(['use --nodes 571 or fewer']))
  })

  it('judges the memory in all when what is free cannot be read, and says so', () => {
    const finding = named(
      judge(20, { memoryAvailableBytes: undefined, memoryTotalBytes: 4 * gibibyte }),
      'memory',
    )
    expect(finding).toMatchObject({ level: 'ok', have: '4.0 GiB in all' })
    expect(finding.message).toMatch(/cannot be read from here$/)
  })

  it('refuses a neighbour table that 100 nodes in full mesh overflow', () => {
    const findings = judge(100, withSysctl('net.ipv4.neigh.default.gc_thresh3', 1024))
    expect(named(findings, 'net.ipv4.neigh.default.gc_thresh3')).toMatchObject({
      level: 'refused',
      sysctl: { key: 'net.ipv4.neigh.default.gc_thresh3', value: 65_536 },
      remedy: 'run: sudo sysctl -w net.ipv4.neigh.default.gc_thresh3=65536',
    })
  })

  it('only warns of a neighbour table that has no room to spare', () => {
    const findings = judge(20, withSysctl('net.ipv4.neigh.default.gc_thresh3', 1024))
    expect(named(findings, 'net.ipv4.neigh.default.gc_thresh3').level).toBe('warning')
  })

  it('does not guess a kernel parameter that could not be read', () => {
    const sysctlsUnread = 'cannot be read from here: the engine runs in another kernel'
    const finding = named(judge(500, { sysctls: {}, sysctlsUnread }), 'kernel.pid_max')
    expect(finding).toMatchObject({ level: 'ok', have: 'unknown', message: sysctlsUnread })
    expect(finding.sysctl).toBeUndefined()
  })

  it('refuses process numbers that do not suffice for the threads', () => {
    expect(named(judge(1000, withSysctl('kernel.pid_max', 20_000)), 'kernel.pid_max').level).toBe('refused')
  })

  it('warns when dockerd may open too few files, with the command for a running one', () => {
    const finding = named(judge(500, { engineFilesMax: 4096 }), 'open files of the engine')
    expect(finding).toMatchObject({ level: 'warning', have: '4096', need: '6500' })
    expect(finding.remedy).toMatch(/prlimit --nofile=/)
  })

  it.each(['engineDiskFreeBytes', 'runsDiskFreeBytes'])('refuses a full disk (%s)', fact => {
    const refused = judge(20, { [fact]: 100 * 2 ** 20 }).filter(({ level }) => level === 'refused')
    expect(refused).toHaveLength(1)
    expect(refused[0]!.message).toMatch(/^0\.1 GiB free, but 1\.\d GiB may be needed$/)
  })

  it('refuses a second run on the same engine and names the first', () => {
    const finding = named(judge(20, { otherRuns: ['brave-otter'] }), 'other runs')
    expect(finding).toMatchObject({ level: 'refused', remedy: 'run: npm run down -- brave-otter' })
  })

  it('warns of many nodes on few CPUs, and refuses none for it', () => {
    expect(named(judge(600, { cpus: 2 }), 'CPUs').level).toBe('warning')
    expect(named(judge(500, { cpus: 2 }), 'CPUs').level).toBe('ok')
  })

  it('tells whether packets can be delayed, without calling either answer wrong', () => {
    expect(named(judge(20, { hasNetem: false }), 'sch_netem')).toMatchObject({ level: 'ok', have: 'no' })
    expect(named(judge(20, { hasNetem: undefined }), 'sch_netem')).toMatchObject({
      level: 'ok',
      have: 'unknown',
    })
  })

  it('describes a finding in one line with its remedy', () => {
    const line = describeFinding(named(judge(20, { otherRuns: ['a', 'b'] }), 'other runs'))
    expect(line).toBe(
      "other runs: refused: a, b are on this engine; concurrent runs would distort each other's figures; run: npm run down -- a",
    )
  })
})

describe('kernel limits', () => {
  it('grow with the network and never shrink', () => {
    const sizes = [1, 20, 100, 150].map(nodes => kernelLimits(needOf(nodes, memoryTotalOf(large))))
    for (const [index, limits] of sizes.entries()) {
      if (index === 0) continue
      for (const [position, { key, need }] of limits.entries()) {
        expect({ key, grows: need >= sizes[index - 1]![position]!.need }).toEqual({ key, grows: true })
      }
    }
  })

  it('ask for no less than what must be there', () => {
    for (const { need, mustHave } of kernelLimits(needOf(500, memoryTotalOf(large))))
      expect(need).toBeGreaterThanOrEqual(mustHave)
  })

  it('keep the three neighbour thresholds in order (n=500)', () => {
    const need = (key: string) =>
      kernelLimits(needOf(500, memoryTotalOf(large))).find(limit => limit.key.endsWith(key))!.need
    expect(need('gc_thresh1')).toBeLessThan(need('gc_thresh2'))
    expect(need('gc_thresh2')).toBeLessThan(need('gc_thresh3'))
  })
})
