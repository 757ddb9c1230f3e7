import { describe, expect, it } from '@jest/globals'
import { cpusOf, differences, memoryOf, narrowed } from '../../../chaos/kernel-limits.ts'
import { LimitHolds } from '../../../chaos/limit-holds.ts'
import { folderOf, narrow, widen } from '../../../chaos/shaper/cgroups.ts'
import type { KernelLimits } from '../../../model/shaper.ts'

const none = '9223372036854771712'
const v1 = (quota: string, period = '100000', memory = none, swap = none): KernelLimits => ({
  'cpu.cfs_quota_us': quota,
  'cpu.cfs_period_us': period,
  'memory.limit_in_bytes': memory,
  'memory.memsw.limit_in_bytes': swap,
})
const v2 = (cpu: string, memory = 'max', swap = 'max'): KernelLimits => ({
  'cpu.max': cpu,
  'memory.max': memory,
  'memory.swap.max': swap,
})

describe('limits of the kernel', () => {
  it.each([
    ['version 1, without a limit: of one core', v1('-1'), 0.2, { 'cpu.cfs_quota_us': '20000' }],
    [
      'version 1, of its own quota in its own period',
      v1('25000', '50000'),
      0.2,
      { 'cpu.cfs_quota_us': '5000' },
    ],
    ['version 1, of more than a core', v1('300000'), 0.5, { 'cpu.cfs_quota_us': '150000' }],
    ['version 2, without a limit', v2('max 100000'), 0.2, { 'cpu.max': '20000 100000' }],
    ['version 2, of its own quota', v2('25000 50000'), 0.9, { 'cpu.max': '22500 50000' }],
    ['too little for its period', v2('max 50000'), 0.01, { 'cpu.max': '10000 1000000' }],
  ])('narrow CPU down: %s', (_, was, cpuShare, changed) => {
    expect(narrowed(was, { cpuShare })).toEqual({ ...was, ...changed })
  })

  it.each([
    [v1('-1'), { 'memory.limit_in_bytes': '67108864', 'memory.memsw.limit_in_bytes': '67108864' }],
    [v2('max 100000', '134217728', '0'), { 'memory.max': '67108864', 'memory.swap.max': '0' }],
  ])('narrow memory down, without swap: %j', (was, changed) => {
    expect(narrowed(was, { memoryBytes: 2 ** 26 })).toEqual({ ...was, ...changed })
  })

  it('leave out swap where the kernel does not count it', () => {
    const { 'memory.memsw.limit_in_bytes': _, ...was } = v1('-1')
    expect(narrowed(was, { memoryBytes: 2 ** 26 })).toEqual({ ...was, 'memory.limit_in_bytes': '67108864' })
  })

  it.each([
    [v1('25000'), { cpuShare: 1 }, 'it may use 0.25 of a core anyway'],
    [v2('max 100000', '33554432'), { memoryBytes: 2 ** 26 }, 'it may hold 32 MiB anyway'],
    [v2('max 100000'), { cpuShare: 0.0001 }, 'less than the kernel can hand out'],
  ])('are never widened, and nothing is called narrowed that is not: %j by %j', (was, limits, message) => {
    expect(() => narrowed(was, limits)).toThrow(message)
  })

  it('are cores and bytes, Infinity without a limit, in either version', () => {
    expect([v1('-1'), v2('max 100000')].map(each => [cpusOf(each), memoryOf(each)])).toEqual([
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ])
    expect([cpusOf(v1('25000', '50000')), memoryOf(v2('max 100000', '1048576'))]).toEqual([0.5, 1048576])
  })

  it('are compared by the files of one controller', () => {
    expect(differences(v2('1000 100000', '5'), v2('max 100000'), 'cpu')).toBe(
      'cpu.max is 1000 100000, not max 100000',
    )
    expect(differences(v2('1000 100000'), v2('max 100000'), 'memory')).toBe('')
  })
})

describe('limit holds', () => {
  it('compose: the narrowest holds, and what a container had when none does', () => {
    const holds = new LimitHolds()
    const web = { name: 'web', container: 'w' }
    holds.learn('w', v2('50000 100000'))
    holds.add('wide', [web], { cpuShare: 0.5 })
    holds.learn('w', v2('1 1'))
    holds.add('narrow', [web], { cpuShare: 0.1 })
    holds.add('memory', [web, { name: 'down', container: 'd' }], { memoryBytes: 2 ** 26 })
    expect(holds.desired.map(({ name, set }) => [name, set])).toEqual([
      ['web', v2('5000 100000', '67108864', '0')],
    ])
    holds.remove('narrow')
    holds.remove('memory')
    expect(holds.meant('w')).toEqual(v2('25000 100000'))
    holds.remove('wide')
    expect([holds.meant('w'), holds.desired]).toEqual([v2('50000 100000'), []])
  })

  it('learn anew what a container has when nothing holds it: its owner may have changed that', () => {
    const holds = new LimitHolds()
    const web = { name: 'web', container: 'w' }
    holds.learn('w', v2('50000 100000'))
    holds.add('first', [web], { cpuShare: 0.5 })
    holds.remove('first')
    expect(holds.isKnown('w')).toBe(false)
    holds.learn('w', v2('80000 100000'))
    holds.add('second', [web], { cpuShare: 0.5 })
    expect([holds.isKnown('w'), holds.meant('w')]).toEqual([true, v2('40000 100000')])
    holds.remove('second')
    holds.learn('w', undefined)
    holds.add('third', [web], { cpuShare: 0.5 })
    expect([holds.isKnown('w'), holds.meant('w')]).toEqual([false, undefined])
  })
})

