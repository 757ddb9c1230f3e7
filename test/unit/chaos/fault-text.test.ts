import { describe, expect, it } from '@jest/globals'
import { readFault } from '../../../chaos/fault-text.ts'
import { faultText } from '../../../harness/scenario/write.ts'
import { faultSchema } from '../../../model/fault.ts'

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
  ])('%s', (text, fault) => {
    expect(readFault(text)).toEqual(fault)
    const parsed = faultSchema.parse(readFault(text))
    expect(faultSchema.parse(readFault(faultText(parsed)))).toEqual(parsed)
  })

  it.each([
    ['explode all for 5s', 'expected one of kill, stop, pause, partition, isolate, got "explode"'],
    ['', 'expected one of kill'],
    ['kill any(3)', 'expected how long, such as kill any(3) for 20s'],
    ['kill any(3) for', 'expected a duration after "for"'],
    ['partition thirds for 5s', 'expected one of halves, minority, one-way, bridge, ring after partition'],
    ['kill any(3) for -1s', 'expected a duration such as 250ms, 60s or 5m, got "-1s"'],
  ])('refuses %p with a sentence', (text, message) => {
    expect(() => readFault(text)).toThrow(message)
  })
})
