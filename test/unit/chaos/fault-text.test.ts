import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { faultText, readFault } from '../../../chaos/schedule/fault-text.ts'
import { schedule } from '../../../chaos/schedule/schedule.ts'
import { type Fault, faultSchema } from '../../../model/fault.ts'

describe('a fault as one types it', () => {
  it.each([
    ['kill any(3) at 20s for 10s', { kind: 'kill', targets: 'any(3)', at: '20s', for: '10s' }],
    ['pause for 5s', { kind: 'pause', for: '5s' }],
    [
      'stop node-1, node-2 every 5m for 500ms',
      { kind: 'stop', targets: 'node-1, node-2', every: '5m', for: '500ms' },
    ],
    ['partition one-way at 20s for 60s', { kind: 'partition', cut: 'one-way', at: '20s', for: '60s' }],
    ['partition for 60s', { kind: 'partition', for: '60s' }],
    ['isolate node-3 for 9s', { kind: 'isolate', targets: 'node-3', for: '9s' }],
    [
      'delay any(2) by 100ms jitter 10ms to region(eu) for 20s',
      { kind: 'delay', targets: 'any(2)', by: '100ms', jitter: '10ms', to: 'region(eu)', for: '20s' },
    ],
    ['loss all share 2.5% for 9s', { kind: 'loss', targets: 'all', share: '2.5%', for: '9s' }],
    [
      'rate node-3 bandwidth 512kbit for 9s',
      { kind: 'rate', targets: 'node-3', bandwidth: '512kbit', for: '9s' },
    ],
    ['wan broken-triangle for 9s', { kind: 'wan', matrix: 'broken-triangle', for: '9s' }],
    ['memory limit 64MiB for 9s', { kind: 'memory', limit: '64MiB', for: '9s' }],
    ['skew node-1 by -2s for 9s', { kind: 'skew', targets: 'node-1', by: '-2s', for: '9s' }],
    ['rolling-restart', { kind: 'rolling-restart' }],
    [
      'kill any(f) mean 30s from 1m until 5m for 9s',
      { kind: 'kill', targets: 'any(f)', mean: '30s', from: '1m', until: '5m', for: '9s' },
    ],
  ])('%s', (text, fault) => {
    const parsed = readFault(text)
    expect(parsed).toEqual(faultSchema.parse(fault))
    expect(readFault(faultText(parsed))).toEqual(parsed)
  })

  it.each([
    ['explode all for 5s', /^expected one of kill, stop, .*, skew, got "explode"$/],
    ['', 'expected one of kill'],
    ['kill any(3)', 'expected how long, such as kill … for 20s'],
    ['kill any(3) for', 'expected a value after "for"'],
    [
      'partition thirds for 5s',
      'expected one of halves, minority, one-way, bridge, ring after partition, got "thirds"',
    ],
    [
      'loss any(3) share 140% for 5s',
      'expected a share from 0% (not included) to 100%, such as 5%, got "140%"',
    ],
    ['loss any(3) for 5s', 'expected "share" with its value; a loss takes at, every'],
    ['rate all bandwidth fast for 5s', 'expected a bandwidth from 8kbit to 100gbit'],
    ['memory limit 1KiB for 5s', 'expected an amount of memory of at least 6MiB'],
    ['skew by 0s for 5s', 'expected a duration such as 2s or -500ms, got "0s"'],
    ['kill at 5s at 6s for 5s', '"at" is there twice'],
    ['kill any(3) for -1s', 'expected a duration such as 250ms, 60s or 5m, got "-1s"'],
  ])('refuses %p with a sentence', (text, message) => {
    expect(() => readFault(text)).toThrow(message)
  })
})

const named = fc.constantFrom('all', 'correct', 'byzantine', 'collectors', 'issuers', 'node-3', 'region(eu)')
const count = fc.oneof(fc.integer({ min: 1, max: 9 }).map(String), fc.constant('f'))
const part = fc.oneof(
  ...[named, fc.constantFrom('minority', 'majority'), count.map(of => `any(${of})`)],
  fc.tuple(count, named).map(([of, group]) => `any(${of}, ${group})`),
  fc.tuple(fc.constantFrom('0.5', '1'), named).map(([of, group]) => `fraction(${of},${group})`),
)
const targets = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join(', '))

it('whatever its targets, is read back as it was written', () => {
  const roster = {
    ...{ nodes: 20, f: 6, byzantine: [1, 2, 3], collectors: [0, 2, 4, 6, 8, 10, 12, 14] },
    regions: Array.from({ length: 20 }, (_, node) => (node < 9 ? 'eu' : 'us')),
  }
  const drawn = (fault: Fault) => {
    try {
      return schedule([fault], { seed: 's', durationMs: 60_000, roster })[0]
    } catch (error) {
      return (error as Error).message
    }
  }
  fc.assert(
    fc.property(targets, targets, (whom, to) => {
      const fault = faultSchema.parse({ kind: 'delay', targets: whom, to, by: '1s', for: '5s' })
      const again = readFault(faultText(fault))
      expect(again).toEqual(fault)
      // Whatever can be written is targets: chance alone may not find enough of them.
      const found = drawn(again)
      expect(found).toEqual(drawn(fault))
      if (typeof found === 'string') expect(found).toMatch(/nodes cannot be drawn|a link to itself/)
    }),
  )
})

it('takes a name in parentheses for a name, whatever it is', () => {
  const text = 'kill service(for), container(shop-at-1) for 5s'
  expect(readFault(text)).toEqual({
    kind: 'kill',
    targets: 'service(for), container(shop-at-1)',
    for: 5000,
  })
})