const id = 'a'.repeat(64)

describe('cgroups', () => {
  it.each([
    ['memory', `4:memory:/docker/${id}\n1:cpu,cpuacct:/docker/${id}\n0::/x`, `memory/docker/${id}`],
    ['cpu', `4:memory:/docker/${id}\n1:cpu,cpuacct:/shop/${id}\n`, `cpu/shop/${id}`],
    ['cpu', `0::/system.slice/docker-${id}.scope/init.scope\n`, `system.slice/docker-${id}.scope`],
  ])('find the %s of a container in %j', (controller, groups, folder) => {
    expect(folderOf(groups, controller)).toBe(folder)
  })

  it.each(['0::/user.slice\n', `0::/../docker-${id}.scope\n`, ''])(
    'refuse %j, which is no container that they see',
    groups => {
      expect(() => folderOf(groups, 'cpu')).toThrow('is no cgroup of a container')
    },
  )

  /** As version 1: memory is never more than memory with swap. */
  function kernel(now: KernelLimits) {
    let limits = now
    return {
      now: () => limits,
      read: () => limits,
      write: (_: number, file: keyof KernelLimits, text: string) => {
        const next = { ...limits, [file]: text }
        if (Number(next['memory.limit_in_bytes']) > Number(next['memory.memsw.limit_in_bytes']))
          throw new Error('EINVAL')
        limits = next
      },
    }
  }

  it('write limits in the order that the kernel takes, down and up again', () => {
    const [was, set] = [v1('-1', '100000', '128', '128'), v1('-1', '100000', '64', '64')]
    const cgroups = kernel(was)
    const limited = { name: 'web', container: id, was, set }
    narrow(cgroups, 1, limited)
    expect(cgroups.now()).toEqual(set)
    widen(cgroups, 1, limited)
    expect(cgroups.now()).toEqual(was)
  })

  it('leave everything as it was when the kernel does not take all of it', () => {
    const was = v1('-1', '100000', '128', '128')
    const cgroups = kernel(was)
    const set = v1('5000', '100000', '256', '128')
    expect(() => narrow(cgroups, 1, { name: 'web', container: id, was, set })).toThrow(
      /the kernel does not take \S+ for memory\.\S+: EINVAL/,
    )
    expect(cgroups.now()).toEqual(was)
  })

  it('leave files alone that a fault does not narrow, whoever set them meanwhile', () => {
    const was = v1('-1', '100000', '256', '256')
    const cgroups = kernel(was)
    const limited = { name: 'web', container: id, was }
    const wide = v1('50000', '100000', '256', '256')
    narrow(cgroups, 1, { ...limited, set: wide })
    cgroups.write(1, 'memory.limit_in_bytes', '128')
    cgroups.write(1, 'memory.memsw.limit_in_bytes', '128')
    const small = v1('20000', '100000', '256', '256')
    narrow(cgroups, 1, { ...limited, set: small }, wide)
    expect(cgroups.now()).toEqual(v1('20000', '100000', '128', '128'))
    widen(cgroups, 1, { ...limited, set: small })
    expect(cgroups.now()).toEqual(v1('-1', '100000', '128', '128'))
  })

  it('put back what one of two faults has let go of, where it is as that one set it', () => {
    const was = v1('-1', '100000', '256', '256')
    const cgroups = kernel(was)
    const limited = { name: 'web', container: id, was }
    const both = v1('50000', '100000', '64', '64')
    const cpuAlone = v1('50000', '100000', '256', '256')
    narrow(cgroups, 1, { ...limited, set: both })
    narrow(cgroups, 1, { ...limited, set: cpuAlone }, both)
    expect(cgroups.now()).toEqual(cpuAlone)
  })

  it('do not narrow what somebody else has set', () => {
    const was = v2('max 100000')
    const cgroups = kernel(v2('77000 100000'))
    const set = v2('20000 100000')
    expect(() => narrow(cgroups, 1, { name: 'web', container: id, was, set })).toThrow(
      'somebody else set cpu.max',
    )
  })
})
